"""Compares database and index, id by id and version by version, and mends what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.core import outbox
from portal.indexing.loading import BATCH, LISTING, ORGANISATION, OWN_CHANGE, document_versions
from portal.indexing.service import drain
from portal.listings.queries import list_ids_naming, list_published_ids
from portal.site import Site


@dataclass(frozen=True)
class Differences:
    """Ids of listings: published but not indexed; indexed but not published; indexed in another version.

    `compared` published listings were looked at; what still waits in the outbox is not counted as different.
    """

    compared: int
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    older: tuple[str, ...]
    newer: tuple[str, ...]  # than the database: it was restored from a copy, or the index is another site's

    @property
    def ids(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.missing, *self.extra, *self.older, *self.newer)


def verify(site: Site) -> Differences:
    """Where database and index differ. Raises `EngineUnavailable`."""
    indexed = dict(site.engine.versions())  # first: what is told meanwhile is newer in the database, and waits there
    with site.sessions() as session:
        wanted = _versions(session)
        on_the_way = _on_the_way(session)
    return _compared(wanted, indexed, on_the_way)


def repair(site: Site, found: Differences) -> Differences:
    """Note everything that differs as changed, above the version the index has, and tell it. What differs then."""
    indexed = dict(site.engine.versions())
    ids = sorted(found.ids)
    for start in range(0, len(ids), BATCH):
        with site.unit_of_work().begin() as session:
            for listing_id in ids[start : start + BATCH]:
                above = indexed.get(listing_id, 0) // OWN_CHANGE
                outbox.enqueue(session, LISTING, listing_id, site.clock(), above)
    drain(site)
    return verify(site)


def _versions(session: Session) -> dict[str, int]:
    ids = list_published_ids(session)
    versions: dict[str, int] = {}
    for start in range(0, len(ids), BATCH):
        versions.update(document_versions(session, ids[start : start + BATCH]))
    return versions


def _on_the_way(session: Session) -> frozenset[str]:
    """Listings the index will be told of anyway."""
    waiting = outbox.list_waiting(session)
    organisations = [object_id for kind, object_id in waiting if kind == ORGANISATION]
    naming = list_ids_naming(session, organisations) if organisations else []
    return frozenset((*naming, *(object_id for kind, object_id in waiting if kind == LISTING)))


def _compared(wanted: Mapping[str, int], indexed: Mapping[str, int], on_the_way: Iterable[str]) -> Differences:
    quiet = frozenset(on_the_way)
    looked_at = {listing_id: version for listing_id, version in wanted.items() if listing_id not in quiet}
    return Differences(
        compared=len(looked_at),
        missing=tuple(one for one in looked_at if one not in indexed),
        extra=tuple(sorted(one for one in indexed if one not in wanted and one not in quiet)),
        older=tuple(one for one, version in looked_at.items() if indexed.get(one, version) < version),
        newer=tuple(one for one, version in looked_at.items() if indexed.get(one, version) > version),
    )
