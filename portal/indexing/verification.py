"""Compares database and an index, id by id and version by version, and mends what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from portal.core import outbox
from portal.indexing.indexes import Index
from portal.indexing.loading import BATCH
from portal.indexing.service import drain, rebuild_index
from portal.site import Site

_T = TypeVar("_T")


@dataclass(frozen=True)
class Differences:
    """Ids of objects: to be found but not indexed; indexed but not to be found; indexed in another version.

    `compared` that are to be found were looked at; `waiting` ones were not, for the index will be told of them anyway.
    """

    compared: int
    waiting: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    older: tuple[str, ...]
    newer: tuple[str, ...]  # than the database: it was restored from a copy, or the index is another site's

    @property
    def ids(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.missing, *self.extra, *self.older, *self.newer)


@dataclass(frozen=True)
class _Moment:
    """The database at a moment: what is to be found with its versions, and what the index will be told of."""

    versions: Mapping[str, int]
    waiting: frozenset[str]


def verify(site: Site, index: Index) -> Differences:
    """Where database and index differ. Raises `EngineUnavailable`."""
    before = _look(site, index)
    indexed = dict(index.engine.versions())
    return _compared(before, indexed, _look(site, index))


def repair(site: Site, index: Index, found: Differences) -> Differences:
    """Note everything that differs as changed, above the version the index has, and tell it; build an index that is
    missing. What differs then."""
    if not index.engine.status().current:
        rebuild_index(site, index)
        return verify(site, index)
    indexed = dict(index.engine.versions())
    for batch in _batches(sorted(found.ids)):
        with site.unit_of_work().begin() as session:
            for one in batch:
                above = indexed.get(one, 0) // index.step
                outbox.enqueue(session, index.kind, one, site.clock(), above)
    drain(site)
    return verify(site, index)


def _look(site: Site, index: Index) -> _Moment:
    with site.sessions() as session:
        return _Moment(_versions(session, index), _waiting(session, index))


def _versions(session: Session, index: Index) -> dict[str, int]:
    versions: dict[str, int] = {}
    for batch in _batches(index.wanted(session)):
        versions.update(index.versions(session, batch))
    return versions


def _waiting(session: Session, index: Index) -> frozenset[str]:
    """What the index will be told of anyway; what is parked does not wait."""
    waiting = list(outbox.list_waiting(session, parked=False, kinds=index.kinds))
    return frozenset(one for batch in _batches(waiting) for one in index.meant(session, batch))


def _batches(ids: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _compared(before: _Moment, indexed: Mapping[str, int], after: _Moment) -> Differences:
    """What changed or was told while the index was read is left out: the index was then read too early or too late."""
    wanted = after.versions
    changed = {one for one, _version in before.versions.items() ^ wanted.items()}
    waiting = before.waiting | after.waiting | changed
    looked_at = {one: version for one, version in wanted.items() if one not in waiting}
    return Differences(
        compared=len(looked_at),
        waiting=len(waiting),
        missing=tuple(one for one in looked_at if one not in indexed),
        extra=tuple(sorted(one for one in indexed if one not in wanted and one not in waiting)),
        older=tuple(one for one, version in looked_at.items() if indexed.get(one, version) < version),
        newer=tuple(one for one, version in looked_at.items() if indexed.get(one, version) > version),
    )
