"""What follows from the numbers of all documents: ranges, orders, boosts. Worked out once per state of the snapshot."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime

from search import scoring
from search.documents import Schema
from search.embedded.snapshot import Snapshot, bits_of

DAY = 86400.0
_SMALL = 1_000_000_000  # below it, a number is no moment: days, months, money

SortKey = tuple[float | str, ...]


class Numbers:
    """The numbers of a snapshot, for one schema."""

    def __init__(self, schema: Schema, snapshot: Snapshot) -> None:
        self._schema = schema
        self._snapshot = snapshot

    def chosen(self, field: str, values: Iterable[str], now: datetime) -> int:
        """Documents with one of the picked values of a facet; windows of a NUMBER facet are written "30d"."""
        declared = next((f for f in self._schema.fields if f.name == field), None)
        if declared is None or not declared.windows:
            return self._snapshot.having(field, values)
        result = 0
        for value in values:
            result |= self.window(field, int(value.removesuffix("d")), now)
        return result

    def window(self, field: str, days: int, now: datetime) -> int:
        """Documents whose moment lies between now and some days ahead."""
        start = now.timestamp()
        return self.in_range(field, start, start + days * DAY)

    def in_range(self, field: str, low: float | None, high: float | None) -> int:
        """Documents whose number lies between two bounds, both included."""

        def build() -> int:
            numbers = self._snapshot.numbers[field]
            return bits_of(
                slot
                for slot, number in enumerate(numbers)
                if number is not None and (low is None or number >= low) and (high is None or number <= high)
            )

        return self._snapshot.derive(("range", field, _minute(low), _minute(high)), build)

    def sort_key(self, sort: str, slot: int) -> SortKey:
        """What a document is sorted by: equal for no two of them. `sort` is "newest", or anything else for the
        deadline."""
        numbers, document_id = self._snapshot.numbers, self._snapshot.ids[slot]
        if sort == "newest":
            return -(numbers["posted_at"][slot] or 0.0), document_id
        closes = numbers["closes_at"][slot]
        return closes is None, closes or 0.0, document_id

    def order(self, sort: str) -> list[int]:
        """All documents by the moment they were posted ("newest") or, for any other order, by their deadline."""

        def build() -> list[int]:
            return sorted(range(len(self._snapshot.ids)), key=lambda slot: self.sort_key(sort, slot))

        return self._snapshot.derive(("order", sort == "newest"), build)

    def passed(self, sort: str, key: SortKey) -> int:
        """The number of documents that stand before a key in an order, or at it."""
        return bisect_right(self.order(sort), key, key=lambda slot: self.sort_key(sort, slot))

    def ranks(self) -> list[int]:
        """The place of each document in the order of deadlines."""

        def build() -> list[int]:
            ranks = [0] * len(self._snapshot.ids)
            for rank, slot in enumerate(self.order("deadline")):
                ranks[slot] = rank
            return ranks

        return self._snapshot.derive("ranks", build)

    def boosts(self, now: datetime) -> list[float]:
        """What each document gets whatever was asked."""

        def build() -> list[float]:
            boosts = []
            for slot in range(len(self._snapshot.ids)):
                since, until = self.days(slot, now)
                boosts.append(scoring.confirmed_value(since) + scoring.ahead_value(until))
            return boosts

        return self._snapshot.derive(("boosts", _day(now)), build)

    def boost_order(self, now: datetime) -> list[int]:
        """All documents by their boosts, then by deadline."""

        def build() -> list[int]:
            boosts, ranks = self.boosts(now), self.ranks()
            return sorted(range(len(self._snapshot.ids)), key=lambda slot: (-boosts[slot], ranks[slot]))

        return self._snapshot.derive(("boost-order", _day(now)), build)

    def days(self, slot: int, now: datetime) -> tuple[float | None, float | None]:
        """Whole days since the host confirmed and until the deadline; whole, so that a day's ranking stands still."""
        today, numbers = now.timestamp() // DAY, self._snapshot.numbers
        confirmed, closes = numbers["confirmed_at"][slot], numbers["closes_at"][slot]
        return (
            None if confirmed is None else today - confirmed // DAY,
            None if closes is None else closes // DAY - today,
        )


def _day(now: datetime) -> int:
    return int(now.timestamp() // DAY)


def _minute(number: float | None) -> float | None:
    """A bound as a key: moments, which move with the clock, by the minute; small numbers as they are."""
    return number if number is None or number < _SMALL else number // 60
