"""How people come to act for an organisation, and what teams do with their places and keys. One verb per function.

Every function notes what was done (`portal.core.audit`) and writes to those concerned; who may do it, `policy` has said
before. What depends on who is in a team is done one after the other: each such change first locks the organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.addresses import normal
from portal.accounts.models import User
from portal.core import audit
from portal.core.actor import ORGANISATION_ROLES, Actor
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.ids import CHANCE, new_id
from portal.core.secrets import digest, new_token
from portal.mail.pages import Address
from portal.mail.service import post
from portal.organisations.models import Organisation
from portal.organisations.names import names_by_language
from portal.organisations.queries import find_same_name, get_organisation
from portal.organisations.service import add_organisation
from portal.teams import queries
from portal.teams.evidence import proves_place
from portal.teams.mails import name_for, tell
from portal.teams.models import ApiKey, Claim, Invitation, Membership, StoredFile, Team
from portal.teams.papers import Paper, drop_paper, keep_paper
from portal.teams.queries import ClaimInFull

INVITED_FOR = timedelta(days=14)
MOST_WAITING_CLAIMS, MOST_INVITATIONS, MOST_KEYS = 5, 50, 20  # of a person, of a team, of a team
_USED_EVERY = timedelta(minutes=10)  # how exact `used_at` of a key is


@dataclass(frozen=True)
class Statement:
    """What a person says and shows to be believed; `folder` is where papers are kept."""

    message: str
    paper: Paper | None
    folder: Path


@dataclass(frozen=True)
class Proposal:
    """An organisation that the directory does not have; at least one name, by language."""

    names: Mapping[str, str]
    country: str
    city: str
    website: str


def claim_organisation(
    session: Session,
    organisation_id: str,
    statement: Statement,
    claimant: User,
    now: datetime,
    address: Callable[[str], Address],
    believes_domains: bool = False,
) -> Claim:
    """Ask to act for an organisation of the directory. `address` makes, of the claim's id, the page of letters.

    With `believes_domains`, an address at the organisation's own domain is enough where it has no team yet. Raises
    `NotFound`, `Invalid` ("claim.unproved", "file.…") and `Conflict` ("claim.waiting", "claim.member", "claim.many").
    """
    organisation = get_organisation(session, organisation_id)
    lock_team(session, organisation_id)
    if session.get(Membership, (organisation_id, claimant.id)):
        raise Conflict("claim.member")
    waiting = sa.select(Claim.id).where(Claim.user_id == claimant.id, Claim.state == "waiting")
    if session.scalars(waiting.where(Claim.organisation_id == organisation_id)).first():
        raise Conflict("claim.waiting")
    is_strong = proves_place(claimant.email, organisation)
    claim = _new_claim(session, statement, claimant, is_strong, now, organisation_id=organisation_id)
    if is_strong and believes_domains and session.get(Team, organisation_id) is None:
        found = queries.get_claim(session, claim.id, Actor(claimant.id))
        approve_claim(session, found, "manager", Actor(), now, address(claim.id))
    else:
        _announce(session, claim, names_by_language(organisation), claimant, now, address)
    return claim


def propose_organisation(
    session: Session,
    proposal: Proposal,
    statement: Statement,
    claimant: User,
    now: datetime,
    address: Callable[[str], Address],
) -> Claim:
    """Ask to act for an organisation that the directory lacks; a paper has to show it, as the claimant's address says
    nothing about a website that the claimant has typed. Raises as `claim_organisation`, and `Conflict`
    ("organisation.known") if it is there."""
    for name in proposal.names.values():
        if find_same_name(session, name, proposal.country):
            raise Conflict("organisation.known", field="names")
    waiting = sa.select(Claim).where(
        Claim.user_id == claimant.id, Claim.state == "waiting", Claim.proposed.is_not(None)
    )
    for other in session.scalars(waiting):
        if set(proposal.names.values()) & set((other.proposed or {})["names"].values()):
            raise Conflict("claim.waiting", field="names")
    proposed = {
        "names": dict(proposal.names),
        "country": proposal.country,
        "city": proposal.city,
        "website": proposal.website,
    }
    claim = _new_claim(session, statement, claimant, False, now, proposed=proposed)
    _announce(session, claim, proposal.names, claimant, now, address)
    return claim


def withdraw_claim(session: Session, found: ClaimInFull, folder: Path, actor: Actor, now: datetime) -> None:
    """Take a claim back; its paper is forgotten. Raises `Conflict` ("claim.decided")."""
    _settle(session, found.claim, "withdrawn", "", actor, now)
    if found.paper is not None:
        found.claim.file_id = None
        session.flush()
        drop_paper(session, found.paper, folder)


def approve_claim(
    session: Session, found: ClaimInFull, role: str, actor: Actor, now: datetime, address: Address
) -> str:
    """Let a claimant into the team, and make the team (and the organisation) if need be: its first person becomes
    manager, whatever `role` says. Returns the organisation's id. Raises `Conflict` ("claim.decided"), `Invalid`."""
    claim = found.claim
    _check_role(role)
    _settle(session, claim, "approved", "", actor, now)
    if claim.organisation_id is None:
        claim.organisation_id = _add_proposed(session, claim, actor, now)
    organisation_id = claim.organisation_id
    lock_team(session, organisation_id)
    if session.get(Team, organisation_id, populate_existing=True) is None:
        session.add(Team(organisation_id=organisation_id, created_at=now))
        session.flush()
        role = "manager"
        audit.note(session, "team.created", actor, ("team", organisation_id), now, organisation_id)
    if session.get(Membership, (organisation_id, claim.user_id), populate_existing=True) is None:
        _join(session, organisation_id, claim.user_id, role, actor, now)
    tell(session, "claim-approved", [found.claimant], found.names, now, address)
    return organisation_id


