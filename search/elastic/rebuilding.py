"""A new index beside the old one: filled, swapped in one step, or given up without a trace."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from search.documents import Document
from search.elastic.index import Index
from search.elastic.lock import Lock
from search.elastic.writing import DocumentsRejected, Outcome, batches, put_operation, send
from search.errors import EngineUnavailable

THREADS = 3
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
    """Documents are read and prepared in this thread, sent in some others."""
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
        for batch in batches(documents):
            operations = [put_operation(document) for document in batch]
            pending.append((len(batch), pool.submit(send, index.link, index.building, operations)))
            if len(pending) > THREADS:
                total += collect()
            if time.monotonic() - beaten > _BEAT:
                lock.beat()
                beaten = time.monotonic()
        while pending:
            total += collect()
    return total
