"""All labels of all concepts by what they are looked up by; and the same as lines of a file, since cutting so many
takes seconds."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from sys import intern
from typing import Any, NamedTuple

from search.analysis.cleaning import simplify
from search.analysis.folding import fold
from search.concepts.thesaurus import Concept
from search.concepts.units import SEPARATOR, key_of, strong, units
from search.concepts.wording import mixed, variants

_MIXED = {"topic", "facet"}  # people put English words into these, into names seldom
NAMES = ("place", "organisation")
_AT_ONCE = 4000  # labels or keys on a line


class Entry(NamedTuple):
    """One label of one concept in one language. `preferred`: it is the first of its language; `hidden`: never shown;
    `capitals`: only in capitals is it a name and no word."""

    concept: str
    scheme: str
    language: str
    label: str
    preferred: bool
    hidden: bool = False
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """What a label index knows."""

    by_key: dict[str, list[tuple[Entry, str]]]  # labels, each with its exact units as `key_of` joins them
    longest: dict[str, int]  # first unit, or first two → units of the longest label that begins so
    in_order: list[tuple[str, Entry]]  # by their letters without spaces; those without any are never completed
    decided: dict[str, tuple[str, ...]]  # key → the concepts it may mean, the one that people mean first


def collect(concepts: Iterable[Concept], decisions: Mapping[str, Sequence[str]], english: bool) -> Labels:
    """The labels of concepts. `english`: English words may stand in place of a label's own."""
    with collector_at_rest():
        entries = [entry for concept in concepts for entry in _entries_of(concept)]
        worded = chain((_worded(entry) for entry in entries), (_mixed(entry) for entry in entries if english))
        labels = Labels({}, {}, [], {key_of(units(label)): tuple(order) for label, order in decisions.items()})
        for entry, letters, wordings in sorted(worded, key=lambda label: (label[1], *label[0])):
            for key, exact in wordings:
                labels.by_key.setdefault(key, []).append((entry, key if exact == key else exact))
                _note_length(labels.longest, key.split(SEPARATOR))
            if wordings:
                labels.in_order.append((letters, entry))
    return labels


def letters_of(text: str) -> str:
    """A text as it is completed: folded, without spaces, which people set as they like ("rengong zhineng")."""
    return fold(simplify(text)).replace(" ", "")


def _note_length(longest: dict[str, int], parts: Sequence[str]) -> None:
    for opening in dict.fromkeys((parts[0], SEPARATOR.join(parts[:2]))):
        longest[opening] = max(longest.get(opening, 0), len(parts))


def _entries_of(concept: Concept) -> Iterator[Entry]:
    for language, labels in concept.labels.items():
        for position, label in enumerate(labels):
            capitals = label in concept.capitals
            yield Entry(concept.id, concept.scheme, language, label, position == 0, capitals=capitals)
    for language, labels in concept.hidden.items():
        for label in labels:
            yield Entry(concept.id, concept.scheme, language, label, preferred=False, hidden=True)


# A label with its letters, and with the key and exact units of each of its wordings.
_Worded = tuple[Entry, str, Sequence[tuple[str, str]]]


def _worded(entry: Entry) -> _Worded:
    return entry, letters_of(entry.label), _keys(variants(entry.label, entry.language), entry.scheme)


def _mixed(entry: Entry) -> _Worded:
    """The same label with English in it, which is never shown."""
    if entry.hidden or entry.scheme not in _MIXED:
        return entry, "", []
    hidden = entry._replace(preferred=False, hidden=True)
    return hidden, "", _keys(mixed(entry.label, entry.language), entry.scheme)


def _keys(wordings: Iterable[str], scheme: str) -> list[tuple[str, str]]:
    """What labels worded so are looked up by, and compared with; those that are no names also without their little
    words."""
    found: dict[tuple[str, str], None] = {}
    for wording in wordings:
        whole = units(wording)
        for run in (whole, whole if scheme in NAMES or len(whole) < 2 else strong(whole)):
            if run:
                found[key_of(run), SEPARATOR.join(unit.exact for unit in run)] = None
    return list(found)


# -- in a file: columns, which are read several times faster than rows


def to_lines(labels: Labels) -> Iterator[str]:
    """Lines of JSON: the decisions; the concepts; the lengths; stretches of the labels in order, of the keys, and for
    each key the places of its labels."""
    concepts: dict[tuple[str, str], int] = {}
    places: dict[int, int] = {}
    rows: list[tuple[object, ...]] = []
    for place, (letters, entry) in enumerate(labels.in_order):
        places[id(entry)] = place
        rows.append((concepts.setdefault(entry[:2], len(concepts)), *entry[2:], letters))
    found = (
        (key, [(places[id(entry)], 0 if exact == key else exact) for entry, exact in entries])
        for key, entries in labels.by_key.items()
    )
    yield _line([len(rows), len(labels.by_key), labels.decided])
    yield _line(list(concepts))
    yield _line(labels.longest)
    yield from map(_line, _columns(rows))
    yield from map(_line, _columns((key, *zip(*pairs, strict=True)) for key, pairs in found))


def from_lines(lines: Iterable[str]) -> Labels:
    """What `to_lines` wrote. Raises `ValueError` for other lines."""
    rest = map(json.loads, lines)
    try:
        with collector_at_rest():
            (number, keys, decided), concepts, longest = next(rest), next(rest), next(rest)
            in_order = _read_entries(rest, number, concepts)
            by_key = _read_keys(rest, keys, [entry for _letters, entry in in_order])
    except (StopIteration, IndexError, TypeError) as error:
        raise ValueError("these are not the lines of a label index") from error
    return Labels(by_key, longest, in_order, {key: tuple(order) for key, order in decided.items()})


def _read_entries(lines: Iterator[Any], number: int, concepts: Sequence[Sequence[str]]) -> list[tuple[str, Entry]]:
    ids, schemes = [concept for concept, _scheme in concepts], [intern(scheme) for _concept, scheme in concepts]
    found: list[tuple[str, Entry]] = []
    while len(found) < number:
        numbers, languages, *others, letters = next(lines)
        owners = map(ids.__getitem__, numbers), map(schemes.__getitem__, numbers)
        found.extend(zip(letters, map(Entry, *owners, map(intern, languages), *others), strict=True))
    return found


def _read_keys(lines: Iterator[Any], number: int, entries: Sequence[Entry]) -> dict[str, list[tuple[Entry, str]]]:
    found: dict[str, list[tuple[Entry, str]]] = {}
    while len(found) < number:
        for key, places, exacts in zip(*next(lines), strict=True):
            found[key] = [(entries[place], exact or key) for place, exact in zip(places, exacts, strict=True)]
    return found


def _columns(rows: Iterable[Sequence[object]]) -> Iterator[list[tuple[object, ...]]]:
    source = iter(rows)
    while stretch := list(islice(source, _AT_ONCE)):
        yield list(zip(*stretch, strict=True))


def _line(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Half a million new objects, none of them garbage, are not worth looking through time and again."""
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()
