"""The label index: finds the labels of all concepts in any text, in any of the languages, longest first."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from search.analysis.cleaning import simplify
from search.analysis.folding import carries_marks, fold
from search.analysis.segmentation import CLUSTER_SCRIPTS, Word, clusters, words
from search.concepts.thesaurus import Concept
from search.concepts.wording import WEAK, singular, spelling, variants

SCHEMES = ("place", "facet", "topic", "organisation")  # which reading of the same words comes first, all else equal
_SEPARATOR = "\x1f"
_SHORT_HAN = 1  # labels of so many characters or clusters are short
_SHORT_CLUSTERS = 4
_FIRST_CLUSTER = "\u0e00"
_PAUSE = re.compile("[,;:!?()\\[\\]，。；：！？、（）【】၊။។៖]")  # no label goes on beyond it


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece a label may begin or end at: a word, or a grapheme cluster where no spaces are written."""

    start: int
    end: int
    key: str  # folded, plural folded to singular
    exact: str
    opens: bool  # a word begins here
    closes: bool  # a word ends here
    weak: bool  # part of a little word that labels may have or lack inside


@dataclass(frozen=True, slots=True)
class Entry:
    """One label of one concept in one language. `preferred`: it is the first of its language."""

    concept: str
    scheme: str
    language: str
    label: str
    preferred: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A label found in a text at [start, end), with all its readings, best first."""

    start: int
    end: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Completion:
    """A concept one of whose labels goes on from what was typed."""

    entry: Entry
    score: tuple[int, ...]


class LabelIndex:
    """All labels of all concepts by their folded units; immutable once built."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._entries: dict[str, list[tuple[Entry, tuple[str, ...]]]] = {}  # key → labels, each with its exact units
        self._longest: dict[str, int] = {}  # first unit → units of the longest label that begins with it
        for concept in concepts:
            for language, labels in concept.labels.items():
                for position, label in enumerate(labels):
                    self._add(Entry(concept.id, concept.scheme, language, label, position == 0))
        self._sorted = sorted(
            ((fold(simplify(entry.label)), entry) for entry in self._all()), key=lambda pair: (pair[0], pair[1].concept)
        )

    def __len__(self) -> int:
        return len(set(self._all()))

    def _all(self) -> Iterator[Entry]:
        for labels in self._entries.values():
            yield from dict.fromkeys(entry for entry, _exact in labels)

    def _add(self, entry: Entry) -> None:
        for wording in variants(entry.label, entry.language):
            whole = units(wording)
            for worded in {tuple(whole), tuple(_without_weak(whole, entry.scheme))}:
                if worded:
                    self._enter(entry, worded)

    def _enter(self, entry: Entry, worded: Sequence[Unit]) -> None:
        exact = tuple(unit.exact for unit in worded)
        self._entries.setdefault(_key_of(worded), []).append((entry, exact))
        first = worded[0].key
        self._longest[first] = max(self._longest.get(first, 0), len(worded))

    def readings(self, label: str) -> tuple[Entry, ...]:
        """All concepts a whole text may mean, best first for no particular reader."""
        found = self._entries.get(_key_of(units(label)), [])
        return _ranked([entry for entry, _exact in found], label, None)

    def find(self, text: str, language: str | None = None) -> list[Match]:
        """The labels in a cleaned text that do not overlap: the longest win, then the first; in the order of the text.

        `language` is the reader's: it wins between readings that are otherwise equal.
        """
        pieces = units(text)
        marked = any(carries_marks(piece.exact) for piece in pieces if piece.exact[0] < "\u0e00")
        candidates = sorted(self._candidates(text, pieces, marked, language), key=lambda m: (m.start - m.end, m.start))
        taken: list[Match] = []
        for match in candidates:
            if all(match.end <= other.start or match.start >= other.end for other in taken):
                taken.append(match)
        return sorted(taken, key=lambda m: m.start)

    def _candidates(self, text: str, pieces: list[Unit], marked: bool, language: str | None) -> Iterator[Match]:
        starts = _starts(text, pieces)
        for first, unit in enumerate(pieces):
            for end, run in _runs(pieces, first, self._longest.get(unit.key, 0), starts):
                found = self._entries.get(_key_of(run))
                if not found or not _stands_alone(run):
                    continue
                surface = text[unit.start : end]
                fitting = [entry for entry, label in found if _fits(entry, label, run, marked)]
                if fitting:
                    yield Match(unit.start, end, _ranked(fitting, surface, language))

    def complete(self, text: str, language: str, limit: int) -> list[Completion]:
        """Concepts with a label that begins with what was typed, each once, best label first."""
        typed = fold(simplify(text))
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


