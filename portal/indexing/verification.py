"""Compares database and index, id by id and version by version, and mends what differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.core import outbox
from portal.indexing.loading import BATCH, LISTING, ORGANISATION, OWN_CHANGE, document_versions
from portal.indexing.service import drain, rebuild
from portal.listings.queries import list_ids_naming, list_published_ids
from portal.site import Site


@dataclass(frozen=True)
class Differences:
    """Ids of listings: published but not indexed; indexed but not published; indexed in another version.

    `compared` published listings were looked at; `waiting` ones were not, for the index will be told of them anyway.
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
    """The database at a moment: published listings with their versions, and those the index will be told of."""

    versions: Mapping[str, int]
    waiting: frozenset[str]


def verify(site: Site) -> Differences:
    """Where database and index differ. Raises `EngineUnavailable`."""
    before = _look(site)
    indexed = dict(site.engine.versions())
    return _compared(before, indexed, _look(site))


def repair(site: Site, found: Differences) -> Differences:
    """Note everything that differs as changed, above the version the index has, and tell it; build an index that is
    missing. What differs then."""
    if not site.engine.status().current:
        rebuild(site)
        return verify(site)
    indexed = dict(site.engine.versions())
    for batch in _batches(sorted(found.ids)):
        with site.unit_of_work().begin() as session:
            for listing_id in batch:
                above = indexed.get(listing_id, 0) // OWN_CHANGE
                outbox.enqueue(session, LISTING, listing_id, site.clock(), above)
    drain(site)
    return verify(site)


def _look(site: Site) -> _Moment:
    with site.sessions() as session:
        return _Moment(_versions(session), _waiting(session))


def _versions(session: Session) -> dict[str, int]:
    versions: dict[str, int] = {}
    for batch in _batches(list_published_ids(session)):
        versions.update(document_versions(session, batch))
    return versions


def _waiting(session: Session) -> frozenset[str]:
    """Listings the index will be told of anyway; what is parked does not wait."""
    waiting = outbox.list_waiting(session, parked=False)
    organisations = [object_id for kind, object_id in waiting if kind == ORGANISATION]
    naming = (one for batch in _batches(organisations) for one in list_ids_naming(session, batch))
    return frozenset((*naming, *(object_id for kind, object_id in waiting if kind == LISTING)))


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
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
