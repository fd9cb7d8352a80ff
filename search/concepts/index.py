"""The label index: finds the labels of all concepts in any text, in any of the languages, longest first."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from search.analysis.cleaning import simplify
from search.analysis.folding import carries_marks
from search.analysis.scripts import is_spaceless
from search.concepts import labels
from search.concepts.fitting import fits, is_meant, is_shouted, may_name, stands_alone, tears_words
from search.concepts.labels import NAMES, Entry, letters_of
from search.concepts.mending import SHORTEST_ALONE, Mender, Replacements
from search.concepts.thesaurus import Concept
from search.concepts.units import SEPARATOR, Unit, key_of, strong, units

SCHEMES = ("place", "facet", "topic", "organisation")  # which reading of the same words comes first, all else equal
_PAUSE = re.compile("[,;:!?()\\[\\]，。；：！？、（）【】၊။។៖]")  # no label goes on beyond it


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


Places = Collection[tuple[int, int]]  # stretches of a text: [start, end)


class LabelIndex:
    """All labels of all concepts by their folded units; immutable once built.

    `decisions`: a label → the concepts it may mean, the one that people mean first; see `ambiguity`. `english`: English
    words may stand in place of a label's own.
    """

    def __init__(
        self, concepts: Iterable[Concept], decisions: Mapping[str, Sequence[str]] | None = None, english: bool = True
    ) -> None:
        self._hold(labels.collect(concepts, decisions or {}, english))

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> LabelIndex:
        """The index that `to_lines` wrote; faster than building it, since no label is cut again. Raises `ValueError`
        for other lines."""
        index = cls.__new__(cls)
        index._hold(labels.from_lines(lines))
        return index

    def to_lines(self) -> Iterator[str]:
        """The index as lines of text, to be kept in a file."""
        return labels.to_lines(self._labels)

    def _hold(self, found: labels.Labels) -> None:
        self._labels = found
        self._entries, self._longest, self._decided = found.by_key, found.longest, found.decided

    def __len__(self) -> int:
        return len(self._labels.in_order)

    def by_key(self) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """Every key with the labels that have it."""
        for key, found in self._entries.items():
            yield key, tuple(dict.fromkeys(entry for entry, _exact in found))

    def is_decided(self, label: str) -> bool:
        """Whether a decision says what a shared label means."""
        return key_of(units(label)) in self._decided

    def readings(self, label: str) -> tuple[Entry, ...]:
        """All concepts a whole text may mean, best first for no particular reader."""
        key = key_of(units(label))
        return self._ranked(key, [entry for entry, _exact in self._entries.get(key, [])], label, None)

    def find(self, text: str, language: str | None = None, over_gaps: bool = False) -> list[Match]:
        """The labels in a cleaned text that do not overlap: the longest win, then the first; in the order of the text.

        `language` is the reader's: it wins between readings that are otherwise equal. `over_gaps`: spaces stand where
        something was taken out, and hold no label up.
        """
        return _apart(self._candidates(text, units(text), language, over_gaps))

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
        with labels.collector_at_rest():
            return Mender(
                (
                    key,
                    found[0][1],
                    {entry.scheme for entry, _exact in found},
                    all(entry.hidden for entry, _exact in found),
                )
                for key, found in self._entries.items()
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

    def _candidates(
        self, text: str, pieces: Sequence[Unit], language: str | None, over_gaps: bool = False
    ) -> Iterator[Match]:
        marked = any(carries_marks(piece.exact) for piece in pieces if not is_spaceless(piece.exact))
        starts, shouted = _starts(text, pieces), is_shouted(text, pieces)
        for first, unit in enumerate(pieces):
            for last, key, whole in self._runs(pieces, first, starts):
                run = pieces[first : last + 1] if whole else strong(pieces[first : last + 1])
                if not stands_alone(run):
                    continue
                end = pieces[last].end
                surface, torn = text[unit.start : end], not over_gaps and tears_words(run, text)
                fitting = [
                    entry
                    for entry, label in self._entries[key]
                    if (not torn or " " in entry.label)
                    and (whole or entry.scheme not in NAMES)
                    and is_meant(entry, language)
                    and may_name(entry, run, surface, shouted)
                    and fits(entry, label, run, marked)
                ]
                if fitting:
                    yield Match(unit.start, end, self._ranked(key, fitting, surface, language), _length(surface))

    def _runs(self, pieces: Sequence[Unit], first: int, starts: Sequence[bool]) -> Iterator[tuple[int, str, bool]]:
        """Runs of units from the first on that are labels, as they stand or without little words inside; each as its
        last unit, its key, and whether it stands so."""
        opening = pieces[first].key
        if opening in self._entries:
            yield first, opening, True
        if self._longest.get(opening, 0) > 1:
            for last, key in self._longer_runs(pieces, first, starts):
                yield last, key, True
            if any(piece.weak for piece in pieces[first + 1 : -1]):
                for last, key in self._longer_runs(pieces, first, starts, leaving_out=True):
                    yield last, key, False

    def _longer_runs(
        self, pieces: Sequence[Unit], first: int, starts: Sequence[bool], leaving_out: bool = False
    ) -> Iterator[tuple[int, str]]:
        """Those of two units and more; with `leaving_out` only those that lack a little word."""
        key, number = pieces[first].key, 1
        longest = self._longest[key]
        for last in range(first + 1, len(pieces)):
            if number == longest or starts[last]:
                return
            piece = pieces[last]
            longer = f"{key}{SEPARATOR}{piece.key}"
            if longer in self._entries and not (leaving_out and number == last - first):
                yield last, longer
            if leaving_out and piece.weak:
                continue
            if number == 1 and not (longest := self._longest.get(longer, 0)):
                return
            key, number = longer, number + 1

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

    def complete(self, text: str, language: str, limit: int, known: Container[str] = ()) -> list[Completion]:
        """Concepts with a label that begins with what was typed, each once, best label first. `known`: those that
        something would be found by."""
        typed, in_order = letters_of(text), self._labels.in_order
        if not typed:
            return []
        best: dict[str, Completion] = {}
        for position in range(bisect_left(in_order, typed, key=lambda pair: pair[0]), len(in_order)):
            folded, entry = in_order[position]
            if not folded.startswith(typed):
                break
            own = entry.language == language
            score = (
                folded != typed or (entry.hidden and not own),
                not own,
                entry.scheme == "organisation",
                entry.concept not in known,
                not entry.preferred,
                len(folded),
            )
            if entry.concept not in best or score < best[entry.concept].score:
                best[entry.concept] = Completion(entry, score)
        return sorted(best.values(), key=lambda c: (c.score, c.entry.label))[:limit]


def _apart(candidates: Iterable[Match]) -> list[Match]:
    """Matches that do not overlap: the longest win, then the first; in the order of the text."""
    taken: list[Match] = []
    for match in sorted(candidates, key=lambda m: (-m.letters, m.start)):
        if all(match.end <= other.start or match.start >= other.end for other in taken):
            taken.append(match)
    return sorted(taken, key=lambda m: m.start)


def _starts(text: str, pieces: Sequence[Unit]) -> list[bool]:
    """For each unit, whether a pause (comma, bracket …) stands before it."""
    if not _PAUSE.search(text):
        return [False] * len(pieces)
    ends = [0, *(piece.end for piece in pieces)]
    return [_PAUSE.search(text, end, piece.start) is not None for end, piece in zip(ends, pieces, strict=False)]


def _length(surface: str) -> int:
    return len(surface) - surface.count(" ")