def refuse_claim(
    session: Session, found: ClaimInFull, reason: str, actor: Actor, now: datetime, address: Address
) -> None:
    """Refuse a claim, with the reason that the claimant is told. Raises `Conflict` ("claim.decided")."""
    _settle(session, found.claim, "refused", reason, actor, now)
    tell(session, "claim-refused", [found.claimant], found.names, now, address, reason=reason)


def invite_member(
    session: Session,
    organisation_id: str,
    email: str,
    role: str,
    language: str,
    inviter: User,
    now: datetime,
    address: Callable[[str], str],
) -> Invitation:
    """Offer a place in a team by mail; an earlier offer to the same address works no more. `address` makes, of the
    token, the page to follow. Raises `Invalid` and `Conflict` ("invitation.self", "invitation.member",
    "invitation.many")."""
    email = normal(email)
    _check_role(role)
    lock_team(session, organisation_id)
    _check_manages(session, organisation_id, inviter.id)
    if email == inviter.email:
        raise Conflict("invitation.self", field="email")
    if queries.is_member(session, organisation_id, email):
        raise Conflict("invitation.member", field="email")
    own = sa.delete(Invitation).where(Invitation.organisation_id == organisation_id)
    session.execute(own.where(sa.or_(Invitation.email == email, Invitation.expires_at <= now)))
    if queries.list_invitations(session, organisation_id).total >= MOST_INVITATIONS:
        raise Conflict("invitation.many", field="email")
    token = new_token()
    invitation = Invitation(
        id=new_id(CHANCE, 12), digest=digest(token), organisation_id=organisation_id, email=email, role=role,
        language=language, invited_by=inviter.id, created_at=now, expires_at=now + INVITED_FOR,
    )  # fmt: skip
    session.add(invitation)
    of = ("invitation", invitation.id)
    audit.note(session, "member.invited", Actor(inviter.id), of, now, organisation_id, role=role)
    name = name_for(_names(session, organisation_id), language)
    post(
        session, "team-invitation", language, email, now,
        organisation=name, role=role, inviter=inviter.name, days=INVITED_FOR.days, address=address(token),
    )  # fmt: skip
    return invitation


def cancel_invitation(session: Session, organisation_id: str, invitation_id: str, actor: Actor, now: datetime) -> None:
    """Take an offer back. Raises `NotFound` ("invitation.unknown")."""
    own = sa.delete(Invitation).where(Invitation.id == invitation_id, Invitation.organisation_id == organisation_id)
    if not session.execute(own.returning(Invitation.id)).all():
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
    taken = sa.delete(Invitation).where(Invitation.id == invitation.id).returning(Invitation.id)
    if not session.execute(taken).all():
        raise NotFound("invitation.unknown")
    if session.get(Membership, (organisation_id, user.id), populate_existing=True) is None:
        _join(session, organisation_id, user.id, role, actor, now)
        managers = queries.list_managers(session, organisation_id, but=user.id)
        names = _names(session, organisation_id)
        tell(session, "team-joined", managers, names, now, address(organisation_id), member=user.name, role=role)
    return organisation_id


