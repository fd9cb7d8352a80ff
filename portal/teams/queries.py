"""Reading teams, claims, invitations and keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.accounts.models import User
from portal.core.actor import SITE_ROLES, Actor
from portal.core.errors import Conflict, NotFound
from portal.core.secrets import digest
from portal.organisations.models import Organisation
from portal.organisations.names import names_by_language
from portal.teams import policy
from portal.teams.models import ApiKey, Claim, Invitation, Membership, StoredFile, Team


@dataclass(frozen=True)
class ClaimInFull:
    """A claim with what one needs to decide it. `organisation` is None for a proposed one, `has_team` tells whether it
    would be the first person."""

    claim: Claim
    claimant: User
    organisation: Organisation | None
    paper: StoredFile | None
    has_team: bool

    @property
    def names(self) -> Mapping[str, str]:
        """The names of the organisation, by language."""
        if self.organisation is not None:
            return names_by_language(self.organisation)
        proposed: dict[str, Any] = self.claim.proposed or {}
        names: dict[str, str] = proposed["names"]
        return names

    @property
    def is_strong(self) -> bool:
        """Whether the address alone is good proof."""
        return self.claim.proof == "domain"


@dataclass(frozen=True)
class Place:
    """A person's place in one team."""

    organisation: Organisation
    role: str
    is_suspended: bool


def roles_of(session: Session, user_id: str) -> dict[str, str]:
    """A person's roles, by organisation; those in suspended teams are left out."""
    query = (
        sa.select(Membership.organisation_id, Membership.role)
        .join(Team, Team.organisation_id == Membership.organisation_id)
        .where(Membership.user_id == user_id, Team.suspended_at.is_(None))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def list_places(session: Session, user_id: str) -> Sequence[Place]:
    """All teams of a person, the longest-standing first."""
    query = (
        sa.select(Organisation, Membership.role, Team.suspended_at)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Team, Team.organisation_id == Organisation.id)
        .where(Membership.user_id == user_id)
        .order_by(Membership.joined_at, Organisation.id)
        .options(selectinload(Organisation.names))
    )
    return [Place(organisation, role, at is not None) for organisation, role, at in session.execute(query)]


def get_team(session: Session, organisation_id: str, actor: Actor) -> Team:
    """A team that the actor may see. Raises `NotFound` for any other: nobody learns that it exists."""
    team = session.get(Team, organisation_id)
    if team is None or not policy.may_see_team(actor, organisation_id):
        raise NotFound("team.unknown", id=organisation_id)
    return team


def list_members(session: Session, organisation_id: str) -> Sequence[tuple[Membership, User]]:
    """Who belongs to a team: managers first, then by name."""
    rank = sa.case({"manager": 0, "editor": 1}, value=Membership.role, else_=2)
    query = (
        sa.select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == organisation_id)
        .order_by(rank, User.name, User.id)
    )
    return [(membership, user) for membership, user in session.execute(query)]


def list_able(session: Session, organisation_id: str, *roles: str, but: str | None = None) -> Sequence[User]:
    """Those with one of some roles in a team who can act and read letters, without the one with an id."""
    query = (
        sa.select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation_id, Membership.role.in_(roles))
        .where(User.confirmed_at.is_not(None), User.suspended_at.is_(None), User.id != (but or ""))
    )
    return session.scalars(query.order_by(User.id)).all()


def list_managers(session: Session, organisation_id: str, but: str | None = None) -> Sequence[User]:
    """The managers of a team who can act, without the one with an id."""
    return list_able(session, organisation_id, "manager", but=but)


def list_site_team(session: Session) -> Sequence[User]:
    """The moderators and administrators of the site."""
    query = sa.select(User).where(User.site_role.in_(SITE_ROLES), User.suspended_at.is_(None))
    return session.scalars(query.order_by(User.id)).all()


def list_invitations(session: Session, organisation_id: str) -> Sequence[Invitation]:
    """Invitations that nobody has followed yet, the latest first; they may have expired."""
    query = sa.select(Invitation).where(Invitation.organisation_id == organisation_id)
    return session.scalars(query.order_by(Invitation.created_at.desc(), Invitation.id)).all()


def is_invited(session: Session, email: str, now: datetime) -> bool:
    """Whether a team waits for the person with this address."""
    query = sa.select(Invitation.id).where(Invitation.email == email, Invitation.expires_at > now)
    return session.scalars(query).first() is not None


def get_invitation(session: Session, token: str, now: datetime) -> Invitation:
    """The invitation that a link stands for. Raises `NotFound` ("invitation.unknown") or `Conflict`
    ("invitation.expired")."""
    found = session.scalars(sa.select(Invitation).where(Invitation.digest == digest(token))).one_or_none()
    team = session.get(Team, found.organisation_id) if found else None
    if found is None or team is None or team.suspended_at is not None:
        raise NotFound("invitation.unknown")
    if found.expires_at <= now:
        raise Conflict("invitation.expired")
    return found


def list_keys(session: Session, organisation_id: str) -> Sequence[ApiKey]:
    """The keys of an organisation: those that work first, the latest first."""
    query = sa.select(ApiKey).where(ApiKey.organisation_id == organisation_id)
    return session.scalars(query.order_by(ApiKey.revoked_at.is_not(None), ApiKey.created_at.desc(), ApiKey.id)).all()


def get_claim(session: Session, claim_id: str, actor: Actor) -> ClaimInFull:
    """A claim that the actor may see. Raises `NotFound` for any other."""
    found = next(iter(_in_full(session, Claim.id == claim_id)), None)
    if found is None or not policy.may_see_claim(actor, found.claim):
        raise NotFound("claim.unknown", id=claim_id)
    return found


def list_waiting_claims(session: Session) -> Sequence[ClaimInFull]:
    """What waits for a decision, the longest first."""
    return _in_full(session, Claim.state == "waiting")


def list_claims_of_person(session: Session, user_id: str) -> Sequence[ClaimInFull]:
    """All claims of a person, the latest first."""
    return _in_full(session, Claim.user_id == user_id)[::-1]


def list_claims_of_team(session: Session, organisation_id: str) -> Sequence[ClaimInFull]:
    """Who waits to be let into a team."""
    return _in_full(session, Claim.organisation_id == organisation_id, Claim.state == "waiting")


def _in_full(session: Session, *conditions: sa.ColumnElement[bool]) -> list[ClaimInFull]:
    query = (
        sa.select(Claim, User, Organisation, StoredFile, Team.organisation_id)
        .join(User, User.id == Claim.user_id)
        .outerjoin(Organisation, Organisation.id == Claim.organisation_id)
        .outerjoin(StoredFile, StoredFile.id == Claim.file_id)
        .outerjoin(Team, Team.organisation_id == Claim.organisation_id)
        .where(*conditions)
        .order_by(Claim.created_at, Claim.id)
        .options(selectinload(Organisation.names))
    )
    return [
        ClaimInFull(claim, claimant, organisation, paper, team is not None)
        for claim, claimant, organisation, paper, team in session.execute(query)
    ]
