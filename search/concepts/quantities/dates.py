"""When: “March 2027”, “deadline before 15 March”, “明年”, “spring intake”, “2027/2028”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache

from search.concepts.quantities import numeric, relative
from search.concepts.quantities.periods import (
    MONTHS_A_YEAR,
    YEAR,
    Period,
    asked_of,
    common_era,
    moment,
    next_year_of,
    of_month,
    of_year,
)
from search.concepts.quantities.unread import POSTPOSITIONS, Unread
from search.concepts.quantities.words import HAN, any_of, doubtful, number_of, typed_as, word_lists, words
from search.concepts.understanding import Limit

_CUES = ("deadline", "before", "until", "start", "links")
# The months in which studies of a season begin: terms of spring begin in February, those of autumn in August.
_SEASONS = {"spring": (2, 4), "summer": (6, 8), "autumn": (8, 10), "winter": (12, 2)}
_NAMES = ("names", "other-names", "short")
NAMED = (*_NAMES, *_SEASONS, *relative.NAMED)  # kinds of words that are dates without a number


def counted() -> Iterable[str]:
    """What makes a number in words a date."""
    return words("after-number")


def read(query: Unread, today: date | None) -> Iterator[Limit]:
    """When it should start, or applications for it end."""
    for periods in (numeric.read, relative.near, _months, _in_seasons, relative.years, _years):
        for period in periods(query, today):
            before, start = query.cues_before(period.match.start(), _CUES)
            after, end = set[str](), period.match.end()
            if not before & {"deadline", "start"}:  # else what follows is of the next date
                after, end = query.cues_after(end, _CUES, POSTPOSITIONS)
            cues = before | after
            if period.sure or cues:
                limit = Limit(period.asks, moment(period.first), moment(period.last, end=True), query.take(start, end))
                yield _of_kind(limit, cues)


def _of_kind(limit: Limit, cues: set[str]) -> Limit:
    """The start, or the deadline: before a day, until it, or within its period."""
    if "before" in cues:
        return replace(limit, name="closes", low=None, high=limit.low)
    if "until" in cues:
        return replace(limit, name="closes", low=None)
    if "deadline" in cues:
        return replace(limit, name="closes")
    return replace(limit, name="starts") if "start" in cues else limit


def _months(query: Unread, today: date | None) -> Iterator[Period]:
    """“March 2027”, “tháng 9”, “2027年3月15日”, “明年九月”; without a year the next such month."""
    for pattern in _month_patterns():
        for match in query.matches(pattern):
            found = match.groupdict()
            month, day = _month(match, query.text), int(number_of(found.get("day") or found.get("day_after") or "0"))
            year = _year(found["year"], today) or (next_year_of(month, today, day or 31) if month and today else None)
            if month and year:
                first, last = of_month(year, month)
                if 1 <= day <= last.day:
                    first = last = date(year, month, day)
                sure = found["year"] is not None or day > 0 or found.get("name") not in doubtful()
                yield Period(first, last, match, sure)


def _month(match: re.Match[str], text: str) -> int | None:
    """The month that was named or numbered; None if there is no such month, or its name lacks its marks."""
    if name := match.groupdict().get("name"):
        return _month_names()[name] if typed_as(text[slice(*match.span("name"))], *_NAMES) else None
    number = int(number_of(match["number"]))
    return number if 1 <= number <= MONTHS_A_YEAR else None


@cache
def _month_patterns() -> tuple[re.Pattern[str], ...]:
    counted, year_words, after_number = (
        any_of(words("month-number")),
        any_of(words("year-word")),
        any_of(words("after-number")),
    )
    year = rf"(?P<year>{_any_year()})"
    after = rf"(?:\s*(?:{year_words}|de|of|/|-|,)?\s*{year}(?!\d))"
    before = rf"(?:(?<!\d){year}\s*(?:{year_words})?\s*)"
    day = r"(?:(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|\s*ရက်)?\s*(?:de\s|of\s|ng\s)?\s*)?"
    number_after = rf"(?P<day_after>\d{{1,2}}|{HAN}(?=[日号]))(?:st|nd|rd|th|\s*ရက်|[日号])?"
    day_after = rf"(?:\s*{number_after}(?![\d.,]*\d|\s*(?:{_unit_words()})))?"
    name = rf"{day}(?:(?:{counted})\s*)?(?P<name>{any_of(_month_names())})(?:月份|月|လ)?"
    number = rf"{day}(?:{counted})\s*(?P<number>\d{{1,2}})(?![\d.,])"
    han = rf"(?P<number>(?<!\d)\d{{1,2}}|{HAN})(?:{after_number})(?:(?P<day>\d{{1,2}}|{HAN})[日号])?"
    return tuple(
        re.compile(pattern)
        for pattern in (
            before + name + day_after,
            before + han,
            before + number,
            rf"{name}{day_after}{after}?",
            rf"{number}{after}?",
            rf"{han}(?P<year>)?",
        )
    )


def _in_seasons(query: Unread, today: date | None) -> Iterator[Period]:
    """“spring 2027”, “秋季入学”, “kỳ mùa thu”: with a year or a word for a term beside it, else it is weather."""
    for match in query.matches(_season_pattern()):
        year = match["year"] or match["year_after"]
        of_studies = match["term"] or match["term_after"] or match["season"] in _certain_seasons()
        first, last = _SEASONS[_seasons()[match["season"]]]
        over_new_year = last < first
        begins = _year(year, today)
        if begins is None and today and of_studies:
            begins = next_year_of(last, today) - over_new_year
        if begins is None:
            continue
        yield Period(date(begins, first, 1), of_month(begins + over_new_year, last)[1], match)


@cache
def _season_pattern() -> re.Pattern[str]:
    year_words, terms = any_of(words("year-word")), any_of(words("term"))
    return re.compile(
        rf"(?:(?<!\d)(?P<year>{_any_year()})(?!\d)\s*(?:{year_words})?\s*)?(?:(?P<term>{terms})\s*)?"
        rf"(?P<season>{any_of(_seasons())})(?:\s*(?P<term_after>{terms}))?"
        rf"(?:\s*(?:{year_words}|de|,)?\s*(?P<year_after>{_any_year()})(?!\d))?"
    )


def _years(query: Unread, today: date | None) -> Iterator[Period]:
    """“2027”, “ปี 2570”, “2027年”, “2027/2028”, “2027/28”."""
    for match in query.matches(_year_pattern()):
        year, end = match["year"], match["last"] or match["year"]
        first, last = common_era(int(year)), common_era(int(year[: -len(end)] + end))
        if first <= last:
            yield Period(of_year(first)[0], of_year(last)[1], match, asks=asked_of(first, last, today))


@cache
def _year_pattern() -> re.Pattern[str]:
    """A year, but no part of a date in digits."""
    year_words = any_of(words("year-word"))
    return re.compile(
        rf"(?:(?:{year_words})\s*)?(?<!\d)(?<!\d[-/.])(?P<year>{YEAR})(?:\s*[-–/~]\s*(?P<last>{YEAR}|\d\d))?(?!\d)"
        rf"(?:\s*(?:{year_words}))?"
    )


def _any_year() -> str:
    return rf"(?:{YEAR}|{any_of(relative.year_words())})"


def _year(named: str | None, today: date | None) -> int | None:
    """The year that digits or a word such as “明年” name; None if there is none, or no today to tell it from."""
    if not named:
        return None
    if named.isdigit():
        return common_era(int(named))
    return today.year + relative.year_words()[" ".join(named.split())] if today else None


@cache
def _month_names() -> dict[str, int]:
    lists = (found for _language, found in word_lists(*_NAMES))
    return {word: place for found in lists for place, word in enumerate(found, 1) if word}


@cache
def _seasons() -> dict[str, str]:
    return {word: season for season in _SEASONS for word in words(season)}


@cache
def _certain_seasons() -> frozenset[str]:
    return frozenset(words("certain-seasons"))


def _unit_words() -> str:
    return any_of(word for unit in ("days", "weeks", "months", "semesters", "years") for word in words(unit))
