"""Cutting text to words and to the index terms of each script, with ICU's dictionaries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from icu4py.breakers import BaseBreaker, CharacterBreaker, WordBreaker

from search.analysis.cleaning import simplify
from search.analysis.folding import fold

# The scripts that write no spaces between words, and where in Unicode they are.
_RANGES = {
    "Han": (("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff")),
    "Thai": (("\u0e00", "\u0e7f"),),
    "Lao": (("\u0e80", "\u0eff"),),
    "Myanmar": (("\u1000", "\u109f"), ("\uaa60", "\uaa7f")),
    "Khmer": (("\u1780", "\u17ff"),),
}
CLUSTER_SCRIPTS = frozenset({"Thai", "Lao", "Myanmar", "Khmer"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: its place [start, end) in characters, the text there, and its script if that has no spaces."""

    start: int
    end: int
    text: str
    script: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """The index terms of a text, by analysis; the lists keep the text's order."""

    exact: tuple[str, ...]  # words in lower case, marks kept
    folded: tuple[str, ...]  # the same words folded
    pairs: tuple[str, ...]  # Han: characters and pairs of them; Thai, Lao, Khmer, Burmese: pairs of grapheme clusters


def script_of(text: str) -> str | None:
    """The script without spaces that a word begins with, or None."""
    first = text[0]
    if first < "\u0e00":
        return None
    for script, ranges in _RANGES.items():
        if any(low <= first <= high for low, high in ranges):
            return script
    return None


def words(text: str) -> Iterator[Word]:
    """The words of a cleaned text; punctuation and spaces are left out, "C++" and "C#" stay whole."""
    pieces = _places(text, WordBreaker(text, "root"))
    index = 0
    while index < len(pieces):
        start, end = pieces[index]
        index += 1
        if not text[start].isalnum():
            continue
        while index < len(pieces) and text[end : pieces[index][1]] in ("+", "#") and end == pieces[index][0]:
            end = pieces[index][1]
            index += 1
        yield Word(start, end, text[start:end], script_of(text[start:end]))


def clusters(text: str) -> list[tuple[int, int]]:
    """The grapheme clusters of a text, as places in it."""
    return _places(text, CharacterBreaker(text, "root"))


def _places(text: str, breaker: BaseBreaker) -> list[tuple[int, int]]:
    """A breaker's segments in characters; ICU counts those beyond the basic plane twice."""
    segments: list[tuple[int, int]] = list(breaker.segments())
    if not text or max(text) <= "\uffff":
        return segments
    character_at: list[int] = []
    for index, character in enumerate(text):
        character_at.extend([index] * (2 if character > "\uffff" else 1))
    character_at.append(len(text))
    return [(character_at[start], character_at[end]) for start, end in segments]


def terms(text: str) -> Terms:
    """All index terms of a cleaned text."""
    text = simplify(text)
    found = list(words(text))
    exact = tuple(word.text.lower() for word in found)
    return Terms(exact, tuple(fold(word.text) for word in found), tuple(_pairs(text, found)))


def _pairs(text: str, found: list[Word]) -> Iterator[str]:
    """Pairs within each run of one script without spaces; a run is not broken by the dictionary's word limits."""
    for start, end, script in _runs(found):
        run = text[start:end]
        if script == "Han":
            yield from run
            yield from (a + b for a, b in pairwise(run))
        else:
            parts = [fold(run[low:high]) for low, high in clusters(run)]
            yield from (a + b for a, b in pairwise(parts))


def _runs(found: list[Word]) -> Iterator[tuple[int, int, str]]:
    start = end = -1
    script: str | None = None
    for word in found:
        if word.script is not None and word.script == script and word.start == end:
            end = word.end
            continue
        if script is not None:
            yield start, end, script
        start, end, script = word.start, word.end, word.script
    if script is not None:
        yield start, end, script
