"""How people come to act for an organisation: they ask, show why they should be believed, and somebody decides.

Every function notes what was done (`portal.core.audit`) and writes to those concerned; who may do it, `policy` has said
before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit
from portal.core.actor import Actor
from portal.core.errors import Conflict, Invalid
from portal.core.ids import CHANCE, new_id
from portal.mail.pages import Address
from portal.organisations.names import names_by_language
from portal.organisations.queries import find_same_name, get_organisation
from portal.organisations.service import add_organisation
from portal.teams import queries
from portal.teams.evidence import proves_place
from portal.teams.mails import tell
from portal.teams.models import Claim, Membership, StoredFile, Team
from portal.teams.papers import Paper, drop_paper, keep_paper
from portal.teams.places import check_role, join, lock_team
from portal.teams.queries import ClaimInFull

MOST_WAITING_CLAIMS = 5  # of a person


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
    check_role(role)
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
        join(session, organisation_id, claim.user_id, role, actor, now)
    tell(session, "claim-approved", [found.claimant], found.names, now, address)
    return organisation_id


def refuse_claim(
    session: Session, found: ClaimInFull, reason: str, actor: Actor, now: datetime, address: Address
) -> None:
    """Refuse a claim, with the reason that the claimant is told. Raises `Conflict` ("claim.decided")."""
    _settle(session, found.claim, "refused", reason, actor, now)
    tell(session, "claim-refused", [found.claimant], found.names, now, address, reason=reason)


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