def change_role(
    session: Session, organisation_id: str, user_id: str, role: str, actor: Actor, now: datetime, address: Address
) -> None:
    """Give a member another role. Raises `Invalid` ("role.unknown"), `NotFound` ("member.unknown"), `Conflict`
    ("team.last-manager")."""
    _check_role(role)
    lock_team(session, organisation_id)
    _check_manages(session, organisation_id, actor.user_id)
    membership = _member(session, organisation_id, user_id)
    if membership.role == role:
        return
    if membership.role == "manager":
        _check_another_manager(session, organisation_id, user_id)
        _cancel_invitations_of(session, organisation_id, user_id, actor, now)
    _set_role(session, membership, role, actor, now)
    if user_id != actor.user_id:
        _tell_of_role(session, membership, now, address)
    _tell_of_stopped_keys(session, organisation_id, session.get_one(User, user_id), now, address)


def remove_member(
    session: Session, organisation_id: str, user_id: str, actor: Actor, now: datetime, address: Address, own: Address
) -> None:
    """Take a member out of the team. `address` is the team's page, `own` the one that the letter to this person leads
    to. Raises `NotFound` ("member.unknown"), `Conflict` ("team.last-manager")."""
    lock_team(session, organisation_id)
    _check_manages(session, organisation_id, actor.user_id)
    user = _take_out(session, organisation_id, user_id, actor, now)
    audit.note(session, "member.removed", actor, ("user", user_id), now, organisation_id)
    tell(session, "team-removed", [user], _names(session, organisation_id), now, own)
    _tell_of_stopped_keys(session, organisation_id, user, now, address)


def leave_team(session: Session, organisation_id: str, actor: Actor, now: datetime, address: Address) -> None:
    """Give up one's own place. Raises as `remove_member`."""
    lock_team(session, organisation_id)
    user = _take_out(session, organisation_id, str(actor.user_id), actor, now)
    audit.note(session, "member.left", actor, ("user", user.id), now, organisation_id)
    managers = queries.list_managers(session, organisation_id)
    tell(session, "team-left", managers, _names(session, organisation_id), now, address, member=user.name)
    _tell_of_stopped_keys(session, organisation_id, user, now, address)


def hand_over(
    session: Session, organisation_id: str, user_id: str, actor: Actor, now: datetime, address: Address
) -> None:
    """Make another member manager and become editor oneself, in one step; invitations that wait are the new manager's.
    Raises `NotFound` ("member.unknown"),
    `Conflict` ("member.self")."""
    if user_id == actor.user_id:
        raise Conflict("member.self", field="member")
    lock_team(session, organisation_id)
    own = _check_manages(session, organisation_id, actor.user_id)
    heir = _member(session, organisation_id, user_id)
    if heir.role != "manager":
        _set_role(session, heir, "manager", actor, now)
        _tell_of_role(session, heir, now, address)
    _set_role(session, own, "editor", actor, now)
    session.execute(_invitations_of(sa.update(Invitation), organisation_id, own.user_id).values(invited_by=user_id))


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
        tell(session, "account-gone", managers, _names(session, organisation_id), now, own_page, **told)
    for key in revoked:
        key.revoked_at = now
        audit.note(session, "key.revoked", Actor(user_id), ("key", key.id), now, key.organisation_id)
    session.flush()


def create_key(
    session: Session, organisation_id: str, name: str, creator: User, now: datetime, address: Address
) -> tuple[ApiKey, str]:
    """A new key for programs, and its secret, which nobody can read again. Raises `Conflict` ("key.name",
    "key.many")."""
    lock_team(session, organisation_id)
    _check_manages(session, organisation_id, creator.id)
    kept = sa.select(ApiKey.name).where(ApiKey.organisation_id == organisation_id, ApiKey.revoked_at.is_(None))
    taken = [one.casefold() for one in session.scalars(kept)]
    if name.casefold() in taken:
        raise Conflict("key.name", field="name")
    if len(taken) >= MOST_KEYS:
        raise Conflict("key.many", field="name")
    token = new_token()
    key = ApiKey(
        id=new_id(CHANCE, 12), digest=digest(token), organisation_id=organisation_id, name=name, created_by=creator.id,
        created_at=now,
    )  # fmt: skip
    session.add(key)
    audit.note(session, "key.created", Actor(creator.id), ("key", key.id), now, organisation_id)
    managers = queries.list_managers(session, organisation_id, but=creator.id)
    names = _names(session, organisation_id)
    tell(session, "key-created", managers, names, now, address, key=name, member=creator.name)
    return key, token


