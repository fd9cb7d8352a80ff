"""What teams do with their places. One verb per function.

Every function notes what was done (`portal.core.audit`) and writes to those concerned; who may do it, `policy` has said
before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit
from portal.core.actor import Actor
from portal.core.errors import Conflict
from portal.mail.pages import Address
from portal.teams import queries
from portal.teams.invitations import cancel_invitations_of, hand_invitations_on
from portal.teams.keys import tell_team_of_stopped_keys
from portal.teams.mails import tell
from portal.teams.models import ApiKey, Membership, Team
from portal.teams.places import check_manages, check_role, get_member, lock_team, names_of


def change_role(
    session: Session, organisation_id: str, user_id: str, role: str, actor: Actor, now: datetime, address: Address
) -> None:
    """Give a member another role. Raises `Invalid` ("role.unknown"), `NotFound` ("member.unknown"), `Conflict`
    ("team.last-manager")."""
    check_role(role)
    lock_team(session, organisation_id)
    check_manages(session, organisation_id, actor.user_id)
    membership = get_member(session, organisation_id, user_id)
    if membership.role == role:
        return
    if membership.role == "manager":
        _check_another_manager(session, organisation_id, user_id)
        cancel_invitations_of(session, organisation_id, user_id, actor, now)
    _set_role(session, membership, role, actor, now)
    if user_id != actor.user_id:
        _tell_of_role(session, membership, now, address)
    tell_team_of_stopped_keys(session, organisation_id, session.get_one(User, user_id), now, address)


def remove_member(
    session: Session, organisation_id: str, user_id: str, actor: Actor, now: datetime, address: Address, own: Address
) -> None:
    """Take a member out of the team. `address` is the team's page, `own` the one that the letter to this person leads
    to. Raises `NotFound` ("member.unknown"), `Conflict` ("team.last-manager")."""
    lock_team(session, organisation_id)
    check_manages(session, organisation_id, actor.user_id)
    user = _take_out(session, organisation_id, user_id, actor, now)
    audit.note(session, "member.removed", actor, ("user", user_id), now, organisation_id)
    tell(session, "team-removed", [user], names_of(session, organisation_id), now, own)
    tell_team_of_stopped_keys(session, organisation_id, user, now, address)


def leave_team(session: Session, organisation_id: str, actor: Actor, now: datetime, address: Address) -> None:
    """Give up one's own place. Raises as `remove_member`."""
    lock_team(session, organisation_id)
    user = _take_out(session, organisation_id, str(actor.user_id), actor, now)
    audit.note(session, "member.left", actor, ("user", user.id), now, organisation_id)
    managers = queries.list_managers(session, organisation_id)
    tell(session, "team-left", managers, names_of(session, organisation_id), now, address, member=user.name)
    tell_team_of_stopped_keys(session, organisation_id, user, now, address)


def hand_over(
    session: Session, organisation_id: str, user_id: str, actor: Actor, now: datetime, address: Address
) -> None:
    """Make another member manager and become editor oneself, in one step; invitations that wait are the new manager's.
    Raises `NotFound` ("member.unknown"),
    `Conflict` ("member.self")."""
    if user_id == actor.user_id:
        raise Conflict("member.self", field="member")
    lock_team(session, organisation_id)
    own = check_manages(session, organisation_id, actor.user_id)
    heir = get_member(session, organisation_id, user_id)
    if heir.role != "manager":
        _set_role(session, heir, "manager", actor, now)
        _tell_of_role(session, heir, now, address)
    _set_role(session, own, "editor", actor, now)
    hand_invitations_on(session, organisation_id, own.user_id, user_id)


def part_with_teams(session: Session, user_id: str, now: datetime, address: Callable[[str], Address]) -> None:
    """Give up all places of somebody whose account goes, also the last one of a team; keys of theirs are revoked, and
    the managers who are left are told, without a name. `address` makes, of an organisation's id, its team's page."""
    own = sa.select(Membership.organisation_id).where(Membership.user_id == user_id)
    keys = sa.select(ApiKey).where(ApiKey.created_by == user_id)
    revoked = session.scalars(keys.where(ApiKey.revoked_at.is_(None)).order_by(ApiKey.created_at, ApiKey.id)).all()
    for organisation_id in sorted({*session.scalars(own), *(key.organisation_id for key in revoked)}):
        lock_team(session, organisation_id)
        place = session.get(Membership, (organisation_id, user_id), populate_existing=True)
        names = [key.name for key in revoked if key.organisation_id == organisation_id]
        if place is not None:
            session.delete(place)
            audit.note(session, "member.left", Actor(user_id), ("user", user_id), now, organisation_id)
        managers = queries.list_managers(session, organisation_id, but=user_id)
        own_page = address(organisation_id)
        told = {"keys": ", ".join(names)}
        tell(session, "account-gone", managers, names_of(session, organisation_id), now, own_page, **told)
    for key in revoked:
        key.revoked_at = now
        audit.note(session, "key.revoked", Actor(user_id), ("key", key.id), now, key.organisation_id)
    session.flush()


def trust_team(session: Session, team: Team, trusted: bool, actor: Actor, now: datetime) -> None:
    """Let a team publish without being looked at first, or no longer."""
    if team.trusted != trusted:
        team.trusted = trusted
        event = "team.trusted" if trusted else "team.distrusted"
        audit.note(session, event, actor, ("team", team.organisation_id), now, team.organisation_id)


def _take_out(session: Session, organisation_id: str, user_id: str, actor: Actor, now: datetime) -> User:
    """Behind the lock."""
    membership = get_member(session, organisation_id, user_id)
    if membership.role == "manager":
        _check_another_manager(session, organisation_id, user_id)
        cancel_invitations_of(session, organisation_id, user_id, actor, now)
    session.delete(membership)
    session.flush()
    return session.get_one(User, user_id)


def _set_role(session: Session, membership: Membership, role: str, actor: Actor, now: datetime) -> None:
    before, membership.role = membership.role, role
    of = ("user", membership.user_id)
    audit.note(session, "member.role-changed", actor, of, now, membership.organisation_id, before=before, role=role)


def _tell_of_role(session: Session, membership: Membership, now: datetime, address: Address) -> None:
    user, names = session.get_one(User, membership.user_id), names_of(session, membership.organisation_id)
    tell(session, "team-role", [user], names, now, address, role=membership.role)


def _check_another_manager(session: Session, organisation_id: str, user_id: str) -> None:
    if not queries.list_managers(session, organisation_id, but=user_id):
        raise Conflict("team.last-manager")
