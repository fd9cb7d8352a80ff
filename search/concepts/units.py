"""The pieces that labels and queries are compared by: words, and grapheme clusters where no spaces are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from search.analysis.cleaning import simplify
from search.analysis.folding import fold
from search.analysis.scripts import CLUSTER_SCRIPTS
from search.analysis.segmentation import Word, clusters, words
from search.concepts.wording import WEAK, singular, spelling, spelt

SEPARATOR = "\x1f"


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


@lru_cache(maxsize=16)  # one query is read in several ways
def units(text: str) -> tuple[Unit, ...]:
    """The units of a cleaned text."""
    text = simplify(text)
    found: list[Unit] = []
    for word in words(text):
        weak = word.text.lower() in WEAK
        if word.script is None:
            exact = spelt(word.text.lower())
            found.append(Unit(word.start, word.end, latin_key(exact), exact, True, True, weak))
        elif word.script in CLUSTER_SCRIPTS:
            found.extend(_cluster_units(word, weak))
        else:
            for offset, character in enumerate(word.text):
                place = (word.start + offset, word.start + offset + 1)
                last = offset == len(word.text) - 1
                found.append(Unit(*place, character, character, offset == 0, last, weak))
    return tuple(found)


def latin_key(word: str) -> str:
    """The key of a lower-case word of a script with spaces."""
    return fold(singular(word))


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


def key_of(run: Iterable[Unit]) -> str:
    """What labels are looked up by."""
    return SEPARATOR.join(unit.key for unit in run)


def strong(run: Sequence[Unit]) -> list[Unit]:
    """A run of units without the little words inside it."""
    return [*run[:1], *(unit for unit in run[1:-1] if not unit.weak), run[-1]]
