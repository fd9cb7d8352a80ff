"""Keeps the search index true to the database: all anew, or what the outbox says has changed."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.core import outbox
from portal.core.outbox import Backlog, Key
from portal.indexing import locks
from portal.indexing.loading import BATCH, LISTING, ORGANISATION, document_versions, load_documents
from portal.listings.queries import list_ids_naming, list_published_ids
from portal.site import Site
from search.documents import Document
from search.errors import EngineUnavailable

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drained:
    """What was told to the engine: documents written and removed, and objects it did not take.

    `away`: it could not be asked, or is being built anew; what waits keeps waiting.
    """

    written: int = 0
    removed: int = 0
    refused: int = 0
    away: bool = False

    def plus(self, other: Drained) -> Drained:
        """Both together."""
        return Drained(
            self.written + other.written, self.removed + other.removed, self.refused + other.refused,
            self.away or other.away,
        )  # fmt: skip


@dataclass(frozen=True)
class IndexState:
    """How the index stands beside the database. `documents` None: it cannot be asked.

    `waiting` objects changed without the index knowing, since `oldest`; `parked` of them are not tried any more.
    """

    documents: int | None
    published: int
    waiting: int
    current: bool
    parked: int = 0
    oldest: datetime | None = None

    @property
    def complete(self) -> bool:
        """Whether searches see everything that is published."""
        return self.current and not self.waiting and self.documents == self.published


def rebuild(site: Site, progress: Callable[[int], object] | None = None) -> int:
    """Build the index anew from all published listings; `progress` is told of each document. The number indexed.

    Searches see the old index until the new one is complete, and keep it if this fails. What changes meanwhile waits,
    and is told to the new one at the end. Raises `Conflict` where the index is being built already.
    """
    with locks.rebuilding(site.database, alone=site.is_index_in_file):
        with site.sessions() as session:
            seen = outbox.list_waiting(session)
        with site.sessions() as session:
            documents = load_documents(session, site.thesaurus, site.labels)
            total = site.engine.rebuild(_told(documents, progress))
        with site.unit_of_work().begin() as session:
            outbox.settle_all(session, seen)
    drain(site)
    return total


def drain(site: Site) -> Drained:
    """Tell the engine of every change whose turn it is. An outage raises nothing: what waits keeps waiting."""
    total = Drained()
    while done := tell_some(site):
        total = total.plus(done)
        if done.away:
            break
    return total


def tell_some(site: Site, limit: int = BATCH) -> Drained | None:
    """Tell the engine of some changes, the oldest first; None if there is no change whose turn it is."""
    with locks.telling(site.database) as allowed:
        if not allowed:
            return Drained(away=True)
        name = secrets.token_hex(8)
        with site.unit_of_work().begin() as session:
            keys = outbox.claim(session, name, site.clock(), limit)
        if not keys:
            return None
        return _Telling(site, name).of(keys)


def state(site: Site) -> IndexState:
    """How the index stands."""
    with site.sessions() as session:
        published = len(list_published_ids(session))
        waits: Backlog = outbox.backlog(session)
    try:
        status = site.engine.status()
    except EngineUnavailable:
        return IndexState(None, published, waits.waiting, False, waits.parked, waits.oldest)
    return IndexState(status.documents, published, waits.waiting, status.current, waits.parked, waits.oldest)


class _Telling:
    """One claim of outbox rows, told to the engine together or, where that fails, each alone."""

    def __init__(self, site: Site, name: str) -> None:
        self._site = site
        self._name = name

    def of(self, keys: list[Key]) -> Drained:
        try:
            done = self._tell(keys)
        except EngineUnavailable as error:
            if len(keys) == 1 or not self._answers():
                return self._give_up(error)
            return self._each(keys)
        except Exception:
            logger.exception("%d changes cannot be told together", len(keys))
            return self._each(keys)
        with self._site.unit_of_work().begin() as session:
            outbox.settle(session, self._name, keys, self._site.clock())
        return done

    def _each(self, keys: list[Key]) -> Drained:
        """One bad object must not hold up the others."""
        total = Drained()
        for key in keys:
            try:
                done = self._tell([key])
            except Exception as error:
                if isinstance(error, EngineUnavailable) and not self._answers():
                    return total.plus(self._give_up(error))
                self._blame(key, error)
                total = total.plus(Drained(refused=1))
                continue
            with self._site.unit_of_work().begin() as session:
                outbox.settle(session, self._name, [key], self._site.clock())
            total = total.plus(done)
        return total

    def _tell(self, keys: list[Key]) -> Drained:
        """Load what there is now and tell the engine, in batches: one organisation may mean thousands of listings."""
        site, total = self._site, Drained()
        with site.sessions() as session:
            ids = _listing_ids(session, keys)
        for start in range(0, len(ids), BATCH):
            if start:
                with site.unit_of_work().begin() as session:
                    outbox.extend(session, self._name, site.clock())
            batch = ids[start : start + BATCH]
            with site.sessions() as session:
                gone = document_versions(session, batch)
                documents = list(load_documents(session, site.thesaurus, site.labels, batch))
            for document in documents:
                del gone[document.id]
            written = site.engine.put(documents) if documents else 0
            total = total.plus(Drained(written, site.engine.delete(gone) if gone else 0))
        return total

    def _answers(self) -> bool:
        try:
            self._site.engine.status()
        except EngineUnavailable:
            return False
        return True

    def _give_up(self, error: Exception) -> Drained:
        logger.warning("the search engine cannot be told of changes: %s", error)
        with self._site.unit_of_work().begin() as session:
            outbox.release(session, self._name)
        return Drained(away=True)

    def _blame(self, key: Key, error: Exception) -> None:
        logger.error("the change of %s %s cannot be told: %s", *key, error)
        with self._site.unit_of_work().begin() as session:
            outbox.fail(session, self._name, key, f"{type(error).__name__}: {error}", self._site.clock())


def _listing_ids(session: Session, keys: list[Key]) -> list[str]:
    """Each listing that changed, once; a changed organisation means the listings that name it."""
    own = [object_id for kind, object_id in keys if kind == LISTING]
    organisations = [object_id for kind, object_id in keys if kind == ORGANISATION]
    naming = list_ids_naming(session, organisations) if organisations else []
    return list(dict.fromkeys((*own, *naming)))


def _told(documents: Iterator[Document], progress: Callable[[int], object] | None) -> Iterator[Document]:
    for document in documents:
        yield document
        if progress:
            progress(1)
