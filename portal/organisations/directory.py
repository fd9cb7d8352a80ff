"""The directory in memory: country and types of each organisation, and the order of their names in each language.

Sorting and counting thousands of organisations takes longer than the rest of a page, and what comes out changes with
the next import only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from portal.locales import DEFAULT
from portal.organisations.models import Organisation, OrganisationName
from portal.organisations.names import Name, chosen_name
from portal.vocabulary.collation import sort_key

_Stamp = tuple[int, datetime | None]


class Member(NamedTuple):
    """What an organisation is filtered and counted by."""

    country: str
    types: tuple[str, ...]


@dataclass(frozen=True)
class Directory:
    """All organisations by id, as they were at a state of the database."""

    stamp: _Stamp
    members: Mapping[str, Member]
    _orders: dict[str, list[str]] = field(default_factory=dict)

    def in_order(self, session: Session, language: str) -> list[str]:
        """All ids, sorted by the name a reader of the language sees."""
        if language not in self._orders:
            self._orders[language] = _sorted_ids(session, language)
        return self._orders[language]


_DIRECTORIES: WeakKeyDictionary[Engine | Connection, Directory] = WeakKeyDictionary()  # of each database


def read_directory(session: Session) -> Directory:
    """The directory as it is now: read once, and again when an organisation was added, changed or removed."""
    database = session.get_bind()
    known, stamp = _DIRECTORIES.get(database), _stamp(session)
    if known is None or known.stamp != stamp:
        rows = session.execute(sa.select(Organisation.id, Organisation.country, Organisation.types))
        known = Directory(stamp, {key: Member(country, tuple(types)) for key, country, types in rows})
        _DIRECTORIES[database] = known
    return known


def _stamp(session: Session) -> _Stamp:
    count, latest = session.execute(sa.select(sa.func.count(), sa.func.max(Organisation.updated_at))).one()
    return count, latest


def _sorted_ids(session: Session, language: str) -> list[str]:
    name = OrganisationName
    eligible = sa.or_(name.display, name.position == 0, name.language.in_((language, DEFAULT, "zh-Hant")))
    query = sa.select(name.organisation_id, name.value, name.language, name.kind, name.display).where(eligible)
    names: dict[str, list[Name]] = {}
    for row in session.execute(query.order_by(name.organisation_id, name.position)):
        names.setdefault(row.organisation_id, []).append(row)

    def key(organisation_id: str) -> tuple[bool, bytes, str, str]:
        return (*sort_key(chosen_name(names[organisation_id], language).value, language), organisation_id)

    return sorted(names, key=key)
