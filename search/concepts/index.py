"""The label index: finds the labels of all concepts in any text, in any of the languages, longest first."""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from sys import intern
from typing import NamedTuple

from search.analysis.cleaning import simplify
from search.analysis.folding import carries_marks, fold
from search.analysis.segmentation import is_spaceless
from search.concepts.mending import SHORTEST_ALONE, Mender, Replacements
from search.concepts.thesaurus import Concept
from search.concepts.units import SEPARATOR, Unit, key_of, units
from search.concepts.wording import mixed, singular, spelling, variants

SCHEMES = ("place", "facet", "topic", "organisation")  # which reading of the same words comes first, all else equal
_MIXED = {"topic", "facet"}  # people put English words into these, not into names
_NAMES = ("place", "organisation")
_ABBREVIATION = 4  # letters
_ROMANISED = ("zh-Hans", "th", "lo", "km", "my")  # languages whose labels in Latin letters are romanised
_SHORT_HAN = 1  # labels of so many characters or clusters are short
_SHORT_CLUSTERS = 4
_PAUSE = re.compile("[,;:!?()\\[\\]，。；：！？、（）【】၊။។៖]")  # no label goes on beyond it


class Entry(NamedTuple):
    """One label of one concept in one language. `preferred`: it is the first of its language; `hidden`: never shown."""

    concept: str
    scheme: str
    language: str
    label: str
    preferred: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A label found in a text at [start, end), with its readings, best first. `mended`: the typing was put right."""

    start: int
    end: int
    entries: tuple[Entry, ...]
    letters: int  # how long it is, spaces not counted
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Completion:
    """A concept one of whose labels goes on from what was typed."""

    entry: Entry
    score: tuple[int, ...]


# A label with its letters without spaces (none: it is never completed), and the (key, exact units) of each of its
# wordings, as `key_of` joins them.
_Worded = tuple[Entry, str, Sequence[tuple[str, str]]]
Places = Collection[tuple[int, int]]  # stretches of a text: [start, end)


class LabelIndex:
    """All labels of all concepts by their folded units; immutable once built.

    `decisions`: a label → the concepts it may mean, the one that people mean first; see `ambiguity`. `english`: English
    words may stand in place of a label's own.
    """

    def __init__(
        self, concepts: Iterable[Concept], decisions: Mapping[str, Sequence[str]] | None = None, english: bool = True
    ) -> None:
        entries = [entry for concept in concepts for entry in _entries_of(concept)]
        self._fill(
            chain((_worded(entry) for entry in entries), (_mixed(entry) for entry in entries if english)),
            {key_of(units(label)): tuple(order) for label, order in (decisions or {}).items()},
        )

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> LabelIndex:
        """The index that `to_lines` wrote; faster than building it, since no label is cut again. Raises `ValueError`
        for other lines."""
        index = cls.__new__(cls)
        rest = iter(lines)
        number, decided = json.loads(next(rest, ""))
        index._fill(_read_worded(rest), {key: tuple(order) for key, order in decided})
        if len(index) != number:
            raise ValueError(f"{len(index)} labels instead of {number}")
        return index

    def to_lines(self) -> Iterator[str]:
        """The index as lines of text, to be kept in a file: the decisions, then a line for each concept."""
        by_entry: dict[Entry, list[tuple[str, str]]] = {}
        for key, labels in self._entries.items():
            for entry, exact in labels:
                by_entry.setdefault(entry, []).append((key, exact))
        by_concept: dict[tuple[str, str], list[object]] = {}
        for letters, entry in self._sorted:
            kept = (entry.language, entry.label, entry.preferred, entry.hidden, letters, by_entry[entry])
            by_concept.setdefault((entry.concept, entry.scheme), []).append(kept)
        yield _line((len(self), list(self._decided.items())))
        for (concept, scheme), found in by_concept.items():
            yield _line((concept, scheme, found))

    def _fill(self, labels: Iterable[_Worded], decided: Mapping[str, tuple[str, ...]]) -> None:
        self._entries: dict[str, list[tuple[Entry, str]]] = {}  # key → labels, each with its exact units
        self._longest: dict[str, int] = {}  # first unit, or first two → units of the longest label that begins so
        self._decided = decided
        self._sorted: list[tuple[str, Entry]] = []
        for entry, letters, wordings in sorted(labels, key=lambda label: (label[1], *label[0])):
            for key, exact in wordings:
                self._entries.setdefault(key, []).append((entry, key if exact == key else exact))
                parts = key.split(SEPARATOR)
                for opening in dict.fromkeys((parts[0], SEPARATOR.join(parts[:2]))):
                    self._longest[opening] = max(self._longest.get(opening, 0), len(parts))
            if wordings:
                self._sorted.append((letters, entry))

    def __len__(self) -> int:
        return len(self._sorted)

    def by_key(self) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """Every key with the labels that have it."""
        for key, labels in self._entries.items():
            yield key, tuple(dict.fromkeys(entry for entry, _exact in labels))

    def is_decided(self, label: str) -> bool:
        """Whether a decision says what a shared label means."""
        return key_of(units(label)) in self._decided

    def readings(self, label: str) -> tuple[Entry, ...]:
        """All concepts a whole text may mean, best first for no particular reader."""
        key = key_of(units(label))
        return self._ranked(key, [entry for entry, _exact in self._entries.get(key, [])], label, None)

    def find(self, text: str, language: str | None = None) -> list[Match]:
        """The labels in a cleaned text that do not overlap: the longest win, then the first; in the order of the text.

        `language` is the reader's: it wins between readings that are otherwise equal.
        """
        return _apart(self._candidates(text, units(text), language))

    def find_all(self, text: str, language: str | None = None) -> list[Match]:
        """All labels in a cleaned text, also those that overlap, in the order of their beginnings."""
        return list(self._candidates(text, units(text), language))

    def find_mended(self, text: str, doubtful: Places, language: str | None = None) -> list[Match]:
        """Labels that doubtful words of a text would be if their typing were put right: a letter wrong, words run
        together or torn apart. They do not overlap; each has a doubtful word in it."""
        if not doubtful:
            return []
        pieces = units(text)
        here = [any(low <= piece.start and piece.end <= high for low, high in doubtful) for piece in pieces]
        joined = self._mender.joined(pieces, here, _starts(text, pieces))
        found = [self._of_key(text, *place, language) for place in joined]
        for changes in self._mender.replacements(pieces, here):
            found.extend(self._with(text, pieces, changes, language))
        return _apart(match for match in found if match.entries)

    def knows(self, word: str) -> bool:
        """Whether some label has this word: then it is no slip of the keyboard."""
        return all(self._mender.knows(unit.key) for unit in units(word))

    @cached_property
    def _mender(self) -> Mender:
        return Mender(
            (
                key,
                labels[0][1],
                {entry.scheme for entry, _exact in labels},
                all(entry.hidden for entry, _exact in labels),
            )
            for key, labels in self._entries.items()
        )

    def _of_key(self, text: str, start: int, end: int, key: str, language: str | None) -> Match:
        """A stretch of the text that stands for the labels of a key."""
        entries = [entry for entry, _exact in self._entries[key] if entry.scheme != "organisation"]
        surface = text[start:end]
        return Match(start, end, self._ranked(key, entries, surface, language), _length(surface), mended=True)

    def _with(self, text: str, pieces: Sequence[Unit], changes: Replacements, language: str | None) -> Iterator[Match]:
        """The labels that replaced words are part of."""
        changed = [
            replace(piece, key=changes[place], exact=changes[place]) if place in changes else piece
            for place, piece in enumerate(pieces)
        ]
        for match in self._candidates(text, changed, language):
            put_right = [
                p for p in (pieces[place] for place in changes) if match.start <= p.start and p.end <= match.end
            ]
            if put_right and (match.letters > _length(put_right[0].exact) or match.letters >= SHORTEST_ALONE):
                yield replace(match, mended=True)

    def _candidates(self, text: str, pieces: Sequence[Unit], language: str | None) -> Iterator[Match]:
        marked = any(carries_marks(piece.exact) for piece in pieces if not is_spaceless(piece.exact))
        starts = _starts(text, pieces)
        for first, unit in enumerate(pieces):
            for last, key, whole in self._runs(pieces, first, starts):
                run = pieces[first : last + 1] if whole else _strong(pieces[first : last + 1])
                if not _stands_alone(run):
                    continue
                fitting = [
                    entry
                    for entry, label in self._entries[key]
                    if (whole or entry.scheme not in _NAMES)
                    and _is_meant(entry, language)
                    and _fits(entry, label, run, marked)
                ]
                if fitting:
                    end = pieces[last].end
                    surface = text[unit.start : end]
                    yield Match(unit.start, end, self._ranked(key, fitting, surface, language), _length(surface))

    def _runs(self, pieces: Sequence[Unit], first: int, starts: Sequence[bool]) -> Iterator[tuple[int, str, bool]]:
        """Runs of units from the first on that are labels, as they stand or without little words inside; each as its
        last unit, its key, and whether it stands so."""
        opening = pieces[first].key
        if opening in self._entries:
            yield first, opening, True
        whole = strong = _Run(opening, 1, self._longest.get(opening, 0))
        for last in range(first + 1, len(pieces)):
            if starts[last] or not (whole.goes_on or strong.goes_on):
                return
            piece = pieces[last]
            longer, shorter = self._with_one_more(whole, piece.key), self._with_one_more(strong, piece.key)
            if shorter.number < longer.number and shorter.key in self._entries:
                yield last, shorter.key, False
            if longer.key in self._entries:
                yield last, longer.key, True
            whole = longer
            if not piece.weak:
                strong = shorter

    def _with_one_more(self, run: _Run, key: str) -> _Run:
        longer = f"{run.key}{SEPARATOR}{key}"
        return _Run(longer, run.number + 1, self._longest.get(longer, 0) if run.number == 1 else run.longest)

    def _ranked(self, key: str, entries: list[Entry], surface: str, language: str | None) -> tuple[Entry, ...]:
        """Readings with the best first, one for each concept."""
        decided = self._decided.get(key, ())

        def order(entry: Entry) -> tuple[int, bool, int, bool, bool, str]:
            return (
                decided.index(entry.concept) if entry.concept in decided else len(decided),
                simplify(entry.label).casefold() != simplify(surface).casefold(),
                SCHEMES.index(entry.scheme),
                entry.language != language,
                not entry.preferred,
                entry.concept,
            )

        best: dict[str, Entry] = {}
        for entry in sorted(entries, key=order):
            best.setdefault(entry.concept, entry)
        return tuple(best.values())

    def complete(self, text: str, language: str, limit: int) -> list[Completion]:
        """Concepts with a label that begins with what was typed, each once, best label first."""
        typed = _letters(text)
        if not typed:
            return []
        best: dict[str, Completion] = {}
        for position in range(bisect_left(self._sorted, typed, key=lambda pair: pair[0]), len(self._sorted)):
            folded, entry = self._sorted[position]
            if not folded.startswith(typed):
                break
            score = (
                entry.language != language,
                SCHEMES.index(entry.scheme) == len(SCHEMES) - 1,
                not entry.preferred,
                len(folded),
            )
            if entry.concept not in best or score < best[entry.concept].score:
                best[entry.concept] = Completion(entry, score)
        return sorted(best.values(), key=lambda c: (c.score, c.entry.label))[:limit]


def _letters(text: str) -> str:
    """A text as it is completed: folded, without spaces, which people set as they like ("rengong zhineng")."""
    return fold(simplify(text)).replace(" ", "")


def _entries_of(concept: Concept) -> Iterator[Entry]:
    for language, labels in concept.labels.items():
        for position, label in enumerate(labels):
            yield Entry(concept.id, concept.scheme, language, label, position == 0)
    for language, labels in concept.hidden.items():
        for label in labels:
            yield Entry(concept.id, concept.scheme, language, label, preferred=False, hidden=True)


def _line(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def _read_worded(lines: Iterable[str]) -> Iterator[_Worded]:
    for line in lines:
        concept, scheme, found = json.loads(line)
        for language, *rest, letters, wordings in found:
            yield Entry(concept, intern(scheme), intern(language), *rest), letters, wordings


def _worded(entry: Entry) -> _Worded:
    """A label with its letters, and with the key and exact units of each of its wordings."""
    return entry, _letters(entry.label), _keys(variants(entry.label, entry.language), entry.scheme)


def _mixed(entry: Entry) -> _Worded:
    """The same label with English in it, which is never shown."""
    if entry.hidden or entry.scheme not in _MIXED:
        return entry, "", []
    hidden = entry._replace(preferred=False, hidden=True)
    return hidden, "", _keys(mixed(entry.label, entry.language), entry.scheme)


def _keys(wordings: Iterable[str], scheme: str) -> list[tuple[str, str]]:
    """What labels worded so are looked up by, and compared with."""
    found: dict[tuple[str, str], None] = {}
    for wording in wordings:
        whole = units(wording)
        for run in (whole, _without_weak(whole, scheme)):
            if run:
                found[key_of(run), SEPARATOR.join(unit.exact for unit in run)] = None
    return list(found)


def _apart(candidates: Iterable[Match]) -> list[Match]:
    """Matches that do not overlap: the longest win, then the first; in the order of the text."""
    taken: list[Match] = []
    for match in sorted(candidates, key=lambda m: (-m.letters, m.start)):
        if all(match.end <= other.start or match.start >= other.end for other in taken):
            taken.append(match)
    return sorted(taken, key=lambda m: m.start)


def _without_weak(label: Sequence[Unit], scheme: str) -> list[Unit]:
    """A label without the little words inside it; names keep theirs."""
    if scheme in _NAMES:
        return list(label)
    return _strong(label) if len(label) > 1 else list(label)


def _starts(text: str, pieces: Sequence[Unit]) -> list[bool]:
    """For each unit, whether a pause (comma, bracket …) stands before it."""
    ends = [0, *(piece.end for piece in pieces)]
    return [_PAUSE.search(text, end, piece.start) is not None for end, piece in zip(ends, pieces, strict=False)]


class _Run(NamedTuple):
    """Units one after the other: their key, their number, and that of the longest label that begins like them."""

    key: str
    number: int
    longest: int

    @property
    def goes_on(self) -> bool:
        """Whether a label may have one unit more."""
        return self.number < self.longest


def _strong(run: Sequence[Unit]) -> list[Unit]:
    """A run without the little words inside it."""
    return [*run[:1], *(unit for unit in run[1:-1] if not unit.weak), run[-1]]


def _stands_alone(run: Sequence[Unit]) -> bool:
    """Whether a run of units is a word and not a piece of one: where no spaces are written, a short label must keep to
    the dictionary's word limits at both ends, a longer one (which the dictionary may cut otherwise) at one."""
    first = run[0].exact[0]
    if not is_spaceless(first):
        return True
    short = _SHORT_HAN if "\u3400" <= first <= "\u9fff" else _SHORT_CLUSTERS
    if len(run) <= short:
        return run[0].opens and run[-1].closes
    return run[0].opens or run[-1].closes


