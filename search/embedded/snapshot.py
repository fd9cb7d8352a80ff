"""The index's facts in memory: one bit per document and value, so that filters and counts are integer arithmetic.

A snapshot belongs to one process and is brought up to date from the rows written since; 50,000 documents take some
60 MB.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, compress

from search.embedded.store import Row, State

# Walking over one document costs as much as some 2500 documents' bits cost to count.
_PER_DOCUMENT = 2500
_BITS = bytes.maketrans(b"01", b"\x00\x01")


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

    @property
    def value(self) -> int:
        """The set as an integer: bit n stands for slot n."""
        if self._value is None:
            self._value = int.from_bytes(self._bytes, "little")
        return self._value


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
        self.derived: dict[object, object] = {}  # what the engine works out once per state (orders, boosts)

    @property
    def alive(self) -> int:
        """All documents that can be found."""
        return self._alive.value

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
        self.derived = {}

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

    def count(self, field: str, bits: int) -> dict[str, int]:
        """How many of the documents have each value of a field; the cheaper of two ways to count."""
        known = self._values.get(field, {})
        number = bits.bit_count()
        if number * _PER_DOCUMENT < len(known) * len(self.ids):
            return Counter(chain.from_iterable(map(self.facets[field].__getitem__, slots_of(bits))))
        return {value: count for value, documents in known.items() if (count := (bits & documents.value).bit_count())}

    def values_of(self, field: str, slot: int) -> tuple[str, ...]:
        """The values one document has in a field."""
        return self.facets[field][slot] if field in self.facets else ()

    def sources(self, concept: str) -> Iterator[tuple[str, int]]:
        """Where a concept was found: source and documents."""
        for source, bits in self._sources.get(concept, {}).items():
            yield source, bits.value


def slots_of(bits: int) -> Iterator[int]:
    """The slots of a set, ascending."""
    text = bin(bits)[:1:-1].encode()
    return compress(range(len(text)), text.translate(_BITS))
