"""The embedded engine: reads a plan with bit sets and FTS5, scores with the published formula, explains each hit."""

from __future__ import annotations

import heapq
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, cast

from search import scoring
from search.analysis.cleaning import clean
from search.concepts.thesaurus import Thesaurus
from search.documents import Document, Field, Role, Schema
from search.embedded.snapshot import Snapshot, slots_of
from search.embedded.store import MAX_LANGUAGES, State, Store
from search.engine import EngineStatus, SearchRequest
from search.errors import EngineUnavailable
from search.plan import Constraint, Plan, PlannedTopic, PlannedWord, index_terms, make_plan, widened
from search.results import FacetValue, Hit, Reason, Relaxation, ScorePart, SearchResults, Suggestion

DAY = 86400.0
BATCH = 500


class _Question:
    """A plan met with a snapshot: which documents answer each part, and what they score for it."""

    def __init__(self, engine: EmbeddedEngine, connection: Any, snapshot: Snapshot, request: SearchRequest) -> None:
        self.snapshot = snapshot
        self.request = request
        self._engine = engine
        self._connection = connection
        self.base = snapshot.alive & self._required()
        self.relaxed = False
        self.widened: list[str] = []

    def _required(self) -> int:
        result = -1
        for field, values in self.request.require.items():
            result &= self.snapshot.having(field, values)
        for field, (low, high) in self.request.ranges.items():
            result &= self._engine.in_range(self.snapshot, field, low, high)
        return result

    def constraints(self, items: Iterable[Constraint]) -> int:
        result = -1
        for item in items:
            result &= self.snapshot.having(item.field, item.values)
        return result

    def chosen(self, except_field: str | None = None) -> int:
        result = -1
        for field, values in self.request.chosen.items():
            if field != except_field:
                result &= self._engine.chosen_bits(self.snapshot, field, values, self.request.now)
        return result

    def topic(self, topic: PlannedTopic) -> list[tuple[float, int]]:
        """(value, documents) with the highest value first; each document once."""
        levels: dict[float, int] = {}
        for concept, steps in topic.steps.items():
            for source, bits in self.snapshot.sources(concept):
                value = scoring.topic_value(steps, source)
                levels[value] = levels.get(value, 0) | bits
        result, seen = [], 0
        for value in sorted(levels, reverse=True):
            if new := levels[value] & ~seen:
                result.append((value, new))
                seen |= new
        return result

    def words(self, words: tuple[PlannedWord, ...], mode: str) -> dict[int, float]:
        """Slot → bm25 of the words in the document's best language, joined by "AND" or "OR"."""
        expression = f" {mode} ".join(_expression(word) for word in words)
        best: dict[int, float] = {}
        reader = self._engine.schema.languages.index(self.request.language)
        for row, value in self._engine.store.match(self._connection, expression, self._engine.weights):
            rowid, language = divmod(row, MAX_LANGUAGES)
            slot = self.snapshot.slot_of_row.get(rowid)
            if slot is not None:
                value *= scoring.WORDS * (1.0 if language == reader else scoring.OTHER_LANGUAGE)
                best[slot] = max(best.get(slot, 0.0), value)
        return best