def revoke_key(session: Session, organisation_id: str, key_id: str, actor: Actor, now: datetime) -> None:
    """Make a key work no more; a second time changes nothing. Raises `NotFound`."""
    key = session.get(ApiKey, key_id)
    if key is None or key.organisation_id != organisation_id:
        raise NotFound("key.unknown", id=key_id)
    if key.revoked_at is None:
        key.revoked_at = now
        audit.note(session, "key.revoked", actor, ("key", key_id), now, organisation_id)


def trust_team(session: Session, team: Team, trusted: bool, actor: Actor, now: datetime) -> None:
    """Let a team publish without being looked at first, or no longer."""
    if team.trusted != trusted:
        team.trusted = trusted
        event = "team.trusted" if trusted else "team.distrusted"
        audit.note(session, event, actor, ("team", team.organisation_id), now, team.organisation_id)


def use_api_key(session: Session, token: str, now: datetime) -> ApiKey | None:
    """The key that a program shows, if it works: not while its team is suspended, and no longer than the person who
    made it may write the team's listings (`policy.why_key_stopped`). That it was used is noted every ten minutes at
    most."""
    key = queries.find_working_key(session, token)
    if key is not None and (key.used_at is None or key.used_at < now - _USED_EVERY):
        key.used_at = now
    return key


def _new_claim(
    session: Session,
    statement: Statement,
    claimant: User,
    is_strong: bool,
    now: datetime,
    organisation_id: str | None = None,
    proposed: dict[str, Any] | None = None,
) -> Claim:
    own = sa.select(sa.func.count()).where(Claim.user_id == claimant.id, Claim.state == "waiting")
    if (session.scalar(own) or 0) >= MOST_WAITING_CLAIMS:
        raise Conflict("claim.many")
    if not is_strong and statement.paper is None:
        raise Invalid("claim.unproved", field="document")
    file: StoredFile | None = None
    if statement.paper is not None:
        file = keep_paper(session, statement.paper, claimant.id, statement.folder, now)
    claim = Claim(
        id=new_id(CHANCE, 12), user_id=claimant.id, organisation_id=organisation_id, proposed=proposed,
        proof="domain" if is_strong else "document", file_id=file.id if file else None, message=statement.message,
        state="waiting", created_at=now,
    )  # fmt: skip
    session.add(claim)
    session.flush()
    of = ("claim", claim.id)
    audit.note(session, "claim.made", Actor(claimant.id), of, now, organisation_id, proof=claim.proof)
    return claim


def _announce(
    session: Session,
    claim: Claim,
    names: Mapping[str, str],
    claimant: User,
    now: datetime,
    address: Callable[[str], Address],
) -> None:
    """Tell those who may decide: the site's team, and the managers of a team that is there."""
    managers: Sequence[User] = queries.list_managers(session, claim.organisation_id) if claim.organisation_id else ()
    people = {user.id: user for user in (*queries.list_site_team(session), *managers) if user.id != claimant.id}
    told = {"claimant": claimant.name, "proof": claim.proof}
    tell(session, "claim-received", people.values(), names, now, address(claim.id), **told)


def _settle(session: Session, claim: Claim, state: str, reason: str, actor: Actor, now: datetime) -> None:
    """Decide a claim that still waits: one statement, so that of two who decide at once one learns of it."""
    waiting = sa.update(Claim).where(Claim.id == claim.id, Claim.state == "waiting")
    decision = {"state": state, "reason": reason, "decided_at": now, "decided_by": actor.user_id}
    if not session.execute(waiting.values(decision).returning(Claim.id)).all():
        raise Conflict("claim.decided")
    session.refresh(claim)
    of = ("claim", claim.id)
    audit.note(session, f"claim.{state}", actor, of, now, claim.organisation_id, reason=reason)


def _add_proposed(session: Session, claim: Claim, actor: Actor, now: datetime) -> str:
    proposed = claim.proposed or {}
    organisation_id = new_id(CHANCE)
    add_organisation(
        session, organisation_id, proposed["names"], proposed["country"], proposed["city"], proposed["website"], now
    )
    audit.note(session, "organisation.added", actor, ("organisation", organisation_id), now, organisation_id)
    return organisation_id


