"""Numbers and dates of a query: how long, when it starts, when applications end, how much it pays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from search.concepts.quantities import amounts, dates, lengths
from search.concepts.quantities.unread import Unread
from search.concepts.quantities.words import HAN, begun_by, flattened, numbers
from search.concepts.understanding import Limit

__all__ = ["find_limits", "flattened"]


def find_limits(text: str, free: Sequence[bool], today: date | None = None) -> list[Limit]:
    """What the numbers and dates of a cleaned query ask for, in its order. `free`: the characters that are no label's.

    Without `today`, months without a year and words such as “next year” cannot be told and are left.
    """
    flat = flattened(text)
    if not any(hint.search(flat) for hint in _hints()):
        return []
    query = Unread(text, flat, free)
    found = [*amounts.read(query), *dates.read(query, today), *lengths.read(query, today)]
    return sorted(found, key=lambda limit: limit.span.start)


@cache
def _hints() -> tuple[re.Pattern[str], ...]:
    """What every limit has at least one of, each quick to look for, since most searches have none: digits, words that
    are dates or lengths, numbers in words before what they count."""
    named, counted = (*dates.named(), *lengths.named()), (*amounts.counted(), *dates.counted(), *lengths.counted())
    counts = rf"[\s-]*{begun_by(counted)}"
    return tuple(re.compile(hint) for hint in (r"\d", begun_by(named), HAN + counts, begun_by(numbers()) + counts))
