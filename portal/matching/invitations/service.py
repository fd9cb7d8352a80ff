"""What hosts and the people they invite do. One verb a function; each is noted, and the other side is told.

The host knows a person by the public id alone, and the log does not say who answered: that stays between the two.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit
from portal.core.actor import Actor
from portal.core.database import insert_or
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.holding import AT_ONCE
from portal.core.ids import CHANCE, new_id
from portal.listings.models import Listing
from portal.mail.pages import Address
from portal.mail.service import post
from portal.matching.invitations.queries import EMAIL, WITHOUT_PROFILE, find_visible
from portal.matching.invitations.workflow import STEPS
from portal.matching.models import Invitation, Refusal
from portal.organisations.names import names_by_language
from portal.organisations.queries import get_organisation
from portal.researchers.models import Researcher
from portal.researchers.profile import PARTS
from portal.researchers.service import hold_profile, note_reveal
from portal.teams.mails import name_for, tell
from portal.teams.queries import list_able

OPEN_FOR = timedelta(days=30)
WORDING = "2026-12.2"  # edition of the words with which a person is asked to reveal something
REVEALABLE = (EMAIL, *(part for part in PARTS if part != "name"))
"""What may be ticked; the name goes with every yes that says who it is."""


def invite_person(
    session: Session, listing: Listing, public_id: str, message: str, actor: Actor, now: datetime, address: Address
) -> Invitation:
    """Ask somebody to look at a listing. Raises `NotFound` ("person.unknown") where the person is not to be found by
    this host, and `Conflict` ("listing.not-published", "invitation.there"), also if a colleague does the same at this
    moment."""
    if listing.state != "published":
        raise Conflict("listing.not-published", field="message")
    host = listing.organisation_id or ""
    hold_profile(session, Researcher.public_id == public_id)  # who withdraws at this moment is not invited after it
    person = next(iter(find_visible(session, [public_id], host, actor)), None)
    if person is None:
        raise NotFound("person.unknown", id=public_id)
    _drop_earlier(session, listing.id, person.user_id, now)
    values: dict[str, Any] = {
        "id": new_id(CHANCE, 12), "listing_id": listing.id, "organisation_id": host, "user_id": person.user_id,
        "sent_by": actor.user_id, "message": message, "state": "sent", "revealed": [], "sent_at": now,
        "expires_at": now + OPEN_FOR,
    }  # fmt: skip
    once = ["listing_id", "user_id"]
    new = insert_or(session, Invitation).values(values).on_conflict_do_nothing(index_elements=once)
    if not session.execute(new.returning(Invitation.id)).all():
        raise Conflict("invitation.there", field="message")
    audit.note(session, "researcher.invited", actor, ("listing", listing.id), now, host)
    user, text = session.get_one(User, person.user_id), _original(listing)
    names = names_by_language(get_organisation(session, host))
    post(
        session, "listing-invitation", user.language, user.email, now,
        organisation=name_for(names, user.language), message=message, days=OPEN_FOR.days,
        address=address(user.language), **text,
    )  # fmt: skip
    return session.get_one(Invitation, values["id"])


def withdraw_invitation(session: Session, invitation: Invitation, actor: Actor, now: datetime) -> None:
    """Take an invitation back that nobody has answered. Raises `Conflict` ("invitation.decided")."""
    _move(session, invitation, "withdraw", now)
    of = ("listing", invitation.listing_id)
    audit.note(session, "researcher.withdrawn", actor, of, now, invitation.organisation_id)


def accept_invitation(
    session: Session, invitation: Invitation, parts: Collection[str], language: str, now: datetime, address: Address
) -> None:
    """Say yes, and who one is: the name and the ticked parts are shown to this host from now on. Raises `Invalid`
    ("part.unknown") and `Conflict` ("invitation.decided")."""
    if not set(parts) <= set(REVEALABLE):
        raise Invalid("part.unknown", field="parts")
    _move(session, invitation, "accept", now)
    invitation.revealed = ["name", *(part for part in REVEALABLE if part in parts)]
    _note_reveal(session, invitation, True, language, now)
    _answered(session, invitation, now, address)


def express_interest(session: Session, invitation: Invitation, now: datetime, address: Address) -> None:
    """Say yes without saying who one is. Raises `Conflict` ("invitation.decided")."""
    _move(session, invitation, "express-interest", now)
    _answered(session, invitation, now, address)


def decline_invitation(
    session: Session, invitation: Invitation, language: str, now: datetime, address: Address
) -> None:
    """Say no, or take an earlier yes back with all that it revealed. Raises `Conflict` ("invitation.decided")."""
    _move(session, invitation, "decline", now)
    _note_reveal(session, invitation, False, language, now)
    invitation.revealed = []
    _answered(session, invitation, now, address)


def hand_over_invitations(session: Session, old: str, new: str, now: datetime) -> None:
    """A host becomes part of another one, to which nobody has said who they are: what was revealed is hidden, and who
    had accepted is interested and decides anew. The ledger and the log say so; the invitations themselves stay."""
    own = sa.select(Invitation).where(Invitation.organisation_id == old, Invitation.state == "accepted")
    for invitation in session.scalars(own.order_by(Invitation.id).with_for_update()).all():
        _move(session, invitation, "hand-over", now)
        _hide(session, invitation, now)
        of = ("listing", invitation.listing_id)
        audit.note(session, f"researcher.{invitation.state}", Actor(), of, now, new)
    session.flush()


def refuse_host(session: Session, user_id: str, organisation_id: str, now: datetime) -> None:
    """Want no more invitations of an organisation; it does not find the person any more, and is not told."""
    hold_profile(session, Researcher.user_id == user_id)  # so that nobody of it invites at this moment
    new = insert_or(session, Refusal).values(user_id=user_id, organisation_id=organisation_id, at=now)
    session.execute(new.on_conflict_do_nothing())


def admit_host(session: Session, user_id: str, organisation_id: str) -> None:
    """Let an organisation find and invite the person again."""
    own = sa.delete(Refusal).where(Refusal.user_id == user_id, Refusal.organisation_id == organisation_id)
    session.execute(own)


def expire_invitations(session: Session, now: datetime) -> int:
    """End what nobody has answered in time; how many."""
    due = sa.update(Invitation).where(Invitation.is_over(now))
    ended = session.execute(due.values(state=STEPS["expire"].target).returning(Invitation.id))
    return len(ended.all())


def end_without_profile(session: Session, now: datetime) -> int:
    """End invitations whose profile is deleted, with all that they revealed; how many, of some at once. Nobody is told:
    the host does not see them any more."""
    step = STEPS["end"]
    orphaned = sa.select(Invitation).where(Invitation.state.in_(step.sources), WITHOUT_PROFILE)
    found = session.scalars(orphaned.limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    for invitation in found:
        _hide(session, invitation, now)
        invitation.state, invitation.answered_at = step.target, now
    return len(found)


def _drop_earlier(session: Session, listing_id: str, user_id: str, now: datetime) -> None:
    """Who began another profile may be invited like anybody: what was sent to the earlier one gives way. One that is
    answered at this moment stays."""
    own = sa.select(Invitation).where(Invitation.listing_id == listing_id, Invitation.user_id == user_id)
    for invitation in session.scalars(own.where(WITHOUT_PROFILE).with_for_update(skip_locked=True)).all():
        _hide(session, invitation, now)
        session.delete(invitation)
    session.flush()


def _hide(session: Session, invitation: Invitation, now: datetime) -> None:
    """Take back all that was revealed; the ledger says so."""
    _note_reveal(session, invitation, False, session.get_one(User, invitation.user_id).language, now)
    invitation.revealed = []


def _move(session: Session, invitation: Invitation, action: str, now: datetime) -> None:
    """A step of the workflow: one statement, so that of two who decide at once the second is told."""
    step = STEPS[action]
    own = sa.update(Invitation).where(Invitation.id == invitation.id, Invitation.state.in_(step.sources))
    if action != "decline":
        own = own.where(sa.not_(Invitation.is_over(now)))
    moved = own.values(state=step.target, answered_at=now).returning(Invitation.id)
    if not session.execute(moved).all():
        raise Conflict("invitation.decided")
    session.refresh(invitation)


def _note_reveal(session: Session, invitation: Invitation, given: bool, language: str, now: datetime) -> None:
    """In the ledger of consents."""
    note_reveal(
        session, invitation.user_id, invitation.revealed, invitation.organisation_id, given, (WORDING, language), now
    )


def _answered(session: Session, invitation: Invitation, now: datetime, address: Address) -> None:
    of, host = ("listing", invitation.listing_id), invitation.organisation_id
    audit.note(session, f"researcher.{invitation.state}", Actor(), of, now, host)
    listing = session.get_one(Listing, invitation.listing_id)
    session.refresh(listing, ["translations"])
    team = list_able(session, host, "manager", "editor")
    names = names_by_language(get_organisation(session, host))
    tell(
        session, "listing-invitation-answered", team, names, now, address, answer=invitation.state, **_original(listing)
    )


def _original(listing: Listing) -> dict[str, str]:
    """A listing's title, as letters quote it."""
    text = next((one for one in listing.translations if one.origin == "source"), listing.translations[0])
    return {"title": text.title, "title_language": text.language}
