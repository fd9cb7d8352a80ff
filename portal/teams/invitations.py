"""Invitations to a team: a place offered by mail, taken up once, or taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.addresses import normal
from portal.accounts.models import User
from portal.core import audit
from portal.core.actor import Actor
from portal.core.errors import Conflict, Forbidden, NotFound
from portal.core.ids import CHANCE, new_id
from portal.core.secrets import digest, new_token
from portal.mail.pages import Address
from portal.mail.service import post
from portal.teams import queries
from portal.teams.mails import name_for, tell
from portal.teams.models import Membership, TeamInvitation
from portal.teams.places import check_manages, check_role, join, lock_team, names_of

INVITED_FOR = timedelta(days=14)
MOST_INVITATIONS = 50  # of a team


def invite_member(
    session: Session,
    organisation_id: str,
    email: str,
    role: str,
    language: str,
    inviter: User,
    now: datetime,
    address: Callable[[str], str],
) -> TeamInvitation:
    """Offer a place in a team by mail; an earlier offer to the same address works no more. `address` makes, of the
    token, the page to follow. Raises `Invalid` and `Conflict` ("invitation.self", "invitation.member",
    "invitation.many")."""
    email = normal(email)
    check_role(role)
    lock_team(session, organisation_id)
    check_manages(session, organisation_id, inviter.id)
    if email == inviter.email:
        raise Conflict("invitation.self", field="email")
    if queries.is_member(session, organisation_id, email):
        raise Conflict("invitation.member", field="email")
    own = sa.delete(TeamInvitation).where(TeamInvitation.organisation_id == organisation_id)
    session.execute(own.where(sa.or_(TeamInvitation.email == email, TeamInvitation.expires_at <= now)))
    if queries.list_invitations(session, organisation_id).total >= MOST_INVITATIONS:
        raise Conflict("invitation.many", field="email")
    token = new_token()
    invitation = TeamInvitation(
        id=new_id(CHANCE, 12), digest=digest(token), organisation_id=organisation_id, email=email, role=role,
        language=language, invited_by=inviter.id, created_at=now, expires_at=now + INVITED_FOR,
    )  # fmt: skip
    session.add(invitation)
    of = ("invitation", invitation.id)
    audit.note(session, "member.invited", Actor(inviter.id), of, now, organisation_id, role=role)
    name = name_for(names_of(session, organisation_id), language)
    post(
        session, "team-invitation", language, email, now,
        organisation=name, role=role, inviter=inviter.name, days=INVITED_FOR.days, address=address(token),
    )  # fmt: skip
    return invitation


def cancel_invitation(session: Session, organisation_id: str, invitation_id: str, actor: Actor, now: datetime) -> None:
    """Take an offer back. Raises `NotFound` ("invitation.unknown")."""
    own = sa.delete(TeamInvitation).where(
        TeamInvitation.id == invitation_id, TeamInvitation.organisation_id == organisation_id
    )
    if not session.execute(own.returning(TeamInvitation.id)).all():
        raise NotFound("invitation.unknown")
    audit.note(session, "invitation.cancelled", actor, ("invitation", invitation_id), now, organisation_id)


def accept_invitation(
    session: Session, token: str, user: User, now: datetime, address: Callable[[str], Address]
) -> str:
    """Take up an offer, once; the organisation's id. `address` makes, of that id, the page that letters lead to.

    Raises `NotFound` ("invitation.unknown"), `Conflict` ("invitation.expired"), `Forbidden`
    ("invitation.other-address").
    """
    invitation = queries.get_invitation(session, token, now)
    if invitation.email != user.email:
        raise Forbidden("invitation.other-address")
    organisation_id, role, actor = invitation.organisation_id, invitation.role, Actor(user.id)
    lock_team(session, organisation_id)
    taken = sa.delete(TeamInvitation).where(TeamInvitation.id == invitation.id).returning(TeamInvitation.id)
    if not session.execute(taken).all():
        raise NotFound("invitation.unknown")
    if session.get(Membership, (organisation_id, user.id), populate_existing=True) is None:
        join(session, organisation_id, user.id, role, actor, now)
        managers = queries.list_managers(session, organisation_id, but=user.id)
        names = names_of(session, organisation_id)
        tell(session, "team-joined", managers, names, now, address(organisation_id), member=user.name, role=role)
    return organisation_id


def cancel_invitations_of(session: Session, organisation_id: str, user_id: str, actor: Actor, now: datetime) -> None:
    """Whoever manages a team no more has nobody let in any more, least of all themselves by another address."""
    gone = _invitations_of(sa.delete(TeamInvitation), organisation_id, user_id).returning(TeamInvitation.id)
    for invitation_id in session.scalars(gone).all():
        of = ("invitation", invitation_id)
        audit.note(session, "invitation.cancelled", actor, of, now, organisation_id)


def hand_invitations_on(session: Session, organisation_id: str, user_id: str, heir_id: str) -> None:
    """Those that wait are another manager's from now on."""
    session.execute(_invitations_of(sa.update(TeamInvitation), organisation_id, user_id).values(invited_by=heir_id))


def _invitations_of(statement: Any, organisation_id: str, user_id: str) -> Any:
    own = statement.where(TeamInvitation.organisation_id == organisation_id, TeamInvitation.invited_by == user_id)
    return own.execution_options(synchronize_session=False)
