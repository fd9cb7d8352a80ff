"""Cutting text to words and to the index terms of each script, with ICU's dictionaries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from icu4py.breakers import BaseBreaker, CharacterBreaker, WordBreaker

from search.analysis.cleaning import simplify
from search.analysis.folding import fold
from search.analysis.scripts import CLUSTER_SCRIPTS, FIRST_SPACELESS, class_of, script_of

# Between a letter of Thai, Lao, Khmer or Burmese and a Latin one or a digit that touches it: ICU takes both for one
# word, which no reader does ("คอร์สonline"); Lucene's tokenizer cuts there as well.
_LETTER = class_of(*sorted(CLUSTER_SCRIPTS))
_CHANGE = re.compile(rf"(?<=[^\W{_LETTER}])(?=[{_LETTER}])|(?<=[{_LETTER}])(?=[^\W{_LETTER}])")
_KHMER = re.compile(f"[{class_of('Khmer')}]")
_COENG = "\u17d2"  # the next letter stands below


class Word(NamedTuple):
    """One word of a text: its place [start, end) in characters, the text there, and its script if that has no
    spaces."""

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


@lru_cache(maxsize=16)  # one query is read in several ways
def words(text: str) -> tuple[Word, ...]:
    """The words of a cleaned text; punctuation and spaces are left out, "C++" and "C#" stay whole."""
    return tuple(Word(start, end, text[start:end], script_of(text[start])) for start, end in _word_places(text))


def _word_places(text: str) -> tuple[tuple[int, int], ...]:
    pieces: list[tuple[int, int]] = []
    for start, end in pairwise((0, *(change.start() for change in _CHANGE.finditer(text)), len(text))):
        stretch = text[start:end]
        pieces += [(start + low, start + high) for low, high in _places(stretch, WordBreaker(stretch, "root"))]
    if "+" in text or "#" in text:
        pieces = _with_signs(text, pieces)
    if _KHMER.search(text):
        pieces = _whole_clusters(text, pieces)
    return tuple(piece for piece in pieces if text[piece[0]].isalnum())


def _whole_clusters(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pieces that begin where a letter of Khmer does: the dictionary may cut within a cluster ("ហ្វ្|រី")."""
    joined: list[tuple[int, int]] = []
    for start, end in pieces:
        if joined and joined[-1][1] == start and (text[start - 1] == _COENG or "\u17b4" <= text[start] <= "\u17d3"):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _with_signs(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pieces with the signs of "C++" and "C#" joined to the word before them."""
    joined: list[tuple[int, int]] = []
    for start, end in pieces:
        if text[start:end] in ("+", "#") and joined and joined[-1][1] == start and text[joined[-1][0]].isalnum():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


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
    places = _word_places(text)
    exact = [text[start:end].lower() for start, end in places]
    spaceless = bool(places) and max(text) >= FIRST_SPACELESS
    folded = tuple(part for word in exact for part in fold(word).split())  # one ligature may be several words
    return Terms(tuple(exact), folded, tuple(_pairs(text, places)) if spaceless else ())


def _pairs(text: str, found: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Pairs within each run of one script without spaces; a run is not broken by the dictionary's word limits."""
    for start, end, script in _runs(text, found):
        run = text[start:end]
        if script == "Han":
            yield from run
            yield from (a + b for a, b in pairwise(run))
        else:
            parts = [fold(run[low:high]) for low, high in clusters(run)]
            yield from (a + b for a, b in pairwise(parts))


def _runs(text: str, found: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Stretches of words that follow each other without a gap in one script without spaces."""
    start = end = -1
    script: str | None = None
    for low, high in found:
        own = script_of(text[low:high])
        if own is not None and own == script and low == end:
            end = high
            continue
        if script is not None:
            yield start, end, script
        start, end, script = low, high, own
    if script is not None:
        yield start, end, script
