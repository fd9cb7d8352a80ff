"""The order of the documents that answer: its beginning, all of it, or what comes after a place."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from search import scoring
from search.embedded.matching import Matched
from search.embedded.question import Question
from search.embedded.snapshot import slots_of
from search.engine import Place

MANY = 500  # a level with more documents than this is read in the order of its boosts, not as a whole

_Ranked = tuple[float, int, int]  # score below zero, rank by deadline, slot


class Ranking:
    """The visible documents in the order asked for."""

    def __init__(self, question: Question, matched: Matched) -> None:
        self._question = question
        self._matched = matched
        self._numbers = question.numbers
        self._sort = question.request.sort
        self._boosts = question.numbers.boosts(question.request.now)

    def first(self, end: int) -> list[int]:
        """The first slots."""
        if self._sort != "relevance":
            return list(islice(self._in_order(), end))
        return [slot for *_, slot in heapq.nsmallest(end, self._foremost(end))]

    def all(self) -> list[int]:
        """All slots."""
        return list(self._in_order()) if self._sort != "relevance" else [slot for *_, slot in sorted(self._ranked())]

    def after(self, place: Place, limit: int) -> list[int]:
        """The slots that come after the document of a place."""
        passed = self._numbers.passed(self._sort, tuple(place["key"]))
        if self._sort != "relevance":
            return list(islice(self._in_order(passed), limit))
        first = -self._score_at(place), passed
        return [slot for *_, slot in heapq.nsmallest(limit, (one for one in self._ranked() if one[:2] >= first))]

    def place(self, slot: int) -> dict[str, Any]:
        """Where a document stands: what it is sorted by."""
        place: dict[str, Any] = {"key": list(self._numbers.sort_key(self._sort, slot))}
        if self._sort == "relevance":
            place |= {"base": self._base(slot), "words": self._matched.words.get(slot, 0.0)}
        return place

    # -- by a number

    def _in_order(self, start: int = 0) -> Iterator[int]:
        order = self._numbers.order(self._sort)
        return self._among(self._matched.visible, islice(order, start, None))

    def _among(self, bits: int, slots: Iterable[int]) -> Iterator[int]:
        flags = bits.to_bytes(len(self._question.snapshot.ids) // 8 + 1, "little")
        return (slot for slot in slots if flags[slot >> 3] >> (slot & 7) & 1)

    # -- by the score: words + (topics + boosts), always added in this order, so that equal scores are equal

    def _ranked(self) -> Iterator[_Ranked]:
        """All of them, in no order."""
        boosts, ranks, words = self._boosts, self._numbers.ranks(), self._matched.words
        for value, bits in self._matched.levels.of(self._matched.visible):
            for slot in slots_of(bits):
                yield -(words.get(slot, 0.0) + (value + boosts[slot])), ranks[slot], slot

    def _foremost(self, end: int) -> Iterator[_Ranked]:
        """Those that may come among the first `end`: all that have a word, and the best of each level."""
        boosts, ranks, words, matched = self._boosts, self._numbers.ranks(), self._matched.words, self._matched
        values = {slot: value for value, slots in self._best_of_levels(end) for slot in slots}
        values |= {slot: matched.levels.value(slot) for slot in words if matched.visible >> slot & 1}
        for slot, value in values.items():
            yield -(words.get(slot, 0.0) + (value + boosts[slot])), ranks[slot], slot

    def _best_of_levels(self, end: int) -> Iterator[tuple[float, list[int]]]:
        """Of each level the documents that may come among the first `end`; stops where no later level can overtake."""
        found, enough = 0, None
        order = self._numbers.boost_order(self._question.request.now)
        for value, bits in self._matched.levels.of(self._matched.visible):
            if enough is not None and value + scoring.MAX_BOOST <= enough:
                return
            if (number := bits.bit_count()) <= MANY:
                yield value, list(slots_of(bits))
            else:
                yield value, list(islice(self._among(bits, order), end))
            found += number
            if enough is None and found >= end:
                enough = value

    def _base(self, slot: int) -> float:
        return self._matched.levels.value(slot) + self._boosts[slot]

    def _score_at(self, place: Place) -> float:
        """The score of the document of a place. What words are worth changes a little with every document that is
        written: today's value counts, unless the document itself is gone or has changed."""
        words: float = place["words"]
        slot = self._question.snapshot.slot_of_id.get(place["key"][-1])
        if slot is not None and self._base(slot) == place["base"]:
            words = self._matched.words.get(slot, words)
        return words + float(place["base"])
