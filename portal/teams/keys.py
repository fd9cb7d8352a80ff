"""Keys with which programs write the listings of a team. A key works no longer than the person who made it may write
them; managers are told when one stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import audit
from portal.core.actor import Actor
from portal.core.errors import Conflict, NotFound
from portal.core.ids import CHANCE, new_id
from portal.core.secrets import digest, new_token
from portal.mail.pages import Address
from portal.teams import queries
from portal.teams.mails import tell
from portal.teams.models import ApiKey
from portal.teams.places import check_manages, lock_team, names_of

MOST_KEYS = 20  # of a team
_USED_EVERY = timedelta(minutes=10)  # how exact `used_at` is


def create_key(
    session: Session, organisation_id: str, name: str, creator: User, now: datetime, address: Address
) -> tuple[ApiKey, str]:
    """A new key for programs, and its secret, which nobody can read again. Raises `Conflict` ("key.name",
    "key.many")."""
    lock_team(session, organisation_id)
    check_manages(session, organisation_id, creator.id)
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
    names = names_of(session, organisation_id)
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


def use_api_key(session: Session, token: str, now: datetime) -> ApiKey | None:
    """The key that a program shows, if it works: not while its team is suspended, and no longer than the person who
    made it may write the team's listings (`policy.why_key_stopped`). That it was used is noted every ten minutes at
    most."""
    key = queries.find_working_key(session, token)
    if key is not None and (key.used_at is None or key.used_at < now - _USED_EVERY):
        key.used_at = now
    return key


def tell_of_stopped_keys(session: Session, user: User, now: datetime, address: Callable[[str], Address]) -> None:
    """Tell the managers of every team for which a person has made keys that these do not work any more. `address`
    makes, of an organisation's id, its team's page."""
    teams = sa.select(ApiKey.organisation_id).where(ApiKey.created_by == user.id, ApiKey.revoked_at.is_(None))
    for organisation_id in session.scalars(teams.distinct().order_by(ApiKey.organisation_id)).all():
        tell_team_of_stopped_keys(session, organisation_id, user, now, address(organisation_id))


def tell_team_of_stopped_keys(
    session: Session, organisation_id: str, maker: User, now: datetime, address: Address
) -> None:
    """The same, of one team."""
    session.flush()
    stopped = queries.list_stopped_keys(session, organisation_id)
    names = ", ".join(one.key.name for one in stopped if one.key.created_by == maker.id)
    if names:
        managers = queries.list_managers(session, organisation_id, but=maker.id)
        told = {"key": names, "member": maker.name}
        tell(session, "keys-stopped", managers, names_of(session, organisation_id), now, address, **told)
