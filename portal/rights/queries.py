"""What is kept of a person, and what stands in the way of deleting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core.holding import Holding, Person, count_rows, read_rows
from portal.listings.models import Listing
from portal.organisations.models import Organisation
from portal.organisations.queries import find_organisations
from portal.rights.registry import HOLDINGS
from portal.teams.models import Membership
from portal.teams.queries import list_managers, list_places

SHOWN = 20  # rows of a holding on the page; the export has all


@dataclass(frozen=True)
class Held:
    """A holding, how many rows of it are the person's, and some of them."""

    holding: Holding
    count: int
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Obstacle:
    """A team that would be left without a manager: what others it has, and how many listings of it are published."""

    organisation: Organisation
    members: int
    listings: int


def person_of(user: User, alias: str = "") -> Person:
    """A person as tables know them."""
    return Person(user.id, user.email, user.name, alias)


def list_held(session: Session, person: Person) -> list[Held]:
    """All holdings, also those with nothing of the person."""
    return [_held(session, holding, person) for holding in HOLDINGS]


def _held(session: Session, holding: Holding, person: Person) -> Held:
    count = sum(count_rows(session, rows, person) for rows in holding.rows)
    found = chain.from_iterable(read_rows(session, rows, person, SHOWN) for rows in holding.rows if rows.shown)
    return Held(holding, count, tuple(islice(found, SHOWN)))


def list_obstacles(session: Session, user_id: str) -> list[Obstacle]:
    """Teams of which the person is the last manager, and which somebody needs: other members, or readers of what is
    published."""
    managed = [place.organisation.id for place in list_places(session, user_id) if place.role == "manager"]
    last = [one for one in managed if not list_managers(session, one, but=user_id)]
    known = find_organisations(session, last)
    found = [Obstacle(known[one], _members(session, one, user_id), _listings(session, one)) for one in last]
    return [one for one in found if one.members or one.listings]


def _members(session: Session, organisation_id: str, but: str) -> int:
    others = Membership.organisation_id == organisation_id, Membership.user_id != but
    return session.scalar(sa.select(sa.func.count()).select_from(Membership).where(*others)) or 0


def _listings(session: Session, organisation_id: str) -> int:
    own = Listing.organisation_id == organisation_id, Listing.state == "published"
    return session.scalar(sa.select(sa.func.count()).select_from(Listing).where(*own)) or 0
