"""A request met with a snapshot: which documents answer each part of its plan, and what they score for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from search import scoring
from search.embedded.levels import Levels
from search.embedded.numbers import Numbers
from search.embedded.snapshot import Snapshot
from search.embedded.store import MAX_LANGUAGES, Store, quote
from search.engine import SearchRequest
from search.plan import Constraint, PlannedTopic, PlannedWord


class Question:
    """One request, and a connection to the state of the index that the snapshot has."""

    def __init__(self, store: Store, connection: Any, snapshot: Snapshot, request: SearchRequest) -> None:
        self.store = store
        self.connection = connection
        self.snapshot = snapshot
        self.request = request
        self.numbers = Numbers(store.schema, snapshot)
        self.base = snapshot.alive & self._required()

    def _required(self) -> int:
        result = -1
        for field, values in self.request.require.items():
            result &= self.snapshot.having(field, values)
        for field, values in self.request.exclude.items():
            result &= ~self.snapshot.having(field, values)
        for field, (low, high) in self.request.ranges.items():
            result &= self.numbers.in_range(field, low, high)
        return result

    def constraints(self, items: Iterable[Constraint]) -> int:
        """Documents for which all of these facts hold."""
        result = -1
        for item in items:
            if item.values:
                result &= self.snapshot.having(item.field, item.values)
            for field, low, high in item.bounds:
                result &= self.numbers.in_range(field, low, high)
        return result

    def chosen(self, except_field: str | None = None) -> int:
        """Documents with the values that were picked, whatever they have in one of the facets."""
        result = -1
        for field, values in self.request.chosen.items():
            if field != except_field:
                result &= self.numbers.chosen(field, values, self.request.now)
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
        reader = self.store.schema.languages.index(self.request.language)
        for row, value in self.store.match(self.connection, expression):
            rowid, language = divmod(row, MAX_LANGUAGES)
            slot = self.snapshot.slot_of_row.get(rowid)
            if slot is not None:
                weight = scoring.WORDS if language == reader else scoring.WORDS * scoring.OTHER_LANGUAGE
                best[slot] = max(best.get(slot, 0.0), value * weight)
        return best


def _expression(word: PlannedWord) -> str:
    """A word as an FTS5 expression: one of its alternatives; within one, all terms, of a phrase in their order."""
    join = " + " if word.required else " AND "
    return "(" + " OR ".join("(" + join.join(map(quote, terms)) + ")" for terms in word.alternatives) + ")"
