"""Requests to the index: as it is now, or as it was at one point in time. An answer without some of its shards would
look like the truth, so none is taken.

Every question passes through here, and is held to what the schema requires of documents (`Held`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from search.documents import Schema
from search.elastic.client import Link, Missing
from search.engine import KEPT
from search.errors import EngineUnavailable, PlaceLost

SHARED = 60.0  # seconds for which walks that begin share one moment
_KEEP_ALIVE = f"{KEPT.total_seconds():.0f}s"

Body = dict[str, Any]


class Held:
    """Holds questions to the documents that have what a schema requires."""

    def __init__(self, schema: Schema) -> None:
        self._filters = [{"term": {f"facets.{name}": value}} for name, value in schema.required]

    def query(self, query: Body | None) -> Body | None:
        """A query that finds nothing else; None for everything there is."""
        if not self._filters:
            return query
        return {"bool": {"filter": self._filters, **({"must": [query]} if query else {})}}

    def body(self, body: Body) -> Body:
        """The body of a search that finds and counts nothing else."""
        if not self._filters:
            return body
        held = dict(body)
        if knn := body.get("knn"):  # what is near adds to what a query finds, so that each needs the filter
            held["knn"] = {**knn, "filter": [*knn["filter"], *self._filters]}
        if "query" in body or not knn:
            held["query"] = self.query(body.get("query"))
        return held


class Present:
    """The index as it is now."""

    def __init__(self, link: Link, alias: str, held: Held) -> None:
        self._link = link
        self._alias = alias
        self._held = held

    def ask(self, *bodies: Body) -> list[Body]:
        """The answers to some questions, asked in one request."""
        bodies = tuple(map(self._held.body, bodies))
        if len(bodies) == 1:
            with self._link.reading() as client:
                return [client.search(index=self._alias, body=bodies[0], allow_partial_search_results=False).body]
        header = {"allow_partial_search_results": False}
        with self._link.reading() as client:
            lines = [line for body in bodies for line in (header, body)]
            answers: list[Body] = client.msearch(index=self._alias, searches=lines)["responses"]
        for answer in answers:
            if "error" in answer:
                raise EngineUnavailable(f"the search server refuses: {answer['error']}")
        return answers


@dataclass
class Moment:
    """The index as it was at a point in time, which the server keeps for a while after each question."""

    link: Link
    name: str
    held: Held
    patient: bool = False  # whether there is more time than a reader has

    def ask(self, *bodies: Body) -> list[Body]:
        """The answers to some questions, one after the other. Raises `PlaceLost` if the server has not kept it."""
        return [self._ask(body) for body in bodies]

    def _ask(self, body: Body) -> Body:
        at = {"id": self.name, "keep_alive": _KEEP_ALIVE}
        try:
            with self.link.writing() if self.patient else self.link.reading() as client:
                answer: Body = client.search(
                    body={**self.held.body(body), "pit": at}, allow_partial_search_results=False
                ).body
        except Missing as error:
            raise PlaceLost(str(error)) from error
        self.name = answer["pit_id"]
        return answer


class Moments:
    """Makes points in time of one index. Walks that begin within a minute share one, which ends by itself: so walks
    that are begun and left cost the server next to nothing."""

    def __init__(self, link: Link, alias: str, held: Held, timer: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self._alias = alias
        self._held = held
        self._timer = timer
        self._lock = threading.Lock()
        self._shared, self._until = "", 0.0

    def shared(self) -> Moment:
        """A point in time of the last minute."""
        with self._lock:
            if self._timer() >= self._until:
                self._shared, self._until = self._open(), self._timer() + SHARED
            return Moment(self._link, self._shared, self._held)

    def forget(self) -> None:
        """Do not share the last one any more: it was lost, say with an index that was replaced."""
        with self._lock:
            self._until = 0.0

    @contextmanager
    def own(self) -> Iterator[Moment]:
        """A point in time that is closed at the end."""
        moment = Moment(self._link, self._open(), self._held, patient=True)
        try:
            yield moment
        finally:
            with suppress(EngineUnavailable), self._link.writing() as client:  # then it ends by itself
                client.close_point_in_time(id=moment.name)

    def _open(self) -> str:
        with self._link.reading() as client:
            return str(client.open_point_in_time(index=self._alias, keep_alive=_KEEP_ALIVE)["id"])
