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
from portal.core.paging import Page, page_of
from portal.core.secrets import digest
from portal.organisations.models import Organisation
from portal.organisations.names import names_by_language
from portal.teams import policy
from portal.teams.models import ApiKey, Claim, Membership, StoredFile, Team, TeamInvitation

PER_PAGE = 30


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
        """Whether the address alone is good proof; of an organisation that was proposed it never is."""
        return self.claim.proof == "domain" and self.claim.proposed is None

    @property
    def proof(self) -> str:
        """What is good proof in it (a code of `labels.PROOFS`)."""
        return "domain" if self.is_strong else "document"


@dataclass(frozen=True)
class Place:
    """A person's place in one team."""

    organisation: Organisation
    role: str
    is_suspended: bool


@dataclass(frozen=True)
class HeldKey:
    """A key of a team, the name of who made it, and why it does not work (a code of `labels.KEY_STOPS`) although nobody
    has revoked it."""

    key: ApiKey
    maker: str
    stopped: str | None


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


def list_members(session: Session, organisation_id: str, page: int = 1) -> Page[tuple[Membership, User]]:
    """Who belongs to a team: managers first, then by name. Raises `NotFound` past the end."""
    rank = sa.case({"manager": 0, "editor": 1}, value=Membership.role, else_=2)
    query = (
        sa.select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.organisation_id == organisation_id)
        .order_by(rank, User.name, User.id)
    )
    return page_of(session, query, page, PER_PAGE, lambda rows: [(membership, user) for membership, user in rows])


def everybody_of(session: Session, organisation_id: str) -> Sequence[User]:
    """All people of a team, for letters to them."""
    query = sa.select(User).join(Membership, Membership.user_id == User.id)
    return session.scalars(query.where(Membership.organisation_id == organisation_id).order_by(User.id)).all()


def is_member(session: Session, organisation_id: str, email: str) -> bool:
    """Whether the person with this address belongs to a team."""
    query = sa.select(User.id).join(Membership, Membership.user_id == User.id)
    return session.scalar(query.where(Membership.organisation_id == organisation_id, User.email == email)) is not None


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


def list_invitations(session: Session, organisation_id: str, page: int = 1) -> Page[TeamInvitation]:
    """Invitations that nobody has followed yet, the latest first; they may have expired. Raises `NotFound` past the
    end."""
    query = sa.select(TeamInvitation).where(TeamInvitation.organisation_id == organisation_id)
    ordered = query.order_by(TeamInvitation.created_at.desc(), TeamInvitation.id)
    return page_of(session, ordered, page, PER_PAGE, lambda rows: [row[0] for row in rows])


def is_invited(session: Session, email: str, now: datetime) -> bool:
    """Whether a team waits for the person with this address."""
    query = sa.select(TeamInvitation.id).where(TeamInvitation.email == email, TeamInvitation.expires_at > now)
    return session.scalars(query).first() is not None


def get_invitation(session: Session, token: str, now: datetime) -> TeamInvitation:
    """The invitation that a link stands for. Raises `NotFound` ("invitation.unknown") or `Conflict`
    ("invitation.expired")."""
    found = session.scalars(sa.select(TeamInvitation).where(TeamInvitation.digest == digest(token))).one_or_none()
    team = session.get(Team, found.organisation_id) if found else None
    inviter = session.get(User, found.invited_by) if found else None
    if found is None or team is None or team.suspended_at or inviter is None or inviter.suspended_at:
        raise NotFound("invitation.unknown")
    if found.expires_at <= now:
        raise Conflict("invitation.expired")
    return found


def list_keys(session: Session, organisation_id: str, page: int = 1) -> Page[HeldKey]:
    """The keys of an organisation: those that were revoked last, else the latest first. Raises `NotFound` past the
    end."""
    query = _held_keys().where(ApiKey.organisation_id == organisation_id)
    ordered = query.order_by(ApiKey.revoked_at.is_not(None), ApiKey.created_at.desc(), ApiKey.id)
    return page_of(session, ordered, page, PER_PAGE, _held)


def list_stopped_keys(session: Session, organisation_id: str) -> Sequence[HeldKey]:
    """The keys that do not work although nobody has revoked them; a team has not many."""
    query = _held_keys().where(ApiKey.organisation_id == organisation_id, ApiKey.revoked_at.is_(None))
    held = _held(session.execute(query.order_by(ApiKey.created_at, ApiKey.id)).all())
    return [one for one in held if one.stopped is not None]


def find_working_key(session: Session, token: str) -> ApiKey | None:
    """The key that a program shows, if it works."""
    query = _held_keys().join(Team, Team.organisation_id == ApiKey.organisation_id).where(
        ApiKey.digest == digest(token), ApiKey.revoked_at.is_(None), Team.suspended_at.is_(None)
    )  # fmt: skip
    return next((one.key for one in _held(session.execute(query).all()) if one.stopped is None), None)


def _held_keys() -> sa.Select[*tuple[Any, ...]]:
    """Keys with who made them, and the place that person has in the team now."""
    place = sa.and_(Membership.organisation_id == ApiKey.organisation_id, Membership.user_id == ApiKey.created_by)
    query = sa.select(ApiKey, User, Membership.role).outerjoin(User, User.id == ApiKey.created_by)
    return query.outerjoin(Membership, place)


def _held(rows: Sequence[Any]) -> list[HeldKey]:
    return [HeldKey(key, maker.name if maker else "", policy.why_key_stopped(maker, role)) for key, maker, role in rows]


def get_claim(session: Session, claim_id: str, actor: Actor) -> ClaimInFull:
    """A claim that the actor may see. Raises `NotFound` for any other."""
    found = next(iter(_in_full(session.execute(_claims(Claim.id == claim_id)).all())), None)
    if found is None or not policy.may_see_claim(actor, found.claim):
        raise NotFound("claim.unknown", id=claim_id)
    return found


def list_waiting_claims(session: Session, page: int = 1) -> Page[ClaimInFull]:
    """What waits for a decision, the longest first. Raises `NotFound` past the end."""
    query = _claims(Claim.state == "waiting").order_by(Claim.created_at, Claim.id)
    return page_of(session, query, page, PER_PAGE, _in_full)


def list_claims_of_person(session: Session, user_id: str, page: int = 1) -> Page[ClaimInFull]:
    """All claims of a person, the latest first. Raises `NotFound` past the end."""
    query = _claims(Claim.user_id == user_id).order_by(Claim.created_at.desc(), Claim.id.desc())
    return page_of(session, query, page, PER_PAGE, _in_full)


def list_claims_of_team(session: Session, organisation_id: str, page: int = 1) -> Page[ClaimInFull]:
    """Who waits to be let into a team, the longest first. Raises `NotFound` past the end."""
    query = _claims(Claim.organisation_id == organisation_id, Claim.state == "waiting")
    return page_of(session, query.order_by(Claim.created_at, Claim.id), page, PER_PAGE, _in_full)


def _claims(*conditions: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """Claims with what one needs to decide them."""
    return (
        sa.select(Claim, User, Organisation, StoredFile, Team.organisation_id)
        .join(User, User.id == Claim.user_id)
        .outerjoin(Organisation, Organisation.id == Claim.organisation_id)
        .outerjoin(StoredFile, StoredFile.id == Claim.file_id)
        .outerjoin(Team, Team.organisation_id == Claim.organisation_id)
        .where(*conditions)
        .options(selectinload(Organisation.names))
    )


def _in_full(rows: Sequence[Any]) -> list[ClaimInFull]:
    return [
        ClaimInFull(claim, claimant, organisation, paper, team is not None)
        for claim, claimant, organisation, paper, team in rows
    ]