class EmbeddedEngine:
    """`search.engine.SearchEngine` on SQLite. `connect` gives a DB-API connection in autocommit or deferred mode; closing returns it."""

    def __init__(self, schema: Schema, thesaurus: Thesaurus, connect: Callable[[], Any]) -> None:
        self.schema = schema
        self.thesaurus = thesaurus
        self.store = Store(schema, connect)
        self.weights = tuple(item.weight for item in schema.of_role(Role.TEXT))
        self._numbers = tuple(item.name for item in schema.of_role(Role.NUMBER))
        self._snapshot = Snapshot()
        self._lock = threading.Lock()

    # -- reading

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request. Raises `EngineUnavailable` when the index cannot be read."""
        return self._answer(request, make_plan(request.understanding, self.thesaurus), joined_by_any=False)

    def similar(self, document_id: str, request: SearchRequest, limit: int = 5) -> SearchResults:
        """Documents that share concepts with one, most and closest first."""
        with self.store.reading() as connection:
            snapshot = self._current(connection)
            slot = snapshot.slot_of_id.get(document_id)
            own = [str(c[0]) for c in snapshot.concepts[slot] if c[1] == "tag"] if slot is not None else []
        topics = tuple(
            PlannedTopic(concept, "", self.thesaurus.descendants(concept))
            for concept in own
            if concept in self.thesaurus
        )
        if not topics:
            return SearchResults(0, (), {}, request.understanding)
        wider = SearchRequest(
            request.understanding, request.language, request.now, ranges=request.ranges, require=request.require,
            limit=limit + 1, facets=(),
        )  # fmt: skip
        found = self._answer(wider, Plan(topics, (), ()), joined_by_any=True)
        hits = tuple(hit for hit in found.hits if hit.id != document_id)[:limit]
        return SearchResults(max(found.total - 1, 0), hits, {}, request.understanding)

    def suggest(self, text: str, language: str, limit: int = 8) -> list[Suggestion]:
        """Documents whose title has a word beginning with what was typed."""
        stream = index_terms(clean(text))
        if not stream:
            return []
        *before, last = (_quote(term) for term in stream if not term.startswith("~")) or ("",)
        title = next(item.name for item in self.schema.of_role(Role.TEXT))
        expression = f"{title} : ({' AND '.join((*before, last + ' *'))})"
        with self.store.reading() as connection:
            snapshot = self._current(connection)
            rows = sorted(self.store.match(connection, expression, self.weights), key=lambda row: (-row[1], row[0]))
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

    def _answer(self, request: SearchRequest, plan: Plan, joined_by_any: bool) -> SearchResults:
        try:
            with self.store.reading() as connection:
                question = _Question(self, connection, self._current(connection), request)
                return self._found(question, plan, joined_by_any)
        except sqlite3.Error as error:
            raise EngineUnavailable(str(error)) from error

    def _found(self, question: _Question, plan: Plan, joined_by_any: bool) -> SearchResults:
        request, snapshot = question.request, question.snapshot
        topics = [question.topic(topic) for topic in plan.topics]
        words = self._words(question, plan)
        pool = question.base & question.constraints(plan.constraints)
        matched = self._matching(question, plan, topics, words, pool, joined_by_any)
        visible = matched & question.chosen()
        total = visible.bit_count()
        page = self._page(question, topics, words, visible) if request.limit else []
        return SearchResults(
            total,
            self._hits(question, plan, topics, words, page),
            self._facets(question, matched, visible),
            request.understanding,
            question.relaxed,
            tuple(question.widened),
            () if total or joined_by_any else self._relaxations(question, plan, topics, words),
        )

    def _words(self, question: _Question, plan: Plan) -> dict[int, float]:
        if not plan.words:
            return {}
        if plan.topics or plan.constraints:
            return question.words(plan.words, "OR")
        return question.words(plan.words, "AND") or self._any_word(question, plan)

    def _any_word(self, question: _Question, plan: Plan) -> dict[int, float]:
        if len(plan.words) == 1:
            return {}
        question.relaxed = True
        return question.words(plan.words, "OR")

    def _matching(
        self,
        question: _Question,
        plan: Plan,
        topics: list[list[tuple[float, int]]],
        words: dict[int, float],
        pool: int,
        joined_by_any: bool,
    ) -> int:
        """Documents of the pool that answer the query: all topics, else any, else something broader; all quoted words."""
        if quoted := tuple(word for word in plan.words if word.required):
            pool &= _bits_of(question.words(quoted, "AND"))
        if plan.words and not plan.topics and not plan.constraints:
            return pool & _bits_of(words)
        if not topics:
            return pool
        every = pool
        some = 0
        for levels in topics:
            reached = _union(levels)
            every &= reached
            some |= reached
        if joined_by_any:
            return pool & some
        if every or not pool:
            return every
        if pool & some and len(topics) > 1:
            question.relaxed = True
            return pool & some
        return self._widened(question, plan, topics, pool)

    def _widened(self, question: _Question, plan: Plan, topics: list[list[tuple[float, int]]], pool: int) -> int:
        """Nothing answers: go one step up the thesaurus, and say so."""
        some = 0
        for place, topic in enumerate(plan.topics):
            wider = question.topic(widened(topic, self.thesaurus))
            if (reached := _union(wider)) & pool:
                topics[place] = wider
                some |= reached
                question.widened.extend(self.thesaurus[topic.asked].broader)
        return pool & some

    def _page(
        self, question: _Question, topics: list[list[tuple[float, int]]], words: dict[int, float], visible: int
    ) -> list[int]:
        """The slots of the page asked for, in order."""
        request, snapshot = question.request, question.snapshot
        end = request.offset + request.limit
        order = self._order(snapshot, request.sort)
        if request.sort != "relevance":
            flags = visible.to_bytes(len(snapshot.ids) // 8 + 1, "little")
            found = (slot for slot in order if flags[slot >> 3] >> (slot & 7) & 1)
            return list(islice(found, request.offset, end))
        scores = dict.fromkeys(slots_of(visible), 0.0)
        for levels in topics:
            for value, bits in levels:
                for slot in slots_of(bits & visible):
                    scores[slot] += value
        for slot, value in words.items():
            if slot in scores:
                scores[slot] += value
        boosts = self._boosts(snapshot, request.now)
        ranks = self._ranks(snapshot)
        best = heapq.nsmallest(end, ((-(score + boosts[slot]), ranks[slot], slot) for slot, score in scores.items()))
        return [slot for _score, _rank, slot in best[request.offset :]]

    # -- explaining

    def _hits(
        self,
        question: _Question,
        plan: Plan,
        topics: list[list[tuple[float, int]]],
        words: dict[int, float],
        page: list[int],
    ) -> tuple[Hit, ...]:
        if not page:
            return ()
        snapshot = question.snapshot
        stored = self.store.stored(question._connection, [snapshot.rowids[slot] for slot in page])
        met = {word.text: set(question.words((word,), "AND")) for word in plan.words}
        hits = []
        for slot in page:
            parts = self._parts(question, plan, topics, words, slot)
            reasons = tuple(self._reasons(question, plan, met, slot))
            hits.append(
                Hit(snapshot.ids[slot], sum(p.value for p in parts), stored[snapshot.rowids[slot]], reasons, parts)
            )
        return tuple(hits)

    def _parts(
        self,
        question: _Question,
        plan: Plan,
        topics: list[list[tuple[float, int]]],
        words: dict[int, float],
        slot: int,
    ) -> tuple[ScorePart, ...]:
        snapshot, parts = question.snapshot, []
        for topic, levels in zip(plan.topics, topics, strict=True):
            value = next((value for value, bits in levels if bits >> slot & 1), None)
            if value is not None:
                parts.append(ScorePart(f"topic:{topic.asked}", value))
        if slot in words:
            parts.append(ScorePart("words", words[slot]))
        since, until = self._days(snapshot, slot, question.request.now)
        for name, value, days in (
            ("recently-confirmed", scoring.confirmed_value(since), since),
            ("deadline-ahead", scoring.ahead_value(until), until),
        ):
            if value:
                parts.append(ScorePart(name, value, {} if days is None else {"days": days}))
        return tuple(parts)

    def _reasons(self, question: _Question, plan: Plan, met: Mapping[str, set[int]], slot: int) -> Iterable[Reason]:
        snapshot = question.snapshot
        for topic in plan.topics:
            steps = topic.steps if not question.widened else widened(topic, self.thesaurus).steps
            found = [e for e in snapshot.concepts[slot] if e[0] in steps]
            if found:
                concept, source, language, surface = max(
                    found,
                    key=lambda e: (scoring.topic_value(steps[str(e[0])], str(e[1])), e[2] == question.request.language),
                )
                distance = steps[str(concept)]
                yield Reason("concept", topic.text, concept, topic.asked, distance, source, language, surface)
        for item in plan.constraints:
            held = [value for value in snapshot.facets[slot].get(item.field, ()) if value in item.values]
            if held:
                yield Reason("filter", item.text, concept=item.concept, field=item.field, value=held[0])
        for text, slots in met.items():
            if slot in slots:
                yield Reason("word", text)

    def _facets(self, question: _Question, matched: int, visible: int) -> dict[str, tuple[FacetValue, ...]]:
        request = question.request
        wanted = self._facet_fields(request)
        result = {}
        for item in wanted:
            picked = request.chosen.get(item.name, ())
            bits = matched & question.chosen(except_field=item.name) if picked else visible
            values = [
                FacetValue(value, count, value in picked)
                for value, documents in self._buckets(question.snapshot, item, request.now)
                if (count := (bits & documents).bit_count()) or value in picked
            ]
            if item.role is Role.FACET:
                values.sort(key=lambda v: (-v.count, v.value))
            result[item.name] = tuple(values)
        return result

    def _facet_fields(self, request: SearchRequest) -> list[Field]:
        declared = [f for f in self.schema.fields if f.role is Role.FACET or f.windows]
        return declared if request.facets is None else [f for f in declared if f.name in request.facets]

    def _buckets(self, snapshot: Snapshot, item: Field, now: datetime) -> Iterable[tuple[str, int]]:
        if item.role is Role.FACET:
            return snapshot.values(item.name)
        return [(f"{days}d", self._window(snapshot, item.name, days, now)) for days in item.windows]

    def _relaxations(
        self, question: _Question, plan: Plan, topics: list[list[tuple[float, int]]], words: dict[int, float]
    ) -> tuple[Relaxation, ...]:
        """What would be found with one constraint, chosen facet or topic less."""
        wordless = not (plan.words and not plan.topics and not plan.constraints)
        reached = [_union(levels) for levels in topics]
        needed = question.base if wordless else question.base & _bits_of(words)

        def count(constraints: Iterable[Constraint], topic_bits: Iterable[int], chosen: int) -> int:
            bits = needed & question.constraints(constraints) & chosen
            for item in topic_bits:
                bits &= item
            return bits.bit_count()

        found = []
        for item in plan.constraints:
            others = [c for c in plan.constraints if c is not item]
            found.append(Relaxation("filter", item.field, item.values, count(others, reached, question.chosen())))
        for field, values in question.request.chosen.items():
            found.append(Relaxation("chosen", field, values, count(plan.constraints, reached, question.chosen(field))))
        for place, topic in enumerate(plan.topics):
            others_reached = reached[:place] + reached[place + 1 :]
            if others_reached or plan.constraints:
                number = count(plan.constraints, others_reached, question.chosen())
                found.append(Relaxation("topic", "concept", (topic.asked,), number))
        return tuple(sorted((r for r in found if r.count), key=lambda r: -r.count))

    # -- numbers and orders, worked out once per state of the snapshot

    def chosen_bits(self, snapshot: Snapshot, field: str, values: Iterable[str], now: datetime) -> int:
        """Documents with one of the picked values of a facet; windows of a NUMBER facet are written "30d"."""
        declared = next((f for f in self.schema.fields if f.name == field), None)
        if declared is None or not declared.windows:
            return snapshot.having(field, values)
        result = 0
        for value in values:
            result |= self._window(snapshot, field, int(value.removesuffix("d")), now)
        return result

    def _window(self, snapshot: Snapshot, field: str, days: int, now: datetime) -> int:
        start = now.timestamp()
        return self.in_range(snapshot, field, start, start + days * DAY)

    def in_range(self, snapshot: Snapshot, field: str, low: float | None, high: float | None) -> int:
        """Documents whose number lies between two bounds, both included."""

        def build() -> int:
            numbers = snapshot.numbers[field]
            bits = bytearray(len(numbers) // 8 + 1)
            for slot, number in enumerate(numbers):
                if number is not None and (low is None or number >= low) and (high is None or number <= high):
                    bits[slot >> 3] |= 1 << (slot & 7)
            return int.from_bytes(bits, "little")

        return cast(int, self._derived(snapshot, ("range", field, _minute(low), _minute(high)), build))

    def _order(self, snapshot: Snapshot, sort: str) -> list[int]:
        def build() -> list[int]:
            closes, posted = snapshot.numbers["closes_at"], snapshot.numbers["posted_at"]
            if sort == "newest":
                return sorted(range(len(snapshot.ids)), key=lambda s: (-(posted[s] or 0.0), snapshot.ids[s]))
            return sorted(
                range(len(snapshot.ids)), key=lambda s: (closes[s] is None, closes[s] or 0.0, snapshot.ids[s])
            )

        return cast("list[int]", self._derived(snapshot, ("order", sort == "newest"), build))

    def _ranks(self, snapshot: Snapshot) -> list[int]:
        def build() -> list[int]:
            ranks = [0] * len(snapshot.ids)
            for rank, slot in enumerate(self._order(snapshot, "deadline")):
                ranks[slot] = rank
            return ranks

        return cast("list[int]", self._derived(snapshot, "ranks", build))

    def _boosts(self, snapshot: Snapshot, now: datetime) -> list[float]:
        def build() -> list[float]:
            boosts = []
            for slot in range(len(snapshot.ids)):
                since, until = self._days(snapshot, slot, now)
                boosts.append(scoring.confirmed_value(since) + scoring.ahead_value(until))
            return boosts

        return cast("list[float]", self._derived(snapshot, ("boosts", int(now.timestamp() // DAY)), build))

    def _days(self, snapshot: Snapshot, slot: int, now: datetime) -> tuple[float | None, float | None]:
        """Whole days since the host confirmed and until the deadline; whole, so that a day's ranking stands still."""
        today = now.timestamp() // DAY
        confirmed, closes = snapshot.numbers["confirmed_at"][slot], snapshot.numbers["closes_at"][slot]
        return (
            None if confirmed is None else today - confirmed // DAY,
            None if closes is None else closes // DAY - today,
        )

    def _derived(self, snapshot: Snapshot, key: object, build: Callable[[], object]) -> object:
        known = snapshot.derived
        if key not in known:
            if len(known) > 200:  # ranges move with the clock
                known.clear()
            known[key] = build()
        return known[key]

    def _current(self, connection: Any) -> Snapshot:
        """The snapshot at the index's present state."""
        state = self.store.state(connection)
        if state == self._snapshot.state:
            return self._snapshot
        with self._lock:
            snapshot = self._snapshot
            if state == snapshot.state:
                return snapshot
            fresh = state.generation != snapshot.state.generation
            updated = Snapshot() if fresh else snapshot
            updated.apply(self.store.rows_since(connection, updated.state.sequence), state, self._numbers)
            self._snapshot = updated
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


def _expression(word: PlannedWord) -> str:
    """A word as an FTS5 expression: one of its alternatives; within one, all terms."""
    return "(" + " OR ".join("(" + " AND ".join(map(_quote, terms)) + ")" for terms in word.alternatives) + ")"


def _quote(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _union(levels: list[tuple[float, int]]) -> int:
    result = 0
    for _value, bits in levels:
        result |= bits
    return result


def _bits_of(slots: Iterable[int]) -> int:
    found = list(slots)
    if not found:
        return 0
    bits = bytearray(max(found) // 8 + 1)
    for slot in found:
        bits[slot >> 3] |= 1 << (slot & 7)
    return int.from_bytes(bits, "little")


def _minute(moment: float | None) -> float | None:
    return None if moment is None else moment // 60
