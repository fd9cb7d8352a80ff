"""The embedded engine: reads a plan with bit sets and FTS5, scores with the published formula, explains each hit."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import islice
from typing import Any

from search.analysis.cleaning import clean
from search.concepts.thesaurus import Thesaurus
from search.documents import Document, Role, Schema
from search.embedded import counting, explaining
from search.embedded.matching import Matched, match
from search.embedded.question import Question
from search.embedded.ranking import Ranking
from search.embedded.snapshot import Snapshot
from search.embedded.store import MAX_LANGUAGES, State, Store, quote
from search.embedded.vectors import Vectors
from search.engine import WINDOW, EngineStatus, Place, SearchRequest, Stretch, Way, way_of
from search.plan import Plan, PlannedTopic, index_terms, make_plan
from search.results import Hit, SearchResults, Suggestion

BATCH = 500  # documents written at once
SCANNED = 200  # hits read at once, with all they carry


class EmbeddedEngine:
    """`search.engine.SearchEngine` on SQLite. `connect` gives a DB-API connection in autocommit or deferred mode;
    closing returns it."""

    def __init__(self, schema: Schema, thesaurus: Thesaurus, connect: Callable[[], Any]) -> None:
        self.schema = schema
        self.thesaurus = thesaurus
        self.store = Store(schema, connect)
        self._numbers = tuple(item.name for item in schema.of_role(Role.NUMBER))
        self._facets = tuple(item.name for item in schema.of_role(Role.FACET, Role.FILTER))
        self._snapshot = Snapshot()
        self._lock = threading.Lock()

    # -- reading

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request. Raises `EngineUnavailable` when the index cannot be read."""
        return self.answer(request, self._plan(request))

    def answer(self, request: SearchRequest, plan: Plan) -> SearchResults:
        """Answer a request by a given plan."""
        with self._asking(request) as question:
            matched = match(question, plan, self.thesaurus)
            end = request.offset + request.limit
            page = Ranking(question, matched).first(end)[request.offset :] if request.limit and end <= WINDOW else []
            return self._results(question, matched, page)

    def walk(self, request: SearchRequest, place: Place | None = None) -> Stretch:
        """Some hits, from the beginning or after a place: wherever the document last seen now stands.

        Old states are not kept. A document that changes meanwhile may be met again or not at all, all others just once.
        Where words are scored beside topics, their worth changes a little with every document that is written: those
        that change places by it may be met again or not at all, too. `scan` has neither.
        """
        with self._asking(replace(request, facets=()) if place else request) as question:
            matched = match(question, self._plan(request), self.thesaurus, way_of(place) if place else None)
            ranking, one_more = Ranking(question, matched), request.limit + 1
            found = ranking.after(place, one_more) if place else ranking.first(one_more)
            slots = found[: request.limit]
            reached = {**ranking.place(slots[-1]), **asdict(matched.way)} if len(found) > len(slots) else None
            return Stretch(self._results(question, matched, slots), reached)

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """All hits of a request in order, in one transaction: nothing that is written meanwhile is seen."""
        with self._asking(request) as question:
            matched = match(question, self._plan(request), self.thesaurus)
            slots = array("L", Ranking(question, matched).all())
            for start in range(0, len(slots), SCANNED):
                yield from explaining.hits(question, matched, slots[start : start + SCANNED])

    def similar(self, document_id: str, request: SearchRequest, limit: int = 5) -> SearchResults:
        """Documents that share concepts with one, most and closest first."""
        found = self.about(self._tags(document_id), replace(request, chosen={}), limit + 1)
        hits = tuple(hit for hit in found.hits if hit.id != document_id)[:limit]
        return replace(found, total=max(found.total - 1, 0), hits=hits)

    def about(self, topics: Sequence[PlannedTopic], request: SearchRequest, limit: int) -> SearchResults:
        """Documents that any of some topics reaches, most and closest first."""
        if not topics:
            return SearchResults(0, (), {}, request.understanding)
        asked = replace(request, sort="relevance", offset=0, limit=limit, facets=())
        with self._asking(asked) as question:
            matched = match(question, Plan(tuple(topics), (), ()), self.thesaurus, Way(relaxed=True))
            return self._results(question, matched, Ranking(question, matched).first(limit))

    def _tags(self, document_id: str) -> list[PlannedTopic]:
        """The concepts a document's owner tagged it with, as topics; none if there is no such document."""
        with self._reading() as (_connection, snapshot):
            slot = snapshot.slot_of_id.get(document_id)
            tags = (
                [str(one) for one, source, *_ in snapshot.concepts[slot] if source == "tag"] if slot is not None else []
            )
        return [PlannedTopic(tag, "", self.thesaurus.descendants(tag)) for tag in tags if tag in self.thesaurus]

    def nearest(self, vector: Sequence[float], request: SearchRequest, limit: int) -> list[Hit]:
        """The documents closest to a vector."""
        if not self.schema.dimensions:
            return []
        plan = self._plan(request)
        with self._asking(request) as question:
            snapshot, connection = question.snapshot, question.connection
            allowed = question.base & question.constraints(plan.constraints) & question.chosen()
            found = list(self._vectors(connection, snapshot).closest(vector, allowed, limit))
            stored = self.store.stored(connection, [snapshot.rowids[slot] for slot, _cosine in found])
            return [Hit(snapshot.ids[slot], cosine, stored[snapshot.rowids[slot]]) for slot, cosine in found]

    def _vectors(self, connection: Any, snapshot: Snapshot) -> Vectors:
        return snapshot.derive("vectors", lambda: Vectors(self.store.vectors(connection), snapshot.slot_of_row))

    def suggest(self, text: str, language: str, limit: int = 8) -> list[Suggestion]:
        """Documents whose title has a word beginning with what was typed."""
        stream = [quote(term) for term in index_terms(clean(text)) if not term.startswith("~")]
        if not stream:
            return []
        *before, last = stream
        title = next(item.name for item in self.schema.of_role(Role.TEXT))
        expression = f"{title} : ({' AND '.join((*before, last + ' *'))})"
        with self._reading() as (connection, snapshot):
            rows = sorted(self.store.match(connection, expression), key=lambda row: (-row[1], row[0]))
            slots = dict.fromkeys(snapshot.slot_of_row.get(row // MAX_LANGUAGES) for row, _value in rows)
            wanted = [slot for slot in slots if slot is not None][:limit]
            stored = self.store.stored(connection, [snapshot.rowids[slot] for slot in wanted])
        return [self._suggestion(snapshot.ids[slot], stored[snapshot.rowids[slot]], language) for slot in wanted]

    @staticmethod
    def _suggestion(document_id: str, stored: dict[str, Any], language: str) -> Suggestion:
        titles = stored.get("titles", {})
        shown = language if language in titles else stored.get("source_language", next(iter(titles), language))
        return Suggestion("document", document_id, titles.get(shown, document_id), titles.get(shown, ""), shown)

    def status(self) -> EngineStatus:
        """How the index stands."""
        with self.store.reading() as connection:
            if not self.store.exists(connection):
                return EngineStatus(0, None, False)
            digest = self.store.state(connection).digest
            return EngineStatus(self.store.count(connection), digest, digest == self.schema.digest())

    def versions(self) -> Iterator[tuple[str, int]]:
        """Every document that can be found, by its id and version."""
        with self.store.reading() as connection:
            if self.store.exists(connection):
                yield from self.store.versions(connection)

    def _plan(self, request: SearchRequest) -> Plan:
        return make_plan(request.understanding, self.thesaurus)

    def _results(self, question: Question, matched: Matched, slots: Sequence[int]) -> SearchResults:
        return SearchResults(
            matched.visible.bit_count(),
            explaining.hits(question, matched, slots),
            counting.facets(question, matched),
            question.request.understanding,
            matched.way.relaxed,
            matched.broader,
            () if matched.visible else counting.relaxations(question, matched),
        )

    @contextmanager
    def _asking(self, request: SearchRequest) -> Iterator[Question]:
        with self._reading() as (connection, snapshot):
            yield Question(self.store, connection, snapshot, request)

    @contextmanager
    def _reading(self) -> Iterator[tuple[Any, Snapshot]]:
        """A connection, and the snapshot of the state it sees. Raises `EngineUnavailable` when it cannot be read."""
        with self.store.reading() as connection:
            yield connection, self._current(connection)

    def _current(self, connection: Any) -> Snapshot:
        """The snapshot at the state a connection sees. One that was handed out never changes: others still read it."""
        state, snapshot = self.store.state(connection), self._snapshot
        if state == snapshot.state:
            return snapshot
        with self._lock:
            if state.sequence < self._snapshot.state.sequence:  # another thread has seen a later one by now
                self.store.read_anew(connection)
                state = self.store.state(connection)
            self._snapshot = self._brought_to(state, connection)
            return self._snapshot

    def _brought_to(self, state: State, connection: Any) -> Snapshot:
        known = self._snapshot
        if state == known.state:
            return known
        follows = state.generation == known.state.generation and state.sequence > known.state.sequence
        updated = known.copy() if follows else Snapshot()
        rows = self.store.rows_since(connection, updated.state.sequence)
        updated.apply(rows, state, self._numbers, self._facets)
        return updated

    # -- writing

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace documents in one transaction."""
        with self.store.writing() as cursor:
            self.store.create(cursor)
            state = self._next(cursor)
            return self.store.write(cursor, documents, state.sequence)

    def delete(self, ids: Iterable[str]) -> int:
        """Take documents out in one transaction."""
        with self.store.writing() as cursor:
            self.store.create(cursor)
            state = self._next(cursor)
            return self.store.mark_deleted(cursor, ids, state.sequence)

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None] | None = None) -> int:
        """Replace the whole index in one transaction: readers see the old one until it is complete."""
        total = 0
        with self.store.writing() as cursor:
            self.store.drop(cursor)
            self.store.create(cursor)
            before = self.store.state(cursor)
            state = State(before.sequence + 1, before.generation + 1, self.schema.digest())
            self.store.set_state(cursor, state)
            source = iter(documents)
            while batch := list(islice(source, BATCH)):
                total += self.store.write(cursor, batch, state.sequence)
                if progress:
                    progress(len(batch))
        return total

    def _next(self, cursor: Any) -> State:
        before = self.store.state(cursor)
        state = State(before.sequence + 1, before.generation, before.digest or self.schema.digest())
        self.store.set_state(cursor, state)
        return state
