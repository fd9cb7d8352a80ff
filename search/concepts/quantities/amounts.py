"""How much: “3000元以上”, “at least USD 500”, “2–3 triệu”, “rp 2 juta”, “24000 yuan a year”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from math import prod

from search.concepts.quantities import bounds
from search.concepts.quantities.unread import Unread
from search.concepts.quantities.words import (
    ARABIC,
    any_of,
    coded,
    doubtful,
    number_of,
    number_words,
    range_words,
    words,
)
from search.concepts.understanding import Limit

LARGEST = 1e12  # of any currency
SMALLEST = 20  # nobody is paid less in any currency, and “PHP 8” is no money
MONTHS_A_YEAR = 12  # listings are compared by what they pay a month
_MONTHLY_CUES = (*bounds.CUES, "monthly")
_CUES = (*_MONTHLY_CUES, "yearly")


def counted() -> Iterable[str]:
    """What makes a number in words an amount."""
    return (*_multipliers(), *_currencies())


def paid() -> Iterable[str]:
    """Words beside which a sum needs neither a currency nor a number: “เดือนละหมื่น”."""
    return _paid()


def read(query: Unread) -> Iterator[Limit]:
    """The monthly stipends asked for, in the currency that was named; a bare sum means no less."""
    for pattern in _patterns():
        for match in query.matches(pattern):
            low, high = _sums(match)
            if not SMALLEST <= low <= high <= LARGEST:
                continue
            cues, start, end = _beside(query, match)
            if query.text[slice(*match.span("currency"))].lower() in doubtful("doubtful-currencies") and not cues:
                continue
            if not cues & {*bounds.CUES}:
                cues.add("least")
            months = MONTHS_A_YEAR if "yearly" in cues else 1
            limit = Limit("stipend", low / months, high / months, query.take(start, end), _code(match["currency"]))
            yield bounds.bounded(limit, cues, low != high)


def _sums(match: re.Match[str]) -> tuple[float, float]:
    """Both ends of a range, or the one sum twice; “2–3 triệu” are millions on both sides."""
    times = match["times"] + (match["currency"] if match["currency"] in _multipliers() else "")
    high = number_of(match["high"] or match["low"] or "1") * _product(times)
    low = number_of(match["low"] or "1") * _product(match["low_times"] or times)
    return low, high


def _beside(query: Unread, match: re.Match[str]) -> tuple[set[str], int, int]:
    """What the words beside a sum say of it, and the place with them. A word that stands for a currency says it too;
    a year beside what is paid a month is how long: “3000元/月 一年”."""
    cues = {"yearly"} if match["currency"] in words("yearly") else set[str]()
    for kinds in (_CUES, _MONTHLY_CUES):
        before, start = query.cues_before(match.start(), kinds)
        after, end = query.cues_after(match.end(), kinds)
        if "monthly" not in before | after:
            break
    return cues | before | after, start, end


def _code(currency: str) -> str:
    """The currency that a word names, or beside which it is left away."""
    return (_paid() | _implied() | _currencies())[currency]


def _product(multipliers: str) -> int:
    return prod(int(_multipliers()[word]) for word in _multiplier().findall(multipliers))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Signs and some names stand before a sum, all behind it; some multipliers are used of one currency only."""
    number, times = f"(?:{ARABIC}|{number_words()})", rf"(?:\s*(?:{any_of(_multipliers())})){{0,2}}"
    others = rf"(?:(?P<low_times>{times}){range_words()}(?P<high>{number}))?(?P<times>{times})\+?"
    amount = rf"(?P<low>{number}){others}"
    one_or_more = rf"(?P<low>{number}|(?={any_of(_multipliers())})){others}"
    return (
        re.compile(rf"(?P<currency>{any_of(coded('currency-signs'))})\s*{amount}(?!\d)"),
        re.compile(rf"{amount}\s*(?P<currency>{any_of(_currencies())})"),
        re.compile(rf"{amount}\s*(?P<currency>{any_of(_implied())})"),
        re.compile(rf"(?P<currency>{any_of(_paid())})\s*{one_or_more}(?!\d)"),
    )


@cache
def _multiplier() -> re.Pattern[str]:
    return re.compile(any_of(_multipliers()))


@cache
def _multipliers() -> dict[str, str]:
    return coded("multipliers")


@cache
def _implied() -> dict[str, str]:
    return coded("implied-currencies")


@cache
def _paid() -> dict[str, str]:
    return coded("pay-currencies")


@cache
def _currencies() -> dict[str, str]:
    return coded("currencies") | coded("currency-signs")
