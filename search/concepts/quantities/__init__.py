"""Numbers and dates of a query: how long, when it starts, when applications end, how much it pays, for what age."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from search.concepts.quantities import ages, amounts, dates, lengths
from search.concepts.quantities.unread import Unread
from search.concepts.quantities.words import HAN, any_of, begun_by, flattened, numbers, typed_as, words
from search.concepts.understanding import Limit

__all__ = ["find_limits", "flattened"]

_NAMED = (*dates.NAMED, *lengths.NAMED)


def find_limits(text: str, free: Sequence[bool], today: date | None = None) -> list[Limit]:
    """What the numbers and dates of a cleaned query ask for, in its order. `free`: the characters that are no label's.

    Without `today`, months without a year and words such as “next year” cannot be told and are left.
    """
    flat = flattened(text)
    if not (any(hint.search(flat) for hint in _numbers_hinted()) or _is_named(text, flat)):
        return []
    query = Unread(text, flat, free)
    found = [*ages.read(query), *amounts.read(query), *dates.read(query, today), *lengths.read(query, today)]
    return sorted(found, key=lambda limit: limit.span.start)


# Most searches have no number and no date, so it is told first whether there can be one: by patterns that begin with a
# set of characters, which `re` looks for many times faster than for one that begins with the edge of a word.


@cache
def _numbers_hinted() -> tuple[re.Pattern[str], ...]:
    """Digits, numbers in words before what they count, or words for pay before them."""
    counted = rf"[\s-]*{begun_by((*ages.counted(), *amounts.counted(), *dates.counted(), *lengths.counted()))}"
    return re.compile(r"\d"), re.compile(HAN + counted), re.compile(begun_by((*numbers(), *amounts.paid())) + counted)


def _is_named(text: str, flat: str) -> bool:
    """Whether a date or length without a number is named, with the marks of its words: “học máy” is not in May."""
    hint, named = _named()
    return any(
        named.match(flat, match.start()) and typed_as(text[match.start() : match.end()], *_NAMED)
        for match in hint.finditer(flat)
    )


@cache
def _named() -> tuple[re.Pattern[str], re.Pattern[str]]:
    found = {word for kind in _NAMED for word in words(kind)}
    return re.compile(begun_by(found)), re.compile(any_of(found))
