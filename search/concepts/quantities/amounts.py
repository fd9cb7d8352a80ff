"""How much: “3000元以上”, “at least USD 500”, “2–3 triệu”, “rp 2 juta”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from math import prod

from search.concepts.quantities import bounds
from search.concepts.quantities.unread import Unread
from search.concepts.quantities.words import ARABIC, any_of, coded, doubtful, number_of, number_words, range_words
from search.concepts.understanding import Limit

LARGEST = 1e12  # of any currency
SMALLEST = 20  # nobody is paid less in any currency, and “PHP 8” is no money
_CUES = (*bounds.CUES, "monthly")


def counted() -> Iterable[str]:
    """What makes a number in words an amount."""
    return (*_multipliers(), *_currencies())


def read(query: Unread) -> Iterator[Limit]:
    """The stipends asked for, in the currency that was named; a bare sum means no less."""
    for pattern in _patterns():
        for match in query.matches(pattern):
            low, high = _sums(match)
            if not SMALLEST <= low <= high <= LARGEST:
                continue
            currency = _currencies().get(match["currency"]) or _implied()[match["currency"]]
            before, start = query.cues_before(match.start(), _CUES)
            after, end = query.cues_after(match.end(), _CUES)
            cues = before | after
            if query.text[slice(*match.span("currency"))].lower() in doubtful("doubtful-currencies") and not cues:
                continue
            if not cues & {*bounds.CUES}:
                cues.add("least")
            yield bounds.bounded(Limit("stipend", low, high, query.take(start, end), currency), cues, low != high)


def _sums(match: re.Match[str]) -> tuple[float, float]:
    """Both ends of a range, or the one sum twice; “2–3 triệu” are millions on both sides."""
    times = match["times"] + (match["currency"] if match["currency"] in _multipliers() else "")
    high = number_of(match["high"] or match["low"]) * _product(times)
    low = number_of(match["low"]) * _product(match["low_times"] or times)
    return low, high


def _product(multipliers: str) -> int:
    return prod(int(_multipliers()[word]) for word in _multiplier().findall(multipliers))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Signs and some names stand before a sum, all behind it; some multipliers are used of one currency only."""
    number, times = f"(?:{ARABIC}|{number_words()})", rf"(?:\s*(?:{any_of(_multipliers())})){{0,2}}"
    amount = rf"(?P<low>{number})(?:(?P<low_times>{times}){range_words()}(?P<high>{number}))?(?P<times>{times})\+?"
    return (
        re.compile(rf"(?P<currency>{any_of(coded('currency-signs'))})\s*{amount}(?!\d)"),
        re.compile(rf"{amount}\s*(?P<currency>{any_of(_currencies())})"),
        re.compile(rf"{amount}\s*(?P<currency>{any_of(_implied())})"),
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
def _currencies() -> dict[str, str]:
    return coded("currencies") | coded("currency-signs")
