"""A lock in the cluster, so that two processes do not rebuild one index at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from elasticsearch import BadRequestError, ConflictError, NotFoundError

from search.elastic.client import Link
from search.errors import SearchError

PATIENCE = timedelta(minutes=5)  # a holder that has given no sign for so long is taken for dead
Clock = Callable[[], datetime]
_MAPPING = {
    "dynamic": "strict",
    "properties": {"holder": {"type": "keyword"}, "seen": {"type": "date"}},
}


class Locked(SearchError):
    """Another process holds the lock, or has taken it over."""


class Lock:
    """One document in an index of locks: who holds it, and the last sign of life."""

    def __init__(self, link: Link, index: str, name: str, clock: Clock) -> None:
        self._link, self._index, self._name, self._clock = link, index, name, clock
        self._holder = uuid.uuid4().hex
        self._place: dict[str, Any] = {}

    def acquire(self) -> None:
        """Take the lock, from a dead holder too. Raises `Locked`."""
        self._prepare()
        with self._link.writing() as client:
            try:
                made = client.create(index=self._index, id=self._name, document=self._document())
            except ConflictError:
                known = client.get(index=self._index, id=self._name).body
                last = datetime.fromisoformat(known["_source"]["seen"])
                if abs(self._clock() - last) < PATIENCE:  # further ahead: from before the clock went back
                    raise Locked(
                        f"another process is building {self._name} anew: it gave a sign of life at"
                        f" {last:%H:%M:%S %Z}, and is taken for dead {PATIENCE} later"
                    ) from None
                made = self._write(_place(known))
        self._place = _place(made)

    def beat(self) -> None:
        """Give a sign of life. Raises `Locked` when another process has taken over."""
        self._place = _place(self._write(self._place))

    def release(self) -> None:
        """Give the lock back, if it is still ours."""
        with self._link.writing() as client, suppress(ConflictError, NotFoundError):
            client.delete(index=self._index, id=self._name, **self._place)

    def _write(self, place: dict[str, Any]) -> Any:
        with self._link.writing() as client:
            try:
                return client.index(index=self._index, id=self._name, document=self._document(), **place)
            except ConflictError:
                raise Locked(f"{self._name}: another process has taken over") from None

    def _document(self) -> dict[str, str]:
        return {"holder": self._holder, "seen": self._clock().isoformat()}

    def _prepare(self) -> None:
        settings = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}}
        with self._link.writing() as client:
            if client.indices.exists(index=self._index):
                return
            try:
                client.indices.create(index=self._index, settings=settings, mappings=_MAPPING)
            except BadRequestError as error:
                if error.error != "resource_already_exists_exception":  # another process was faster
                    raise


def _place(answer: Any) -> dict[str, Any]:
    """Where in its history the document was: a condition for the next write."""
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}
