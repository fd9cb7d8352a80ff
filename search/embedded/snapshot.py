"""The index's facts in memory: one bit per document and value, so that filters and counts are integer arithmetic.

A snapshot belongs to one process and is brought up to date from the rows written since; 50,000 documents take some
60 MB.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain, compress
from typing import TypeVar, cast

from search.embedded.store import Row, State

# Walking over one document costs as much as some 2500 documents' bits cost to count.
_PER_DOCUMENT = 2500
_SPARSE = 12  # a set is sparse if fewer than one slot in so many is in it
_KEPT = 200  # derived things of one state; ranges move with the clock
_BITS = bytes.maketrans(b"01", b"\x00\x01")

T = TypeVar("T")


class Bits:
    """A set of slots under construction; `value` gives it as one integer."""

    __slots__ = ("_bytes", "_value")

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._value: int | None = 0

    def set(self, slot: int, on: bool = True) -> None:
        """Put a slot in or out."""
        place = slot >> 3
        if place >= len(self._bytes):
            self._bytes.extend(bytes(place + 1 - len(self._bytes)))
        if on:
            self._bytes[place] |= 1 << (slot & 7)
        else:
            self._bytes[place] &= ~(1 << (slot & 7))
        self._value = None

    def copy(self) -> Bits:
        """The same set, to be changed by itself."""
        other = Bits()
        other._bytes, other._value = self._bytes.copy(), self._value
        return other

    @property
    def value(self) -> int:
        """The set as an integer: bit n stands for slot n."""
        if self._value is None:
            self._value = int.from_bytes(self._bytes, "little")
        return self._value


class Selection:
    """Some documents, as bits and, once somebody asks, as slots."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.number = bits.bit_count()

    @cached_property
    def slots(self) -> list[int]:
        """The slots, ascending."""
        return list(slots_of(self.bits))


class Snapshot:
    """All documents as slots 0…n, the values they have, and the places their concepts were found in."""

    def __init__(self) -> None:
        self.state = State(0, 0, None)
        self.ids: list[str] = []
        self.rowids: list[int] = []
        self.numbers: dict[str, list[float | None]] = defaultdict(list)
        self.facets: dict[str, list[tuple[str, ...]]] = defaultdict(list)  # field → values of each slot
        self.concepts: list[list[list[str | None]]] = []
        self.slot_of_id: dict[str, int] = {}
        self.slot_of_row: dict[int, int] = {}
        self._shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._alive = Bits()
        self._values: dict[str, dict[str, Bits]] = defaultdict(dict)
        self._sources: dict[str, dict[str, Bits]] = defaultdict(dict)  # concept → source → documents
        self._derived: dict[object, object] = {}

    @property
    def alive(self) -> int:
        """All documents that can be found."""
        return self._alive.value

    def copy(self) -> Snapshot:
        """The same facts, to be brought up to date while searches still read these."""
        other = Snapshot()
        other.state = self.state
        other.ids, other.rowids, other.concepts = self.ids.copy(), self.rowids.copy(), self.concepts.copy()
        other.numbers.update({field: numbers.copy() for field, numbers in self.numbers.items()})
        other.facets.update({field: values.copy() for field, values in self.facets.items()})
        other.slot_of_id, other.slot_of_row = self.slot_of_id.copy(), self.slot_of_row.copy()
        other._shared, other._alive = self._shared, self._alive.copy()
        for mine, others in ((self._values, other._values), (self._sources, other._sources)):
            others.update({field: {key: bits.copy() for key, bits in known.items()} for field, known in mine.items()})
        return other

    def derive(self, key: object, build: Callable[[], T]) -> T:
        """What is worked out once per state: orders, boosts, ranges."""
        found = self._derived.get(key)
        if found is None:
            if len(self._derived) > _KEPT:
                self._derived.clear()
            found = self._derived[key] = build()
        return cast("T", found)

    def apply(self, rows: Iterable[Row], state: State, numbers: Iterable[str], facets: Iterable[str]) -> None:
        """Bring the snapshot to a later state; `numbers` and `facets` name the fields of these roles."""
        names = (tuple(numbers), tuple(facets))
        for row in rows:
            if (old := self.slot_of_id.pop(row.id, None)) is not None:
                self._alive.set(old, on=False)
                self.slot_of_row.pop(self.rowids[old], None)
            if not row.deleted:
                self._add(row, *names)
        self.state = state
        self._derived = {}

    def _add(self, row: Row, number_fields: tuple[str, ...], facet_fields: tuple[str, ...]) -> None:
        slot = len(self.ids)
        self.ids.append(row.id)
        self.rowids.append(row.rowid)
        self.concepts.append(row.concepts)
        for name in number_fields:
            self.numbers[name].append(row.numbers.get(name))
        self.slot_of_id[row.id] = slot
        self.slot_of_row[row.rowid] = slot
        self._alive.set(slot)
        for field in facet_fields:
            values = tuple(row.facets.get(field, ()))
            self.facets[field].append(self._shared.setdefault(values, values))
            for value in values:
                self._bits(self._values[field], value).set(slot)
        for concept, source, *_ in row.concepts:
            self._bits(self._sources[str(concept)], str(source)).set(slot)

    @staticmethod
    def _bits(known: dict[str, Bits], key: str) -> Bits:
        if key not in known:
            known[key] = Bits()
        return known[key]

    def having(self, field: str, values: Iterable[str]) -> int:
        """Documents with at least one of the values."""
        known = self._values.get(field, {})
        result = 0
        for value in values:
            if value in known:
                result |= known[value].value
        return result

    def count(self, field: str, selection: Selection) -> dict[str, int]:
        """How many of the documents have each value of a field; the cheaper of two ways to count."""
        known = self._values.get(field, {})
        if selection.number * _PER_DOCUMENT < len(known) * len(self.ids):
            return Counter(chain.from_iterable(map(self.facets[field].__getitem__, selection.slots)))
        bits = selection.bits
        return {value: count for value, documents in known.items() if (count := (bits & documents.value).bit_count())}

    def values_of(self, field: str, slot: int) -> tuple[str, ...]:
        """The values one document has in a field."""
        return self.facets[field][slot] if field in self.facets else ()

    def sources(self, concept: str) -> Iterator[tuple[str, int]]:
        """Where a concept was found: source and documents."""
        for source, bits in self._sources.get(concept, {}).items():
            yield source, bits.value


def slots_of(bits: int) -> Iterator[int]:
    """The slots of a set, ascending. Few are looked for one after the other, many are read off all at once."""
    text = bin(bits)[:1:-1]
    if bits.bit_count() * _SPARSE > len(text):
        return compress(range(len(text)), text.encode().translate(_BITS))
    return _positions(text)


def bits_of(slots: Iterable[int]) -> int:
    """Some slots as a set."""
    found = list(slots)
    if not found:
        return 0
    bits = bytearray(max(found) // 8 + 1)
    for slot in found:
        bits[slot >> 3] |= 1 << (slot & 7)
    return int.from_bytes(bits, "little")


def _positions(text: str) -> Iterator[int]:
    position = text.find("1")
    while position >= 0:
        yield position
        position = text.find("1", position + 1)