def _length(surface: str) -> int:
    return len(surface) - surface.count(" ")


def _is_meant(entry: Entry, language: str | None) -> bool:
    """Whether a reader can mean a label that is never shown: misspellings are of one language ("tq" is China in
    Vietnamese, thanks in Malay); longer romanised names are known to all."""
    if language in (None, entry.language) or not (entry.hidden and entry.label.isascii()):
        return True
    return entry.language in _ROMANISED and len(entry.label) > _ABBREVIATION


def _fits(entry: Entry, joined: str, run: Sequence[Unit], marked: bool) -> bool:
    """Whether marks agree. A word typed with marks means them; a single word without marks, among words with them, too.
    Names have no plural, abbreviations and short words no other spelling ("kita" is no plural of KITAS); in longer ones
    of the scripts without spaces, tones are often wrong."""
    label, typed = joined.split(SEPARATOR), [unit.exact for unit in run]
    if label == typed:
        return True
    if entry.label.isupper():
        return label == [unicodedata.normalize("NFKC", unit) for unit in typed]
    spaceless = is_spaceless(typed[0])
    exactly = entry.scheme in _NAMES or (spaceless and len(run) <= _SHORT_CLUSTERS)
    if exactly and [fold(u) for u in label] != [fold(u) for u in typed]:
        return False
    if spaceless and len(run) > _SHORT_CLUSTERS:
        return True
    if len(run) == 1 and marked:
        return _same(label[0], typed[0])
    return all(not carries_marks(t) or _same(w, t) or _lacks_marks(w, t) for w, t in zip(label, typed, strict=True))


def _lacks_marks(label: str, typed: str) -> bool:
    """Whether a word has been typed with some of its marks ("formaçao")."""
    rest = iter(unicodedata.normalize("NFD", label))
    return all(character in rest for character in unicodedata.normalize("NFD", typed))


def _same(label: str, typed: str) -> bool:
    return singular(spelling(label)) == singular(spelling(typed))
