"""Still right? Teams are asked when a listing was confirmed long ago and when one of its deadlines is near, on each
occasion once. Who does not answer is not punished: readers are told since when nobody has confirmed it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.core.actor import Actor
from portal.core.database import insert_or
from portal.core.errors import NotFound
from portal.core.secrets import digest, new_token
from portal.listings.models import Deadline, Listing
from portal.listings.time import ASKED_AFTER, deadline_at
from portal.mail.pages import Pages
from portal.posting import service
from portal.posting.models import Posting, Question
from portal.posting.publication.mails import tell_team
from portal.site import Site
from portal.teams.models import Team

BEFORE_DEADLINE = timedelta(days=7)
LETTER = "listing-still-right"
_ZONES = timedelta(days=2)  # more than any two clocks on walls differ
_BATCH = 50


def ask_still_right(site: Site) -> bool:
    """Ask the teams of some listings; whether there may be more to ask about."""
    now = site.clock()
    with site.sessions() as session:
        due = [(listing.id, occasion) for listing in _candidates(session, now) for occasion in occasions(listing, now)]
        asked = {(one.listing_id, one.occasion) for one in _asked(session, [listing_id for listing_id, _ in due])}
    waiting = [one for one in due if one not in asked]
    for listing_id, occasion in waiting[:_BATCH]:
        with site.unit_of_work().begin() as session:
            ask(session, listing_id, occasion, now, site.pages)
    return len(waiting) > _BATCH


def occasions(listing: Listing, now: datetime) -> Iterator[str]:
    """What there is to ask about a listing now: its age, and each deadline that is near. Whatever was confirmed since a
    deadline came near is right."""
    confirmed = listing.confirmed_at or listing.posted_at
    if confirmed + ASKED_AFTER <= now:
        yield f"age {confirmed:%Y-%m-%dT%H:%M:%S}"
    for deadline in listing.deadlines:
        at = deadline_at(deadline)
        if at - BEFORE_DEADLINE <= now <= at and confirmed < at - BEFORE_DEADLINE:
            yield f"deadline {at:%Y-%m-%dT%H:%M:%S}"


def ask(session: Session, listing_id: str, occasion: str, now: datetime, pages: Pages) -> None:
    """Write to the team, unless another worker has done so."""
    token = new_token()
    row = {"listing_id": listing_id, "occasion": occasion, "digest": digest(token), "asked_at": now}
    if not _add(session, row):
        return
    posting, listing = session.get_one(Posting, listing_id), session.get_one(Listing, listing_id)
    posting.asked_at = now
    confirmed = (listing.confirmed_at or listing.posted_at).date().isoformat()
    address = pages.to("posting.confirmation", listing_id=listing_id, token=token)
    tell_team(session, posting, LETTER, now, address, why=occasion.partition(" ")[0], confirmed_on=confirmed)


def check_link(session: Session, listing_id: str, token: str) -> Question:
    """The question that a letter's link answers. Raises `NotFound` for any other link."""
    question = session.scalar(sa.select(Question).where(Question.digest == digest(token)))
    if question is None or question.listing_id != listing_id:
        raise NotFound("question.unknown", id=listing_id)
    return question


def answer(session: Session, posting: Posting, token: str, actor: Actor, now: datetime) -> None:
    """Confirm a listing by a letter's link. Raises `NotFound` for a link that is none of ours."""
    check_link(session, posting.listing_id, token)
    service.confirm_listing(session, posting, actor, now)


def _candidates(session: Session, now: datetime) -> list[Listing]:
    """Published listings of teams that there may be something to ask about."""
    confirmed = sa.func.coalesce(Listing.confirmed_at, Listing.posted_at)
    wall = now.replace(tzinfo=None)
    near = Deadline.local_time.between(wall - _ZONES, wall + BEFORE_DEADLINE + _ZONES)
    query = (
        sa.select(Listing)
        .join(Posting, Posting.listing_id == Listing.id)
        .join(Team, Team.organisation_id == Posting.organisation_id)
        .where(Listing.state == "published", Team.suspended_at.is_(None))
        .where(sa.or_(confirmed <= now - ASKED_AFTER, Listing.deadlines.any(near)))
        .options(selectinload(Listing.deadlines))
        .order_by(Listing.id)
    )
    return list(session.scalars(query))


def _asked(session: Session, ids: list[str]) -> Iterator[Question]:
    for start in range(0, len(ids), 500):  # a statement takes only so many ids
        yield from session.scalars(sa.select(Question).where(Question.listing_id.in_(ids[start : start + 500])))


def _add(session: Session, row: dict[str, object]) -> bool:
    """Whether the question had not been asked before; who asks at the same moment waits here and learns of it."""
    new = insert_or(session, Question).values(row).on_conflict_do_nothing(index_elements=["listing_id", "occasion"])
    return session.scalar(new.returning(Question.listing_id)) is not None
