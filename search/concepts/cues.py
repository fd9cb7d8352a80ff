"""Cues: words beside a part of a query that say how the part is meant; files of `data/` list them by language."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from search.analysis.cleaning import simplify
from search.analysis.scripts import is_spaceless
from search.concepts.quantities import flattened
from search.concepts.thesaurus import DATA
from search.concepts.understanding import Span

Place = tuple[int, int]  # [start, end) of the query


@cache
def cue_lists(file: str) -> dict[str, dict[str, list[str]]]:
    """The cues of a file: language → kind → words."""
    lists: dict[str, dict[str, list[str]]] = tomllib.loads((DATA / file).read_text("utf-8"))
    return lists


class Cues:
    """Cues of one kind, flattened → the spellings that count."""

    def __init__(self, spellings: Mapping[str, Collection[str]]) -> None:
        self.spellings = spellings
        self.by_end: dict[str, list[str]] = {}  # last character → cues, the longest first
        self.by_start: dict[str, list[str]] = {}
        for cue in sorted(spellings, key=lambda cue: (-len(cue), cue)):
            self.by_end.setdefault(cue[-1], []).append(cue)
            self.by_start.setdefault(cue[0], []).append(cue)


class Beside:
    """A query, in which cues are looked for beside the parts."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._typed = simplify(text).replace("’", "'")
        self._flat = flattened(self._typed)

    def before(self, start: int, cues: Cues) -> Iterator[Place]:
        """Where cues stand directly before a part that starts there, the longest first."""
        end = len(self._flat[:start].rstrip())
        for cue in cues.by_end.get(self._flat[end - 1 : end], ()):
            low = end - len(cue)
            if self._flat.endswith(cue, 0, end) and self._counts(cue, low, cues, self._flat[low - 1 : low]):
                yield low, end

    def behind(self, end: int, cues: Cues) -> Iterator[Place]:
        """Where cues stand directly behind a part that ends there, the longest first."""
        start = len(self._flat) - len(self.rest(end))
        for cue in cues.by_start.get(self._flat[start : start + 1], ()):
            high = start + len(cue)
            if self._flat.startswith(cue, start) and self._counts(cue, start, cues, self._flat[high : high + 1]):
                yield start, high

    def touch(self, one: Span, other: Span) -> bool:
        """Whether nothing stands between two places."""
        return not self._text[min(one.end, other.end) : max(one.start, other.start)].strip()

    def rest(self, end: int) -> str:
        """What follows a place, flattened."""
        return self._flat[end:].lstrip()

    def span(self, start: int, end: int) -> Span:
        """A place with its text."""
        return Span(start, end, self._text[start:end])

    def _counts(self, cue: str, start: int, cues: Cues, beyond: str) -> bool:
        """Whether a cue is a word of its own (where words have spaces between them) and spelt as it must be."""
        whole = is_spaceless(cue) or not beyond.isalnum()
        return whole and self._typed[start : start + len(cue)].lower() in cues.spellings[cue]
