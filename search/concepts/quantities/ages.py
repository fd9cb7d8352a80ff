"""How old: “under 35 years old”, “35岁以下”, “อายุไม่เกิน 35”, “di bawah 35 tahun”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from search.concepts.quantities import bounds
from search.concepts.quantities.unread import Unread
from search.concepts.quantities.words import any_of, number_of, number_words, range_words, words
from search.concepts.understanding import Limit

_CUES = (*bounds.CUES, "age", "links")
_YOUNGEST, _OLDEST = 11, 99  # 11 years are longer than anything on offer


def counted() -> Iterable[str]:
    """What makes a number in words an age."""
    return words("age-units")


def read(query: Unread) -> Iterator[Limit]:
    """Ages that are named as such. Years alone are an age if a word for it stands beside them, or they are the most:
    nothing on offer takes “at most 35 years”, but some asks for more than 15 years of experience."""
    for match in query.matches(_pattern()):
        low, high = number_of(match["low"]), number_of(match["high"] or match["low"])
        if not _YOUNGEST <= low <= high <= _OLDEST:
            continue
        before, start = query.cues_before(match.start(), _CUES)
        after, end = query.cues_after(match.end(), _CUES)
        cues = before | after
        if match["unit"] or "age" in cues or (match["years"] and "most" in cues):
            yield bounds.bounded(Limit("age", low, high, query.take(start, end)), cues, low != high)


@cache
def _pattern() -> re.Pattern[str]:
    number = rf"(?:(?<![\d.,])\d{{2}}(?![\d.,]*\d)|{number_words()})"
    return re.compile(
        rf"(?P<low>{number})(?:{range_words()}(?P<high>{number}))?"
        rf"(?:[\s-]*(?:(?P<unit>{any_of(counted())})|(?P<years>{any_of(words('years'))})))?"
    )
