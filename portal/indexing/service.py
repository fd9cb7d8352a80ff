"""Keeps the search indexes true to the database: all anew, or what the outbox says has changed.

Each index is told by itself: one that is away, or of another shape, holds up no other.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from portal.core import outbox
from portal.core.errors import Unavailable
from portal.core.outbox import Backlog, Key
from portal.indexing import locks
from portal.indexing.indexes import Index, indexes_of, listings_index, people_index
from portal.indexing.loading import BATCH
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
    """How an index stands beside the database. `documents` None: it cannot be asked.

    `published` are to be found. `waiting` objects changed without the index knowing, since `oldest`; `parked` of them
    are not tried any more.
    """

    name: str
    documents: int | None
    published: int
    waiting: int
    current: bool
    parked: int = 0
    oldest: datetime | None = None

    @property
    def complete(self) -> bool:
        """Whether searches see everything that is to be found."""
        return self.current and not self.waiting and self.documents == self.published


def rebuild(site: Site, progress: Callable[[int], object] | None = None) -> int:
    """Build all indexes anew; the number of documents. See `rebuild_index`."""
    return sum(rebuild_index(site, index, progress) for index in indexes_of(site))


def rebuild_index(site: Site, index: Index, progress: Callable[[int], object] | None = None) -> int:
    """Build an index anew from all that is to be found; `progress` is told of each document. The number indexed.

    Searches see the old index until the new one is complete, and keep it if this fails. What changes meanwhile waits,
    and is told to the new one at the end. Raises `Conflict` where the index is being built already.
    """
    with locks.rebuilding(site.database, alone=site.is_index_in_file):
        with site.sessions() as session:
            seen = outbox.list_waiting(session, kinds=index.kinds)
        with site.sessions() as session:
            total = index.engine.rebuild(_told(index.documents(session, None), progress))
        with site.unit_of_work().begin() as session:
            outbox.settle_all(session, seen)
    _drain(site, index)
    return total


def drain(site: Site) -> Drained:
    """Tell all indexes of every change whose turn it is. An outage raises nothing: what waits keeps waiting."""
    total = Drained()
    for index in indexes_of(site):
        total = total.plus(_drain(site, index))
    return total


def _drain(site: Site, index: Index) -> Drained:
    total = Drained()
    while done := tell_some(site, index):
        total = total.plus(done)
        if done.away:
            break
    return total


def tell_listings(site: Site) -> bool:
    """Tell the index of listings of some changes; whether more may wait. Raises `Unavailable` where it cannot be
    asked."""
    return _tell_or_wait(site, listings_index(site))


def tell_people(site: Site) -> bool:
    """The same for the index of people."""
    return _tell_or_wait(site, people_index(site))


def _tell_or_wait(site: Site, index: Index) -> bool:
    done = tell_some(site, index)
    if done is not None and done.away:
        raise Unavailable("index.away")
    return done is not None


def tell_some(site: Site, index: Index, limit: int = BATCH) -> Drained | None:
    """Tell an index of some changes, the oldest first; None if there is no change whose turn it is."""
    with locks.telling(site.database) as allowed:
        if not allowed:
            return Drained(away=True)
        name = secrets.token_hex(8)
        with site.unit_of_work().begin() as session:
            keys = outbox.claim(session, name, site.clock(), limit, index.kinds)
        if not keys:
            return None
        return _Telling(site, index, name).of(keys)


def states(site: Site) -> tuple[IndexState, ...]:
    """How the indexes stand."""
    return tuple(state(site, index) for index in indexes_of(site))


def state(site: Site, index: Index) -> IndexState:
    """How an index stands."""
    with site.sessions() as session:
        wanted = len(index.wanted(session))
        waits: Backlog = outbox.backlog(session, index.kinds)
    try:
        status = index.engine.status()
    except EngineUnavailable:
        return IndexState(index.name, None, wanted, waits.waiting, False, waits.parked, waits.oldest)
    return IndexState(
        index.name, status.documents, wanted, waits.waiting, status.current, waits.parked, waits.oldest
    )  # fmt: skip


class _Telling:
    """One claim of outbox rows: the objects they mean are told together or, where that fails, each alone.

    One that is refused holds up no other, and the trouble is noted on its own row, also where it was told because its
    organisation has changed.
    """

    def __init__(self, site: Site, index: Index, name: str) -> None:
        self._site = site
        self._index = index
        self._name = name
        self._seen_at = site.clock()
        self._troubles: dict[str, Exception] = {}  # by id of the object
        self._in_a_row = 0

    def of(self, keys: list[Key]) -> Drained:
        """Tell what was claimed, and settle the claim."""
        site = self._site
        try:
            _require_index(site, self._index)
            with site.sessions() as session:
                ids = self._index.meant(session, keys)
            told = self._tell(ids)
        except EngineUnavailable as error:
            logger.warning("the search engine cannot be told of changes: %s", error)
            self._note_troubles(keys)
            with site.unit_of_work().begin() as session:
                outbox.release(session, self._name)
            return Drained(away=True)
        self._note_troubles(keys)
        self._settle([key for key in keys if key[0] != self._index.kind or key[1] not in self._troubles])
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
                self._index.engine.status()  # away at all, or only for these?
                total = total.plus(self._put_each(batch))
            except Exception as error:
                logger.warning("%d %s cannot be told together: %s", len(batch), self._index.name, error)
                total = total.plus(self._put_each(batch))
        return total

    def _put_each(self, ids: list[str]) -> Drained:
        """Each alone. Raises `EngineUnavailable` if the engine takes nothing at all."""
        total = Drained()
        for one in ids:
            try:
                total = total.plus(self._put([one]))
            except DBAPIError:
                raise
            except Exception as error:
                unexpected = not isinstance(error, SearchError)
                logger.warning("%s %s cannot be told: %s", self._index.kind, one, error, exc_info=unexpected)
                self._troubles[one] = error
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
            self._index.engine.status()

    def _put(self, ids: list[str]) -> Drained:
        """Load what there is now, and write or remove it."""
        self._give_sign()
        with self._site.sessions() as session:
            gone = self._index.versions(session, ids)
            documents = list(self._index.documents(session, ids))
        for document in documents:
            del gone[document.id]
        written = self._index.engine.put(documents) if documents else 0
        return Drained(written, self._index.engine.delete(gone) if gone else 0)

    def _give_sign(self) -> None:
        now = self._site.clock()
        if abs(now - self._seen_at) >= SIGN_OF_LIFE:
            with self._site.unit_of_work().begin() as session:
                outbox.extend(session, self._name, now)
            self._seen_at = now

    def _note_troubles(self, keys: list[Key]) -> None:
        """What is refused is parked in the end; what the engine failed at is not: that may be no fault of theirs."""
        for one, error in self._troubles.items():
            key, last = (self._index.kind, one), None if isinstance(error, EngineUnavailable) else outbox.MAX_ATTEMPTS
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


def _require_index(site: Site, index: Index) -> None:
    """Raises `EngineUnavailable` where there is no index to tell of changes: one made of some changes alone would look
    like the whole to whoever searches. Where everything there is waits, telling it makes the index."""
    status = index.engine.status()
    if status.current:
        return
    if status.digest is None:
        with site.sessions() as session:
            waiting = outbox.list_waiting(session, kinds=(index.kind,))
            if waiting.keys() >= {(index.kind, one) for one in index.wanted(session)}:
                return
    raise EngineUnavailable("there is no index of the declared shape; `portal search rebuild` makes it")


def _told(documents: Iterator[Document], progress: Callable[[int], object] | None) -> Iterator[Document]:
    for document in documents:
        yield document
        if progress:
            progress(1)
