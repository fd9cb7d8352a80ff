"""A place in a team, and what all that changes places stands on. What depends on who is in a team is done one after the
other: each such change first locks the organisation, and then looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.actor import ORGANISATION_ROLES, Actor
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.organisations.models import Organisation
from portal.organisations.names import names_by_language
from portal.organisations.queries import get_organisation
from portal.teams.models import Membership


def lock_team(session: Session, organisation_id: str) -> None:
    """Let changes of one team wait for each other, on any database: an update that changes nothing."""
    own = sa.update(Organisation).where(Organisation.id == organisation_id)
    session.execute(own.values(country=Organisation.country).execution_options(synchronize_session=False))


def get_member(session: Session, organisation_id: str, user_id: str) -> Membership:
    """A membership as it is now, behind the lock. Raises `NotFound` ("member.unknown")."""
    membership = session.get(Membership, (organisation_id, user_id), populate_existing=True)
    if membership is None:
        raise NotFound("member.unknown")
    return membership


def check_manages(session: Session, organisation_id: str, user_id: str | None) -> Membership:
    """The actor's own place, as it is now: whoever was let in by an earlier look may be no manager any more. Raises
    `Forbidden`."""
    own = session.get(Membership, (organisation_id, str(user_id)), populate_existing=True)
    if own is None or own.role != "manager":
        raise Forbidden("not.permitted")
    return own


def check_role(role: str) -> None:
    """Raises `Invalid` ("role.unknown")."""
    if role not in ORGANISATION_ROLES:
        raise Invalid("role.unknown", field="role")


def join(session: Session, organisation_id: str, user_id: str, role: str, actor: Actor, now: datetime) -> None:
    """Add a place, behind the lock."""
    session.add(Membership(organisation_id=organisation_id, user_id=user_id, role=role, joined_at=now))
    audit.note(session, "member.joined", actor, ("user", user_id), now, organisation_id, role=role)


def names_of(session: Session, organisation_id: str) -> Mapping[str, str]:
    """What an organisation is called, by language: letters name it so."""
    return names_by_language(get_organisation(session, organisation_id))
