"""Keeps the search index true to the database: all anew, or what the outbox says has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.outbox import OutboxEntry
from portal.indexing.loading import BATCH, load_documents
from portal.listings.queries import list_ids_naming, list_published_ids
from portal.site import Site
from search.documents import Document


@dataclass(frozen=True)
class Drained:
    """What was told to the engine."""

    written: int = 0
    removed: int = 0


@dataclass(frozen=True)
class IndexState:
    """How the index stands beside the database. `waiting` changes it has yet to learn of."""

    documents: int
    published: int
    waiting: int
    current: bool

    @property
    def complete(self) -> bool:
        """Whether searches see everything that is published."""
        return self.current and not self.waiting and self.documents == self.published


def rebuild(site: Site, progress: Callable[[int], object] | None = None) -> int:
    """Build the index anew from all published listings; `progress` is told of each document. The number indexed."""
    with site.sessions() as session:
        last = session.scalar(sa.select(sa.func.max(OutboxEntry.id)))
        documents = load_documents(session, site.thesaurus, site.labels)
        total = site.engine.rebuild(_told(documents, progress))
    if last is not None:  # changes noted since the reading began stay, for the next drain
        with site.unit_of_work().begin() as session:
            session.execute(sa.delete(OutboxEntry).where(OutboxEntry.id <= last))
    return total


def drain(site: Site) -> Drained:
    """Tell the engine of every change in the outbox. An error leaves the rows where they are, to be tried again."""
    written = removed = 0
    while True:
        with site.sessions() as session:
            rows = session.scalars(sa.select(OutboxEntry).order_by(OutboxEntry.id).limit(BATCH)).all()
            if not rows:
                return Drained(written, removed)
            ids = _listing_ids(session, rows)
            documents = list(load_documents(session, site.thesaurus, site.labels, ids))
        written += site.engine.put(documents)
        found = {document.id for document in documents}
        removed += site.engine.delete([listing_id for listing_id in ids if listing_id not in found])
        with site.unit_of_work().begin() as session:
            session.execute(sa.delete(OutboxEntry).where(OutboxEntry.id.in_([row.id for row in rows])))


def state(site: Site) -> IndexState:
    """How the index stands."""
    status = site.engine.status()
    with site.sessions() as session:
        published = len(list_published_ids(session))
        waiting = session.scalar(sa.select(sa.func.count()).select_from(OutboxEntry)) or 0
    return IndexState(status.documents, published, waiting, status.current)


def _listing_ids(session: Session, rows: Sequence[OutboxEntry]) -> list[str]:
    """Each listing that changed, once; a changed organisation means the listings that name it."""
    own = [row.object_id for row in rows if row.kind == "listing"]
    organisations = [row.object_id for row in rows if row.kind == "organisation"]
    naming = list_ids_naming(session, organisations) if organisations else []
    return list(dict.fromkeys((*own, *naming)))


def _told(documents: Iterator[Document], progress: Callable[[int], object] | None) -> Iterator[Document]:
    for document in documents:
        yield document
        if progress:
            progress(1)
