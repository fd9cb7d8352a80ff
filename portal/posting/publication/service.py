"""How a draft comes before readers and goes from them again: proposed with a plan, decided on, taken away.

Each function is one change: a step of `service`, what is kept with it, and the letter that the step causes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.actor import Actor
from portal.core.audit import AuditEvent
from portal.core.errors import Conflict, Invalid
from portal.listings.queries import SHOWN_STATES
from portal.listings.record_parts import Known
from portal.mail.pages import Address, Pages
from portal.posting import service
from portal.posting.models import Posting
from portal.posting.publication.mails import tell_team
from portal.posting.publication.trust import set_trust
from portal.posting.workflow import BY_ACTION
from portal.teams.models import Team

FURTHEST = timedelta(days=730)  # ahead that anything is planned


@dataclass(frozen=True)
class Plan:
    """When a draft is to be published (None: at once) and taken down (None: not by itself); `zone` is that of the
    clock on which the team looks."""

    publish_at: datetime | None = None
    expire_at: datetime | None = None
    zone: str = "UTC"


@dataclass(frozen=True)
class Reason:
    """Why something is returned or suspended: prepared reasons (`reasons.REASONS`), and words in the language of those
    who posted it."""

    codes: tuple[str, ...] = ()
    text: str = ""
    language: str | None = None

    def parameters(self) -> dict[str, Any]:
        """What a letter needs of it."""
        return {"reasons": list(self.codes), "reason": self.text, "reason_language": self.language}


def propose(session: Session, posting: Posting, plan: Plan, known: Known, actor: Actor, now: datetime) -> str:
    """Propose a draft for publication by a plan; the state it comes to, as `service.submit_posting` says. Raises
    `Invalid` also for a plan that cannot be kept."""
    check_plan(plan, now)
    posting.publish_at, posting.expire_at, posting.zone = plan.publish_at, plan.expire_at, plan.zone
    return service.submit_posting(session, posting, known, actor, now)


def check_plan(plan: Plan, now: datetime) -> None:
    """Raise `Invalid`, naming the field, for a moment that is past, too far away, or before the other."""
    for field, moment in (("publish_on", plan.publish_at), ("expire_on", plan.expire_at)):
        if moment is not None and moment <= now:
            raise Invalid("plan.past", field=field)
        if moment is not None and moment > now + FURTHEST:
            raise Invalid("plan.far", field=field)
    if plan.publish_at and plan.expire_at and plan.expire_at <= plan.publish_at:
        raise Invalid("plan.order", field="expire_on")


def accept(
    session: Session,
    posting: Posting,
    revision: int,
    checks: Mapping[str, bool],
    trust: bool,
    known: Known,
    actor: Actor,
    now: datetime,
    pages: Pages,
) -> None:
    """Accept what was proposed; `checks` are the answers of the moderator, `trust` lets the team publish by itself from
    now on. Raises `Conflict` where it is no longer what the moderator saw."""
    _check_revision(session, posting, revision)
    service.accept_posting(session, posting, known, actor, now, checks=dict(checks))
    if trust:
        set_trust(session, session.get_one(Team, posting.organisation_id), True, actor, now, pages)
    published = posting.state == "none"
    plan = {"publish_at": posting.publish_at.isoformat() if posting.publish_at else None, "zone": posting.zone}
    address = _public_page(pages, posting) if published else _own_page(pages, posting)
    tell_team(session, posting, _letter("accept"), now, address, **plan)


def send_back(
    session: Session,
    posting: Posting,
    revision: int,
    checks: Mapping[str, bool],
    reason: Reason,
    actor: Actor,
    now: datetime,
    pages: Pages,
) -> None:
    """Return what was proposed to its team. Raises `Conflict` as `accept` does."""
    _check_revision(session, posting, revision)
    service.return_posting(session, posting, reason.text, actor, now, reason.codes, checks=dict(checks))
    tell_team(session, posting, _letter("return"), now, _own_page(pages, posting), **reason.parameters())


def suspend(session: Session, posting: Posting, reason: Reason, actor: Actor, now: datetime, pages: Pages) -> None:
    """Take a listing from readers' eyes. A new version that waits for its time has to be looked at again."""
    text, codes = reason.text, list(reason.codes)
    before = service.move_listing(session, posting, "suspend", actor, now, reason=text, codes=codes)
    posting.suspended_from, posting.reason, posting.reason_codes = before, text, codes
    if posting.state == "scheduled":
        service.withdraw_posting(session, posting, actor, now)
    tell_team(session, posting, _letter("suspend"), now, _own_page(pages, posting), **reason.parameters())


def reinstate(session: Session, posting: Posting, actor: Actor, now: datetime, pages: Pages) -> None:
    """End the suspension of a listing: it is again what it was before."""
    state = posting.suspended_from or "published"
    service.move_listing(session, posting, "reinstate", actor, now, state)
    posting.reason, posting.reason_codes, posting.suspended_from = "", [], None
    address = _public_page(pages, posting) if state in SHOWN_STATES else _own_page(pages, posting)
    tell_team(session, posting, _letter("reinstate"), now, address, state=state)


def move(session: Session, posting: Posting, action: str, actor: Actor, now: datetime) -> None:
    """What a team does with its published listing: close, archive, show, confirm."""
    if action == "confirm":
        service.confirm_listing(session, posting, actor, now)
    else:
        service.move_listing(session, posting, action, actor, now)


def latest_decision(session: Session, listing_id: str) -> AuditEvent | None:
    """The decision that was taken last about a draft."""
    events = ("posting.accepted", "posting.returned", "posting.withdrawn")
    query = sa.select(AuditEvent).where(AuditEvent.object_id == listing_id, AuditEvent.event.in_(events))
    return session.scalars(query.order_by(AuditEvent.id.desc()).limit(1)).first()


def _check_revision(session: Session, posting: Posting, revision: int) -> None:
    """Nobody changes the draft any more until this is decided."""
    session.refresh(posting, with_for_update=True)
    if posting.revision != revision:
        raise Conflict("posting.decided", action="decide", state=posting.state)


def _public_page(pages: Pages, posting: Posting) -> Address:
    return pages.to("listings.show", listing_id=posting.listing_id)


def _own_page(pages: Pages, posting: Posting) -> Address:
    """Where the team sees how it stands."""
    return pages.to("posting.publication_of", listing_id=posting.listing_id)


def _letter(action: str) -> str:
    letter = BY_ACTION[action].letter
    if letter is None:
        raise ValueError(f"{action} causes no letter")
    return letter
