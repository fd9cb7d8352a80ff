"""Results of language tests behind their names: “HSK五级”, “IELTS band 6.5”, “TOEFL 80 คะแนน”."""

from __future__ import annotations

import re
from functools import cache

from search.analysis.scripts import is_spaceless
from search.concepts.cues import cue_lists
from search.concepts.quantities import flattened

_RESULT = r"(?P<result>\d{1,3}(?:[.,]\d)?|[abc][12]|n[1-5]|[一二三四五六七八九])(?![.,]?\d|[a-z])"
_MOST_WORDS = 2  # on either side of the number
_HAN = {numeral: str(number) for number, numeral in enumerate("一二三四五六七八九", 1)}


def result_behind(text: str, end: int) -> tuple[str, int] | None:
    """The result that stands behind a test's name which ends at `end`, and where it ends; None if there is none."""
    found = _pattern().match(flattened(text[end:]))
    if found is None:
        return None
    result = found["result"].upper().replace(",", ".").removesuffix(".0")
    return _HAN.get(result, result), end + found.end()


@cache
def _pattern() -> re.Pattern[str]:
    before, after = _any_of("before"), _any_of("after")
    most = f"{{0,{_MOST_WORDS}}}"
    return re.compile(rf"[\s:：\-]*(?:(?:{before})[\s:：]*){most}{_RESULT}(?:[\s+]*(?:{after})){most}\+?")


def _any_of(kind: str) -> str:
    """A pattern for the words of one kind; those of scripts with spaces stand alone."""
    words = {flattened(word) for kinds in cue_lists("grades.toml").values() for word in kinds[kind]}
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) + ("" if is_spaceless(word) else r"(?![^\W\d_])") for word in longest_first)
