"""How long: “6 months”, “1–2 năm”, “半年”, “one semester”; and deadlines so far ahead: “两周内截止”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache

from search.concepts.quantities import bounds
from search.concepts.quantities.periods import moment
from search.concepts.quantities.unread import POSTPOSITIONS, Unread
from search.concepts.quantities.words import (
    ARABIC,
    NUMBERS,
    any_of,
    doubtful,
    languages_of,
    number_of,
    number_words,
    range_words,
    tables,
    typed_as,
    word_lists,
    words,
)
from search.concepts.understanding import Length, Limit

LONGEST = 120  # months
_CUES = (*bounds.CUES, "deadline", "links")
# How many months a unit may be. Listings give months, so four weeks must find one month as well as nine tenths of it.
# A semester is taught in four months (China's has 16–20 weeks) and lasts six with examinations and holidays: listings
# of four to six months are all called one. So are those of nine to twelve a school year.
_MONTHS = {
    "days": (1 / 31, 1 / 30),
    "weeks": (1 / 4.345, 1 / 4),
    "months": (1, 1),
    "semesters": (4, 6),
    "school-years": (9, 12),
    "years": (12, 12),
}
_DAYS = {
    "days": 1,
    "weeks": 7,
    "months": 31,
    "semesters": 183,
    "school-years": 366,
    "years": 366,
}  # at most, for a deadline
# Lengths that are one word or phrase, by the kind of their words.
_WHOLE = {
    "half-year": Length(6, 6, "months"), "half-month": Length(15, 15, "days"), "one-year": Length(1, 1, "years"),
    "one-semester": Length(1, 1, "semesters"), "one-month": Length(1, 1, "months"), "one-week": Length(1, 1, "weeks"),
}  # fmt: skip


NAMED = tuple(_WHOLE)  # kinds of words that are lengths without a number


def counted() -> Iterable[str]:
    """What makes a number in words a length."""
    return _units()


def read(query: Unread, today: date | None) -> Iterator[Limit]:
    """How long it should take; what is said to end within a time is the deadline's."""
    for match in sorted(query.matches(_pattern()), key=lambda match: not _is_led(match, query)):
        length = _length_of(match, query.text)
        low, high = _months(length) if length else (0, 0)
        if not length or not 0 < low <= high <= LONGEST:
            continue
        before, start = query.cues_before(match.start(), _CUES)
        after, end = query.cues_after(match.end(), _CUES)
        cues = before | after | ({"least"} if match["plus"] else set())
        if match["low"] in doubtful("doubtful-numbers") and not cues:
            continue
        if "deadline" in cues and today:
            yield _closing(Limit("closes", None, None, query.take(start, end)), length, cues, today)
        else:
            yield bounds.bounded(
                Limit("months", low, high, query.take(start, end), length=length), cues, length.low != length.high
            )


def _is_led(match: re.Match[str], query: Unread) -> bool:
    """Whether a word for the deadline leads to a length (“one semester, deadline in 2 weeks”): it is not of another."""
    languages = tuple(language for language in tables() if language not in POSTPOSITIONS)
    return "deadline" in query.cues_before(match.start(), _CUES, languages)[0]


def _length_of(match: re.Match[str], text: str) -> Length | None:
    """The length as it was asked, unless its number is of one language and its unit of another."""
    if match["whole"]:
        return _whole()[match["whole"]]
    unit, spoken = _units()[match["unit"]]
    first, last = match["low"], match["high"] or match["low"]
    own = languages_of(last)
    if own and not (own & spoken and typed_as(_typed(match, "low", text), *NUMBERS)):  # “Hải Nam” is no two years
        return None
    if not typed_as(_typed(match, "unit", text), *_MONTHS):
        return None
    extra = 0.5 if match["half"] else 0.0
    return Length(number_of(first) + (0.0 if match["high"] else extra), number_of(last) + extra, unit)


def _typed(match: re.Match[str], group: str, text: str) -> str:
    return text[slice(*match.span(group))]


def _months(length: Length) -> tuple[float, float]:
    """From how many to how many months, in tenths as listings give them."""
    shortest, longest = _MONTHS[length.unit]
    return max(round(length.low * shortest, 1), 0.1), max(round(length.high * longest, 1), 0.1)


def _closing(limit: Limit, length: Length, cues: set[str], today: date) -> Limit:
    """A deadline so far from today: within that time, or, if it is to be at least so far, after it."""
    last = today + timedelta(days=round(length.high * _DAYS[length.unit]))
    if "least" in cues:
        return Limit(limit.name, moment(last), None, limit.span)
    return Limit(limit.name, moment(today), moment(last, end=True), limit.span)


@cache
def _pattern() -> re.Pattern[str]:
    number = f"(?:{ARABIC}|{number_words()})"
    return re.compile(
        rf"(?P<whole>{any_of(_whole())})|(?P<low>{number})(?:{range_words()}(?P<high>{number}))?(?P<plus>\+)?[\s-]*"
        rf"(?P<unit>{any_of(counted())})(?:\s*(?P<half>{any_of(words('and-a-half'))}))?"
    )


@cache
def _whole() -> dict[str, Length]:
    return {word: length for kind, length in _WHOLE.items() for word in words(kind)}


@cache
def _units() -> dict[str, tuple[str, frozenset[str]]]:
    """Each word for a unit, with the unit and the languages that call it so."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for unit in _MONTHS:
        for language, listed in word_lists(unit):
            for word in listed:
                found[word] = (unit, found.get(word, (unit, frozenset()))[1] | {language})
    return found