def _join(session: Session, organisation_id: str, user_id: str, role: str, actor: Actor, now: datetime) -> None:
    session.add(Membership(organisation_id=organisation_id, user_id=user_id, role=role, joined_at=now))
    audit.note(session, "member.joined", actor, ("user", user_id), now, organisation_id, role=role)


def _take_out(session: Session, organisation_id: str, user_id: str, actor: Actor, now: datetime) -> User:
    """Behind the lock."""
    membership = _member(session, organisation_id, user_id)
    if membership.role == "manager":
        _check_another_manager(session, organisation_id, user_id)
        _cancel_invitations_of(session, organisation_id, user_id, actor, now)
    session.delete(membership)
    session.flush()
    return session.get_one(User, user_id)


def _set_role(session: Session, membership: Membership, role: str, actor: Actor, now: datetime) -> None:
    before, membership.role = membership.role, role
    of = ("user", membership.user_id)
    audit.note(session, "member.role-changed", actor, of, now, membership.organisation_id, before=before, role=role)


def _tell_of_role(session: Session, membership: Membership, now: datetime, address: Address) -> None:
    user, names = session.get_one(User, membership.user_id), _names(session, membership.organisation_id)
    tell(session, "team-role", [user], names, now, address, role=membership.role)


def tell_of_stopped_keys(session: Session, user: User, now: datetime, address: Callable[[str], Address]) -> None:
    """Tell the managers of every team for which a person has made keys that these do not work any more. `address`
    makes, of an organisation's id, its team's page."""
    teams = sa.select(ApiKey.organisation_id).where(ApiKey.created_by == user.id, ApiKey.revoked_at.is_(None))
    for organisation_id in session.scalars(teams.distinct().order_by(ApiKey.organisation_id)).all():
        _tell_of_stopped_keys(session, organisation_id, user, now, address(organisation_id))


def _tell_of_stopped_keys(session: Session, organisation_id: str, maker: User, now: datetime, address: Address) -> None:
    session.flush()
    stopped = queries.list_stopped_keys(session, organisation_id)
    names = ", ".join(one.key.name for one in stopped if one.key.created_by == maker.id)
    if names:
        managers = queries.list_managers(session, organisation_id, but=maker.id)
        told = {"key": names, "member": maker.name}
        tell(session, "keys-stopped", managers, _names(session, organisation_id), now, address, **told)


def lock_team(session: Session, organisation_id: str) -> None:
    """Let changes of one team wait for each other, on any database: an update that changes nothing."""
    own = sa.update(Organisation).where(Organisation.id == organisation_id)
    session.execute(own.values(country=Organisation.country).execution_options(synchronize_session=False))


def _member(session: Session, organisation_id: str, user_id: str) -> Membership:
    """A membership as it is now, behind the lock."""
    membership = session.get(Membership, (organisation_id, user_id), populate_existing=True)
    if membership is None:
        raise NotFound("member.unknown")
    return membership


def _check_manages(session: Session, organisation_id: str, user_id: str | None) -> Membership:
    """The actor's own place, as it is now: whoever was let in by an earlier look may be no manager any more."""
    own = session.get(Membership, (organisation_id, str(user_id)), populate_existing=True)
    if own is None or own.role != "manager":
        raise Forbidden("not.permitted")
    return own


def _cancel_invitations_of(session: Session, organisation_id: str, user_id: str, actor: Actor, now: datetime) -> None:
    """Whoever manages a team no more has nobody let in any more, least of all themselves by another address."""
    gone = _invitations_of(sa.delete(Invitation), organisation_id, user_id).returning(Invitation.id)
    for invitation_id in session.scalars(gone).all():
        of = ("invitation", invitation_id)
        audit.note(session, "invitation.cancelled", actor, of, now, organisation_id)


def _invitations_of(statement: Any, organisation_id: str, user_id: str) -> Any:
    own = statement.where(Invitation.organisation_id == organisation_id, Invitation.invited_by == user_id)
    return own.execution_options(synchronize_session=False)


def _check_another_manager(session: Session, organisation_id: str, user_id: str) -> None:
    if not queries.list_managers(session, organisation_id, but=user_id):
        raise Conflict("team.last-manager")


def _check_role(role: str) -> None:
    if role not in ORGANISATION_ROLES:
        raise Invalid("role.unknown", field="role")


def _names(session: Session, organisation_id: str) -> Mapping[str, str]:
    return names_by_language(get_organisation(session, organisation_id))
