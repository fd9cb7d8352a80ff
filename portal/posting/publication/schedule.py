"""What happens by itself when its time has come: drafts are published, listings closed. Any number of workers may run
these at once; each does one posting in one transaction and says whether it found one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.actor import ANYONE
from portal.core.errors import Invalid
from portal.listings.importing import known_references
from portal.listings.models import Listing
from portal.mail.pages import Pages
from portal.posting import service
from portal.posting.models import Posting
from portal.posting.publication.mails import tell_team
from portal.posting.publication.reasons import NO_LONGER_COMPLETE
from portal.posting.publication.trust import hold, needs_look
from portal.posting.workflow import BY_ACTION
from portal.site import Site
from portal.teams.models import Team


def publish_due(site: Site) -> bool:
    """Publish the scheduled draft that is due the longest; one that no longer can be goes back to its team, one that
    nobody has accepted, of a team that is not trusted any more, to the moderators."""
    now = site.clock()
    with site.unit_of_work().begin() as session:
        posting = _claim(session, _due(now), (Posting.state == "scheduled", Posting.publish_at <= now))
        if posting is None:
            return False
        if needs_look(session, posting):  # its team was trusted when it made the plan
            hold(session, posting, ANYONE, now, site.pages)
            return True
        try:
            service.publish_posting(session, posting, known_references(session, site.thesaurus), ANYONE, now)
        except Invalid as error:
            _give_back(session, posting, error, now, site.pages)
        else:
            address = site.pages.to("listings.show", listing_id=posting.listing_id)
            tell_team(session, posting, str(BY_ACTION["publish"].letter), now, address)
    return True


def close_expired(site: Site) -> bool:
    """Close the published listing whose time is over the longest."""
    now = site.clock()
    with site.unit_of_work().begin() as session:
        posting = _claim(session, _expired(now), (Posting.expire_at <= now,))
        if posting is None:
            return False
        posting.expire_at = None  # shown again, it stays
        service.move_listing(session, posting, "expire", ANYONE, now)
    return True


def _due(now: datetime) -> sa.Select[Any]:
    """What is due; drafts of suspended teams wait until the team may act again."""
    return (
        sa.select(Posting.listing_id)
        .join(Team, Team.organisation_id == Posting.organisation_id)
        .where(Posting.state == "scheduled", Posting.publish_at <= now, Team.suspended_at.is_(None))
        .order_by(Posting.publish_at, Posting.listing_id)
    )


def _expired(now: datetime) -> sa.Select[Any]:
    return (
        sa.select(Posting.listing_id)
        .join(Listing, Listing.id == Posting.listing_id)
        .where(Posting.expire_at <= now, Listing.state == "published")
        .order_by(Posting.expire_at, Posting.listing_id)
    )


def _claim(session: Session, due: sa.Select[Any], still: tuple[Any, ...]) -> Posting | None:
    """The first that is due and that no other worker is at, held until the transaction ends, so that nobody does it
    twice and a crash leaves it as it was. One statement that writes: on SQLite it is the lock itself."""
    first = due.limit(1).with_for_update(skip_locked=True, of=Posting).scalar_subquery()
    claimed = sa.update(Posting).where(Posting.listing_id == first, *still).values(revision=Posting.revision + 1)
    listing_id = session.scalar(claimed.returning(Posting.listing_id), execution_options={"synchronize_session": False})
    return session.get_one(Posting, listing_id) if listing_id else None


def _give_back(session: Session, posting: Posting, error: Invalid, now: datetime, pages: Pages) -> None:
    service.move_draft(session, posting, "give-back", "returned")
    posting.publish_at, posting.reason, posting.reason_codes = None, "", [NO_LONGER_COMPLETE]
    fields = [problem["field"] for problem in error.parameters["problems"]]
    of = (service.KIND, posting.listing_id)
    audit.note(session, "posting.schedule-failed", ANYONE, of, now, posting.organisation_id, fields=fields)
    address = pages.to("posting.publication_of", listing_id=posting.listing_id)
    tell_team(session, posting, str(BY_ACTION["give-back"].letter), now, address)
