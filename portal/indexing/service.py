"""Keeps the search index true to the database: all anew, or what the outbox says has changed."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core import outbox
from portal.core.errors import Unavailable
from portal.core.outbox import Backlog, Key
from portal.indexing import locks
from portal.indexing.loading import BATCH, LISTING, ORGANISATION, document_versions, load_documents
from portal.listings.queries import list_ids_naming, list_published_ids
from portal.site import Site
from search.documents import Document
from search.errors import EngineUnavailable, SearchError

logger = logging.getLogger(__name__)

SIGN_OF_LIFE = outbox.LEASE / 6
BEARABLE = 3  # failures of an engine in a row, after which the rest is not tried


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


def tell_index(site: Site) -> bool:
    """Tell the engine of some changes; whether more may wait. Raises `Unavailable` where it cannot be asked."""
    done = tell_some(site)
    if done is not None and done.away:
        raise Unavailable("index.away")
    return done is not None


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
    """One claim of outbox rows: the listings they mean are told together or, where that fails, each alone.

    A listing that is refused holds up no other one, and the trouble is noted on its own row, also where it was told
    because its organisation has changed.
    """

    def __init__(self, site: Site, name: str) -> None:
        self._site = site
        self._name = name
        self._seen_at = site.clock()
        self._troubles: dict[str, Exception] = {}  # by id of the listing
        self._in_a_row = 0

    def of(self, keys: list[Key]) -> Drained:
        """Tell what was claimed, and settle the claim."""
        site = self._site
        try:
            _require_index(site)
            with site.sessions() as session:
                ids = _listing_ids(session, keys)
            told = self._tell(ids)
        except EngineUnavailable as error:
            logger.warning("the search engine cannot be told of changes: %s", error)
            self._note_troubles(keys)
            with site.unit_of_work().begin() as session:
                outbox.release(session, self._name)
            return Drained(away=True)
        self._note_troubles(keys)
        self._settle([key for key in keys if key[0] != LISTING or key[1] not in self._troubles])
        return told.plus(Drained(refused=len(self._troubles)))

    def _tell(self, ids: list[str]) -> Drained:
        """In batches: one organisation may mean thousands of listings."""
        total = Drained()
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            try:
                total = total.plus(self._put(batch))
            except DBAPIError:
                raise  # the database's trouble, not that of what was told
            except EngineUnavailable:
                self._site.engine.status()  # away at all, or only for these?
                total = total.plus(self._put_each(batch))
            except Exception as error:
                logger.warning("%d listings cannot be told together: %s", len(batch), error)
                total = total.plus(self._put_each(batch))
        return total

    def _put_each(self, ids: list[str]) -> Drained:
        """Each alone. Raises `EngineUnavailable` if the engine takes nothing at all."""
        total = Drained()
        for listing_id in ids:
            try:
                total = total.plus(self._put([listing_id]))
            except DBAPIError:
                raise
            except Exception as error:
                unexpected = not isinstance(error, SearchError)
                logger.warning("listing %s cannot be told: %s", listing_id, error, exc_info=unexpected)
                self._troubles[listing_id] = error
                self._bear(error)
            else:
                self._in_a_row = 0
        return total

    def _bear(self, error: Exception) -> None:
        """An engine that fails at one listing is borne; one that fails at all of them has no room, or is going down."""
        if isinstance(error, EngineUnavailable):
            self._in_a_row += 1
            if self._in_a_row >= BEARABLE:
                raise error
            self._site.engine.status()

    def _put(self, ids: list[str]) -> Drained:
        """Load what there is now, and write or remove it."""
        site = self._site
        self._give_sign()
        with site.sessions() as session:
            gone = document_versions(session, ids)
            documents = list(load_documents(session, site.thesaurus, site.labels, ids))
        for document in documents:
            del gone[document.id]
        written = site.engine.put(documents) if documents else 0
        return Drained(written, site.engine.delete(gone) if gone else 0)

    def _give_sign(self) -> None:
        now = self._site.clock()
        if abs(now - self._seen_at) >= SIGN_OF_LIFE:
            with self._site.unit_of_work().begin() as session:
                outbox.extend(session, self._name, now)
            self._seen_at = now

    def _note_troubles(self, keys: list[Key]) -> None:
        """Refused listings are parked in the end; what the engine failed at is not: that may be no fault of theirs."""
        for listing_id, error in self._troubles.items():
            key, last = (LISTING, listing_id), None if isinstance(error, EngineUnavailable) else outbox.MAX_ATTEMPTS
            with self._site.unit_of_work().begin() as session:
                if key in keys:
                    message = f"{type(error).__name__}: {error}"
                    outbox.fail(session, self._name, key, message, self._site.clock(), last)
                else:
                    outbox.enqueue(session, *key, self._site.clock())

    def _settle(self, keys: list[Key]) -> None:
        with self._site.unit_of_work().begin() as session:
            others = outbox.settle(session, self._name, keys)
        for key in others:
            with self._site.unit_of_work().begin() as session:
                outbox.settle_alone(session, self._name, key, self._site.clock())


def _require_index(site: Site) -> None:
    """Raises `EngineUnavailable` where there is no index to tell of changes: one made of some changes alone would look
    like the whole to whoever searches. Where everything there is waits, telling it makes the index."""
    status = site.engine.status()
    if status.current:
        return
    if status.digest is None:
        with site.sessions() as session:
            if outbox.list_waiting(session).keys() >= {(LISTING, one) for one in list_published_ids(session)}:
                return
    raise EngineUnavailable("there is no index of the declared shape; `portal search rebuild` makes it")


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
