"""Documents by what the topics of a query add to their score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain


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
