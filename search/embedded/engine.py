"""The embedded engine: reads a plan with bit sets and FTS5, scores with the published formula, explains each hit."""

from __future__ import annotations

import heapq
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import reduce
from itertools import chain, islice
from typing import Any, cast

from search import scoring
from search.analysis.cleaning import clean
from search.concepts.thesaurus import Thesaurus
from search.documents import Document, Field, Role, Schema
from search.embedded.snapshot import Selection, Snapshot, slots_of
from search.embedded.store import MAX_LANGUAGES, State, Store
from search.engine import EngineStatus, SearchRequest
from search.errors import EngineUnavailable
from search.plan import Constraint, Plan, PlannedTopic, PlannedWord, index_terms, make_plan, widened
from search.results import FacetValue, Hit, Reason, Relaxation, ScorePart, SearchResults, Suggestion

DAY = 86400.0
BATCH = 500
MANY = 500  # a level with more documents than this is read in the order of its boosts, not as a whole


class Levels:
    """Documents by what the topics add to their score: (value, documents), highest first, each document once."""

    def __init__(self, parts: Iterable[tuple[float, int]]) -> None:
        summed: dict[float, int] = {}
        for value, bits in parts:
            summed[value] = summed.get(value, 0) | bits
        self._levels, seen = [], 0
        for value in sorted(summed, reverse=True):
            if new := summed[value] & ~seen:
                self._levels.append((value, new))
                seen |= new
        self.union = seen

    def of(self, visible: int) -> Iterator[tuple[float, int]]:
        """The levels among some documents; those in no level come last, with nothing."""
        for value, bits in self._levels:
            if some := bits & visible:
                yield value, some
        if rest := visible & ~self.union:
            yield 0.0, rest

    def value(self, slot: int) -> float:
        """What one document gets."""
        return next((value for value, bits in self._levels if bits >> slot & 1), 0.0)

    def plus(self, other: Levels) -> Levels:
        """Both added up: a document in one only keeps that one's value."""
        both = ((a + b, x & y) for a, x in self._levels for b, y in other._levels)
        mine = ((a, x & ~other.union) for a, x in self._levels)
        theirs = ((b, y & ~self.union) for b, y in other._levels)
        return Levels((value, bits) for value, bits in chain(both, mine, theirs) if bits)


class _Question:
    """A plan met with a snapshot: which documents answer each part, and what they score for it."""

    def __init__(self, engine: EmbeddedEngine, connection: Any, snapshot: Snapshot, request: SearchRequest) -> None:
        self.snapshot = snapshot
        self.request = request
        self._engine = engine
        self.connection = connection
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

    def topic(self, topic: PlannedTopic) -> Levels:
        """Documents by the best value this topic gives them."""
        return Levels(
            (scoring.topic_value(steps, source), bits)
            for concept, steps in topic.steps.items()
            for source, bits in self.snapshot.sources(concept)
        )

    def words(self, words: tuple[PlannedWord, ...], mode: str) -> dict[int, float]:
        """Slot → bm25 of the words in the document's best language, joined by "AND" or "OR"."""
        expression = f" {mode} ".join(dict.fromkeys(map(_expression, words)))  # each once: FTS5 would count them again
        best: dict[int, float] = {}
        reader = self._engine.schema.languages.index(self.request.language)
        for row, value in self._engine.store.match(self.connection, expression, self._engine.weights):
            rowid, language = divmod(row, MAX_LANGUAGES)
            slot = self.snapshot.slot_of_row.get(rowid)
            if slot is not None:
                weight = scoring.WORDS if language == reader else scoring.WORDS * scoring.OTHER_LANGUAGE
                best[slot] = max(best.get(slot, 0.0), value * weight)
        return best


