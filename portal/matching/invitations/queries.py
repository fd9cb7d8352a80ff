"""Reads of invitations: those of a listing for its host, and those of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core.actor import Actor
from portal.core.errors import Forbidden, NotFound
from portal.listings.models import Listing
from portal.listings.queries import whole_listings
from portal.matching import policy
from portal.matching.models import Invitation, Refusal
from portal.researchers.models import Researcher
from portal.researchers.profile import Profile
from portal.researchers.queries import Shown, find_shown, get_profile

EMAIL = "email"  # may be revealed as the parts of a profile may
OF_SAME_PROFILE = sa.and_(Researcher.user_id == Invitation.user_id, Researcher.created_at <= Invitation.sent_at)
"""An invitation is to the profile that there was then: a yes of those days says nothing about one begun later."""
WITHOUT_PROFILE = ~sa.exists(sa.select(Researcher.user_id).where(OF_SAME_PROFILE))


@dataclass(frozen=True)
class Revealed:
    """What somebody lets one host see of their profile; the parts are those that were ticked."""

    profile: Profile
    parts: tuple[str, ...]
    email: str | None


def get_own_listing(session: Session, listing_id: str, actor: Actor) -> Listing:
    """A listing for which the actor looks for people, in any state: what was answered is seen also when it is closed.
    Raises `NotFound` for one of another team, and `Forbidden` for members who may not."""
    found: Listing | None = session.scalars(whole_listings().where(Listing.id == listing_id)).one_or_none()
    host = found.organisation_id if found else None
    if found is None or host is None or not policy.may_see_team_of(actor, host):
        raise NotFound("listing.unknown", id=listing_id)
    if not policy.may_find_people(actor, host):
        raise Forbidden("not.permitted")
    return found


def list_sent(session: Session, listing_id: str) -> dict[str, Invitation]:
    """The invitations to a listing, by the public id of who was invited, the latest first. Not among them are those who
    have no profile any more, or began another one since, and those who refuse the host; what somebody said yes to can
    be read all the same."""
    refuses = sa.exists(Refusal.user_id).where(
        Refusal.user_id == Invitation.user_id, Refusal.organisation_id == Invitation.organisation_id
    )
    query = (
        sa.select(Researcher.public_id, Invitation)
        .join(Researcher, OF_SAME_PROFILE)
        .where(Invitation.listing_id == listing_id, (Invitation.state == "accepted") | ~refuses)
        .order_by(Invitation.sent_at.desc(), Invitation.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def find_visible(session: Session, public_ids: Sequence[str], organisation_id: str, actor: Actor) -> list[Shown]:
    """Those of some people whom somebody of an organisation may see, in order: who agreed to be found, and never who
    looks, nor who refuses the organisation."""
    refusing = list_refusing(session, organisation_id)
    shown = find_shown(session, public_ids)
    return [one for one in shown if one.user_id != actor.user_id and one.user_id not in refusing]


def count_waiting(session: Session, user_id: str, now: datetime) -> int:
    """How many invitations wait for a person's answer."""
    waiting = sa.and_(Invitation.user_id == user_id, Invitation.state == "sent", sa.not_(Invitation.is_over(now)))
    return session.scalar(sa.select(sa.func.count()).select_from(Invitation).where(waiting)) or 0


def list_received(session: Session, user_id: str) -> Sequence[Invitation]:
    """What a person was invited to: what waits for an answer first, then the latest."""
    waiting = sa.case({"sent": 0}, value=Invitation.state, else_=1)
    own = sa.select(Invitation).where(Invitation.user_id == user_id)
    return session.scalars(own.order_by(waiting, Invitation.sent_at.desc(), Invitation.id)).all()


def get_received(session: Session, invitation_id: str, actor: Actor, hold: bool = False) -> Invitation:
    """An invitation of the actor; `hold` it to change it. Raises `NotFound` for anybody else's."""
    found = session.get(Invitation, invitation_id, with_for_update=hold or None)
    if found is None or not policy.may_answer(actor, found):
        raise NotFound("invitation.unknown")
    return found


def listings_of(session: Session, invitations: Sequence[Invitation]) -> dict[str, Listing]:
    """The listings of some invitations by id, in whatever state they are by now."""
    wanted = whole_listings().where(Listing.id.in_([one.listing_id for one in invitations]))
    return {listing.id: listing for listing in session.scalars(wanted)}


def revealed_by(session: Session, invitation: Invitation) -> Revealed | None:
    """What the host may see beyond what all hosts see; None while that is nothing."""
    user = session.get(User, invitation.user_id)
    if invitation.state != "accepted" or user is None or user.suspended_at is not None:
        return None
    parts = tuple(part for part in invitation.revealed if part != EMAIL)
    profile = get_profile(session, invitation.user_id).showing(parts)
    return Revealed(profile, parts, user.email if EMAIL in invitation.revealed else None)


def list_refused(session: Session, user_id: str) -> Sequence[str]:
    """The organisations from which a person wants no invitations."""
    own = sa.select(Refusal.organisation_id).where(Refusal.user_id == user_id)
    return session.scalars(own.order_by(Refusal.at.desc(), Refusal.organisation_id)).all()


def list_refusing(session: Session, organisation_id: str) -> frozenset[str]:
    """The people who want none of an organisation."""
    return frozenset(session.scalars(sa.select(Refusal.user_id).where(Refusal.organisation_id == organisation_id)))
