"""A new index beside the old one: filled, swapped in one step, or given up without a trace."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, islice

from search.documents import Document
from search.elastic.index import Index
from search.elastic.lock import Lock
from search.elastic.writing import BATCH, DocumentsRejected, Operation, Outcome, batches, put_operation, send
from search.errors import EngineUnavailable

THREADS = 3
MANY = 5_000  # documents from which on a process of its own prepares them: it takes a second to begin
AHEAD = 4  # batches that it is given at once
_BEAT = 10.0  # seconds between two signs of life

Progress = Callable[[int], None]


def rebuild(index: Index, lock: Lock, documents: Iterable[Document], progress: Progress | None = None) -> int:
    """Replace the whole index; the number of documents given. Changes made meanwhile go into both, by their
    versions. Raises `Locked` when another process is at it."""
    lock.acquire()
    try:
        name = index.begin()
        try:
            total = _fill(index, lock, documents, progress)
            lock.beat()
            index.put_in_service(name)
        except BaseException:
            with suppress(EngineUnavailable):  # a server that is away keeps it until the next attempt
                index.discard(name)
            raise
        return total
    finally:
        with suppress(EngineUnavailable):  # then it runs out by itself
            lock.release()


def _fill(index: Index, lock: Lock, documents: Iterable[Document], progress: Progress | None) -> int:
    """Documents are read in this thread, prepared here or in another process, and sent in some threads."""
    total, beaten = 0, time.monotonic()
    pending: deque[tuple[int, Future[Outcome]]] = deque()

    def collect() -> int:
        size, future = pending.popleft()
        outcome = future.result()
        if outcome.rejected:
            raise DocumentsRejected(outcome.rejected)
        if progress:
            progress(size)
        return size  # what was not written is there in a newer version

    with ThreadPoolExecutor(THREADS) as pool:
        for operations in prepared(documents):
            pending.append((len(operations), pool.submit(send, index.link, index.building, operations)))
            if len(pending) > THREADS:
                total += collect()
            if time.monotonic() - beaten > _BEAT:
                lock.beat()
                beaten = time.monotonic()
        while pending:
            total += collect()
    return total


def prepared(documents: Iterable[Document]) -> Iterator[list[Operation]]:
    """Batches ready to be sent. Many are prepared beside this process, which has enough to do with reading and
    sending."""
    source = batches(documents)
    few = list(islice(source, MANY // BATCH))
    if len(few) < MANY // BATCH:
        yield from map(prepare, few)
        return
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as aside:
        waiting: deque[Future[list[Operation]]] = deque()
        for batch in chain(few, source):
            waiting.append(aside.submit(prepare, batch))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def prepare(batch: Sequence[Document]) -> list[Operation]:
    """One batch as the bytes that are sent."""
    return [(_bytes(action), _bytes(body)) for action, body in map(put_operation, batch)]


def _bytes(line: object) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()