class EmbeddedEngine:
    """`search.engine.SearchEngine` on SQLite. `connect` gives a DB-API connection in autocommit or deferred mode;
    closing returns it."""

    def __init__(self, schema: Schema, thesaurus: Thesaurus, connect: Callable[[], Any]) -> None:
        self.schema = schema
        self.thesaurus = thesaurus
        self.store = Store(schema, connect)
        self.weights = tuple(item.weight for item in schema.of_role(Role.TEXT))
        self._numbers = tuple(item.name for item in schema.of_role(Role.NUMBER))
        self._facet_names = tuple(item.name for item in schema.of_role(Role.FACET, Role.FILTER))
        self._snapshot = Snapshot()
        self._lock = threading.Lock()

    # -- reading

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request. Raises `EngineUnavailable` when the index cannot be read."""
        return self._answer(request, make_plan(request.understanding, self.thesaurus), joined_by_any=False)

    def similar(self, document_id: str, request: SearchRequest, limit: int = 5) -> SearchResults:
        """Documents that share concepts with one, most and closest first."""
        with self._reading() as (_connection, snapshot):
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
        stream = [_quote(term) for term in index_terms(clean(text)) if not term.startswith("~")]
        if not stream:
            return []
        *before, last = stream
        title = next(item.name for item in self.schema.of_role(Role.TEXT))
        expression = f"{title} : ({' AND '.join((*before, last + ' *'))})"
        with self._reading() as (connection, snapshot):
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

    def versions(self) -> Iterator[tuple[str, int]]:
        """Every document that can be found, by its id and version."""
        with self.store.reading() as connection:
            if self.store.exists(connection):
                yield from self.store.versions(connection)

    def _answer(self, request: SearchRequest, plan: Plan, joined_by_any: bool) -> SearchResults:
        with self._reading() as (connection, snapshot):
            return self._found(_Question(self, connection, snapshot, request), plan, joined_by_any)

    def _found(self, question: _Question, plan: Plan, joined_by_any: bool) -> SearchResults:
        request = question.request
        topics = [question.topic(topic) for topic in plan.topics]
        words = self._words(question, plan)
        pool = question.base & question.constraints(plan.constraints)
        matched = self._matching(question, plan, topics, words, pool, joined_by_any)
        visible = matched & question.chosen()
        total = visible.bit_count()
        levels = reduce(Levels.plus, topics, Levels(()))
        page = self._page(question, levels, words, visible) if request.limit else []
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
        topics: list[Levels],
        words: dict[int, float],
        pool: int,
        joined_by_any: bool,
    ) -> int:
        """Documents of the pool that answer the query: all topics, else any, else something broader; all quoted
        words."""
        if quoted := tuple(word for word in plan.words if word.required):
            pool &= _bits_of(question.words(quoted, "AND"))
        if plan.words and not plan.topics and not plan.constraints:
            return pool & _bits_of(words)
        if not topics:
            return pool
        every = pool
        some = 0
        for levels in topics:
            every &= levels.union
            some |= levels.union
        if joined_by_any:
            return pool & some
        if every or not pool:
            return every
        if pool & some and len(topics) > 1:
            question.relaxed = True
            return pool & some
        return self._widened(question, plan, topics, pool)

    def _widened(self, question: _Question, plan: Plan, topics: list[Levels], pool: int) -> int:
        """Nothing answers: go one step up the thesaurus, and say so."""
        some = 0
        for place, topic in enumerate(plan.topics):
            wider = question.topic(widened(topic, self.thesaurus))
            if (reached := wider.union) & pool:
                topics[place] = wider
                some |= reached
                question.widened.extend(self.thesaurus[topic.asked].broader)
        return pool & some

    def _page(self, question: _Question, levels: Levels, words: dict[int, float], visible: int) -> list[int]:
        """The slots of the page asked for, in order."""
        request, snapshot = question.request, question.snapshot
        end = request.offset + request.limit
        if request.sort != "relevance":
            flags = visible.to_bytes(len(snapshot.ids) // 8 + 1, "little")
            found = (slot for slot in self._order(snapshot, request.sort) if flags[slot >> 3] >> (slot & 7) & 1)
            return list(islice(found, request.offset, end))
        boosts, ranks = self._boosts(snapshot, request.now), self._ranks(snapshot)
        base = {slot: value for slot, value in words.items() if visible >> slot & 1}
        scores = dict.fromkeys(base, 0.0)
        for value, slots in self._best_of_levels(question, levels, visible, end):
            scores.update(dict.fromkeys(slots, value))
        for slot, value in base.items():
            scores[slot] = value + levels.value(slot)
        best = heapq.nsmallest(end, ((-(score + boosts[slot]), ranks[slot], slot) for slot, score in scores.items()))
        return [slot for _score, _rank, slot in best[request.offset :]]

    def _best_of_levels(
        self, question: _Question, levels: Levels, visible: int, end: int
    ) -> Iterable[tuple[float, list[int]]]:
        """Of each level the documents that may come among the first `end`; stops where no later level can overtake."""
        snapshot, found, enough = question.snapshot, 0, None
        order = self._boost_order(snapshot, question.request.now)
        for value, bits in levels.of(visible):
            if enough is not None and value + scoring.MAX_BOOST <= enough:
                return
            if (number := bits.bit_count()) <= MANY:
                slots = list(slots_of(bits))
            else:
                flags = bits.to_bytes(len(snapshot.ids) // 8 + 1, "little")
                slots = list(islice((slot for slot in order if flags[slot >> 3] >> (slot & 7) & 1), end))
            yield value, slots
            found += number
            if enough is None and found >= end:
                enough = value

    # -- explaining

    def _hits(
        self,
        question: _Question,
        plan: Plan,
        topics: list[Levels],
        words: dict[int, float],
        page: list[int],
    ) -> tuple[Hit, ...]:
        if not page:
            return ()
        snapshot = question.snapshot
        stored = self.store.stored(question.connection, [snapshot.rowids[slot] for slot in page])
        terms = self.store.terms(question.connection, [snapshot.rowids[s] for s in page]) if plan.words else {}
        hits = []
        for slot in page:
            parts = self._parts(question, plan, topics, words, slot)
            met = [word for word in plan.words if _meets(word, terms[snapshot.rowids[slot]])]
            reasons = tuple(self._reasons(question, plan, met, slot))
            hits.append(
                Hit(snapshot.ids[slot], sum(p.value for p in parts), stored[snapshot.rowids[slot]], reasons, parts)
            )
        return tuple(hits)

    def _parts(
        self,
        question: _Question,
        plan: Plan,
        topics: list[Levels],
        words: dict[int, float],
        slot: int,
    ) -> tuple[ScorePart, ...]:
        snapshot, parts = question.snapshot, []
        for topic, levels in zip(plan.topics, topics, strict=True):
            if value := levels.value(slot):
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

    def _reasons(self, question: _Question, plan: Plan, met: Sequence[PlannedWord], slot: int) -> Iterable[Reason]:
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
            held = [value for value in snapshot.values_of(item.field, slot) if value in item.values]
            if held:
                yield Reason("filter", item.text, concept=item.concept, field=item.field, value=held[0])
        for word in met:
            yield Reason("word", word.text)

    def _facets(self, question: _Question, matched: int, visible: int) -> dict[str, tuple[FacetValue, ...]]:
        request, everything = question.request, Selection(visible)
        result = {}
        for item in self._facet_fields(request):
            picked = request.chosen.get(item.name, ())
            shown = Selection(matched & question.chosen(except_field=item.name)) if picked else everything
            counts = self._counts(question.snapshot, item, shown, request.now)
            for value in picked:
                counts.setdefault(value, 0)
            values = [FacetValue(value, count, value in picked) for value, count in counts.items()]
            if item.role is Role.FACET:
                values.sort(key=lambda v: (-v.count, v.value))
            result[item.name] = tuple(values)
        return result

    def _facet_fields(self, request: SearchRequest) -> list[Field]:
        declared = [f for f in self.schema.fields if f.role is Role.FACET or f.windows]
        return declared if request.facets is None else [f for f in declared if f.name in request.facets]

    def _counts(self, snapshot: Snapshot, item: Field, shown: Selection, now: datetime) -> dict[str, int]:
        if item.role is Role.FACET:
            return snapshot.count(item.name, shown)
        windows = ((f"{days}d", self._window(snapshot, item.name, days, now)) for days in item.windows)
        return {name: count for name, inside in windows if (count := (shown.bits & inside).bit_count())}

    def _relaxations(
        self, question: _Question, plan: Plan, topics: list[Levels], words: dict[int, float]
    ) -> tuple[Relaxation, ...]:
        """What would be found with one constraint, chosen facet or topic less."""
        wordless = not (plan.words and not plan.topics and not plan.constraints)
        reached = [levels.union for levels in topics]
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

        return cast("int", self._derived(snapshot, ("range", field, _minute(low), _minute(high)), build))

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

    def _boost_order(self, snapshot: Snapshot, now: datetime) -> list[int]:
        def build() -> list[int]:
            boosts, ranks = self._boosts(snapshot, now), self._ranks(snapshot)
            return sorted(range(len(snapshot.ids)), key=lambda slot: (-boosts[slot], ranks[slot]))

        return cast("list[int]", self._derived(snapshot, ("boost-order", _day(now)), build))

    def _boosts(self, snapshot: Snapshot, now: datetime) -> list[float]:
        def build() -> list[float]:
            boosts = []
            for slot in range(len(snapshot.ids)):
                since, until = self._days(snapshot, slot, now)
                boosts.append(scoring.confirmed_value(since) + scoring.ahead_value(until))
            return boosts

        return cast("list[float]", self._derived(snapshot, ("boosts", _day(now)), build))

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
        found = known.get(key)
        if found is None:
            if len(known) > 200:  # ranges move with the clock
                known.clear()
            found = known[key] = build()
        return found

    @contextmanager
    def _reading(self) -> Iterator[tuple[Any, Snapshot]]:
        """A connection, and the snapshot of the state it sees. Raises `EngineUnavailable` when it cannot be read."""
        try:
            with self.store.reading() as connection:
                yield connection, self._current(connection)
        except sqlite3.Error as error:
            raise EngineUnavailable(str(error)) from error

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
        updated.apply(rows, state, self._numbers, self._facet_names)
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


def _meets(word: PlannedWord, terms: set[str]) -> bool:
    return any(terms.issuperset(alternative) for alternative in word.alternatives)


def _quote(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _bits_of(slots: Iterable[int]) -> int:
    found = list(slots)
    if not found:
        return 0
    bits = bytearray(max(found) // 8 + 1)
    for slot in found:
        bits[slot >> 3] |= 1 << (slot & 7)
    return int.from_bytes(bits, "little")


def _day(now: datetime) -> int:
    return int(now.timestamp() // DAY)


def _minute(moment: float | None) -> float | None:
    return None if moment is None else moment // 60
