"""Teams that publish without being looked at first, and what becomes of their plans when that ends: drafts on the
calendar that no moderator has accepted are looked at after all."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.actor import Actor
from portal.mail.pages import Pages
from portal.posting import service
from portal.posting.models import Posting
from portal.posting.publication.mails import tell_team
from portal.posting.workflow import BY_ACTION
from portal.teams.models import Team
from portal.teams.service import trust_team


def set_trust(session: Session, team: Team, trusted: bool, actor: Actor, now: datetime, pages: Pages) -> int:
    """Let a team publish without being looked at first, or no longer; how many of its drafts wait for a moderator
    because of that."""
    trust_team(session, team, trusted, actor, now)
    held = [] if trusted else _unseen(session, team.organisation_id)
    for posting in held:
        hold(session, posting, actor, now, pages)
    return len(held)


def needs_look(session: Session, posting: Posting) -> bool:
    """Whether a draft on the calendar may not be published by itself: nobody has accepted it, and its team is not
    trusted (any more)."""
    return posting.accepted_at is None and not session.get_one(Team, posting.organisation_id).trusted


def hold(session: Session, posting: Posting, actor: Actor, now: datetime, pages: Pages) -> None:
    """Put a draft on the calendar before the moderators, and tell its team; its plan stays. It waits since now."""
    service.move_draft(session, posting, "hold", "in-review")
    posting.submitted_at = now
    audit.note(session, "posting.held", actor, (service.KIND, posting.listing_id), now, posting.organisation_id)
    address = pages.to("posting.publication_of", listing_id=posting.listing_id)
    tell_team(session, posting, str(BY_ACTION["hold"].letter), now, address)


def _unseen(session: Session, organisation_id: str) -> list[Posting]:
    """Those of a team that are on the calendar without a moderator's consent; whoever publishes one at this moment is
    waited for."""
    query = sa.select(Posting).where(Posting.organisation_id == organisation_id, Posting.state == "scheduled")
    return list(
        session.scalars(query.where(Posting.accepted_at.is_(None)).order_by(Posting.listing_id).with_for_update())
    )