def units(text: str) -> list[Unit]:
    """The units of a cleaned text."""
    text = simplify(text)
    found: list[Unit] = []
    for word in words(text):
        weak = word.text.lower() in WEAK
        if word.script is None:
            exact = word.text.lower()
            found.append(Unit(word.start, word.end, fold(singular(exact)), exact, True, True, weak))
        elif word.script in CLUSTER_SCRIPTS:
            found.extend(_cluster_units(word, weak))
        else:
            for offset, character in enumerate(word.text):
                place = (word.start + offset, word.start + offset + 1)
                last = offset == len(word.text) - 1
                found.append(Unit(*place, character, character, offset == 0, last, weak))
    return found


def _cluster_units(word: Word, weak: bool) -> list[Unit]:
    found: list[Unit] = []
    for low, high in clusters(word.text):
        exact = word.text[low:high]
        key, closes = fold(spelling(exact)), high == len(word.text)
        if key or not found:
            found.append(Unit(word.start + low, word.start + high, key, exact, low == 0, closes, weak))
        else:  # a sign that spellings may lack belongs to the cluster before it
            before = found[-1]
            found[-1] = replace(before, end=word.start + high, exact=before.exact + exact, closes=closes)
    return found


def _key_of(run: Iterable[Unit]) -> str:
    return _SEPARATOR.join(unit.key for unit in run)


def _without_weak(label: Sequence[Unit], scheme: str) -> list[Unit]:
    """A label without the little words inside it; names of places keep theirs."""
    if scheme == "place":
        return list(label)
    inner = [unit for unit in label[1:-1] if not unit.weak]
    return [*label[:1], *inner, *label[1:][-1:]]


def _starts(text: str, pieces: list[Unit]) -> list[bool]:
    """For each unit, whether a pause (comma, bracket …) stands before it."""
    ends = [0, *(piece.end for piece in pieces)]
    return [_PAUSE.search(text, end, piece.start) is not None for end, piece in zip(ends, pieces, strict=False)]


def _runs(pieces: list[Unit], first: int, longest: int, starts: list[bool]) -> Iterator[tuple[int, list[Unit]]]:
    """Runs of at most `longest` units from the first: as they stand, and without little words inside; each with its
    end."""
    whole, strong = [pieces[first]], [pieces[first]]
    if longest:
        yield whole[0].end, whole
    for piece, starts_anew in zip(pieces[first + 1 :], starts[first + 1 :], strict=True):
        if starts_anew or len(strong) >= longest:
            return
        if len(strong) < len(whole):
            yield piece.end, [*strong, piece]
        if len(whole) < longest:
            yield piece.end, [*whole, piece]
        whole = [*whole, piece]
        if not piece.weak:
            strong = [*strong, piece]


def _stands_alone(run: list[Unit]) -> bool:
    """Whether a run of units is a word and not a piece of one: where no spaces are written, a short label must keep to
    the dictionary's word limits at both ends, a longer one (which the dictionary may cut otherwise) at one."""
    first = run[0].exact[0]
    if first < "\u0e00":
        return True
    short = _SHORT_HAN if "\u3400" <= first <= "\u9fff" else _SHORT_CLUSTERS
    if len(run) <= short:
        return run[0].opens and run[-1].closes
    return run[0].opens or run[-1].closes


def _fits(entry: Entry, label: tuple[str, ...], run: list[Unit], marked: bool) -> bool:
    """Whether marks agree. A word typed with marks means them; a single word without marks, among words with them, too.
    Names of places and organisations have no plural, and short words no other spelling."""
    typed = tuple(unit.exact for unit in run)
    if label == typed:
        return True
    exactly = entry.scheme in ("place", "organisation") or (typed[0] >= _FIRST_CLUSTER and len(run) <= _SHORT_CLUSTERS)
    if exactly and [fold(u) for u in label] != [fold(u) for u in typed]:
        return False
    if len(run) == 1 and marked:
        return _same(label[0], typed[0])
    return all(not carries_marks(t) or _same(w, t) for w, t in zip(label, typed, strict=True))


def _same(label: str, typed: str) -> bool:
    return singular(spelling(label)) == singular(spelling(typed))


def _ranked(entries: list[Entry], surface: str, language: str | None) -> tuple[Entry, ...]:
    """Readings with the best first, one for each concept."""

    def order(entry: Entry) -> tuple[bool, int, bool, bool, str]:
        return (
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
