"""When: “March 2027”, “deadline before 15 March”, “明年”, “spring intake”, “2027/2028”."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache

from search.concepts.quantities.unread import POSTPOSITIONS, Unread
from search.concepts.quantities.words import HAN, any_of, doubtful, number_of, typed_as, word_lists, words
from search.concepts.understanding import Limit

BUDDHIST_ERA = 543  # its years run so many ahead
MONTHS_A_YEAR = 12
_YEAR = r"(?:20[2-3]\d|25[6-8]\d)"
_CUES = ("deadline", "before", "until", "start", "links")
# The months in which studies of a season begin: terms of spring begin in February, those of autumn in August.
_SEASONS = {"spring": (2, 4), "summer": (6, 8), "autumn": (8, 10), "winter": (12, 2)}
_NAMES = ("names", "other-names", "short")
_RELATIVE = ("this-month", "next-month", "this-year", "next-year")
NAMED = (*_NAMES, *_SEASONS, *_RELATIVE)  # kinds of words that are dates without a number


@dataclass(frozen=True)
class _Period:
    """A stretch of days [first, last] that was named by a match. `sure`: it cannot mean anything else."""

    first: date
    last: date
    match: re.Match[str]
    sure: bool = True


def counted() -> Iterable[str]:
    """What makes a number in words a date."""
    return words("after-number")


def read(query: Unread, today: date | None) -> Iterator[Limit]:
    """When it should start, or applications for it end."""
    for periods in (_relative, _months, _in_seasons, _years):
        for period in periods(query, today):
            before, start = query.cues_before(period.match.start(), _CUES)
            after, end = set[str](), period.match.end()
            if not before & {"deadline", "start"}:  # else what follows is of the next date
                after, end = query.cues_after(end, _CUES, POSTPOSITIONS)
            cues = before | after
            if period.sure or cues:
                limit = Limit("starts", moment(period.first), moment(period.last, end=True), query.take(start, end))
                yield _of_kind(limit, cues)


def moment(day: date, end: bool = False) -> float:
    """The first or last moment of a day, in seconds since 1970."""
    return datetime.combine(day, time.max if end else time.min, UTC).timestamp()


def _of_kind(limit: Limit, cues: set[str]) -> Limit:
    """The start, or the deadline: before a day, until it, or within its period."""
    if "before" in cues:
        return replace(limit, name="closes", low=None, high=limit.low)
    if "until" in cues:
        return replace(limit, name="closes", low=None)
    return replace(limit, name="closes") if "deadline" in cues else limit


def _months(query: Unread, today: date | None) -> Iterator[_Period]:
    """“March 2027”, “tháng 9”, “2027年3月”, “2027-03”; without a year the next such month."""
    for pattern in _month_patterns():
        for match in query.matches(pattern):
            found = match.groupdict()
            name = found.get("name")
            month = _month_names()[name] if name else int(number_of(found["number"]))
            if not 1 <= month <= MONTHS_A_YEAR or (found["year"] is None and today is None):
                continue
            if name and not typed_as(query.text[slice(*match.span("name"))], *_NAMES):
                continue
            year = _year(found["year"]) if found["year"] else _next_year_of(month, today or date.max)
            first, last = _of_month(year, month)
            day = int(found.get("day") or found.get("day_after") or 0)
            if 1 <= day <= last.day:
                first = last = date(year, month, day)
            yield _Period(first, last, match, found["year"] is not None or day > 0 or name not in doubtful())


@cache
def _month_patterns() -> tuple[re.Pattern[str], ...]:
    counted, year_words, after_number = (
        any_of(words("month-number")),
        any_of(words("year-word")),
        any_of(words("after-number")),
    )
    after = rf"(?:\s*(?:{year_words}|de|of|/|-|,)?\s*(?P<year>{_YEAR})(?!\d))"
    before = rf"(?:(?<!\d)(?P<year>{_YEAR})\s*(?:{year_words})?\s*)"
    day = r"(?:(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?\s*(?:de\s|of\s|ng\s)?\s*)?"
    day_after = rf"(?:\s*(?P<day_after>\d{{1,2}})(?:st|nd|rd|th|\s*ရက်)?(?![\d.,]*\d|\s*(?:{_unit_words()})))?"
    name = rf"{day}(?:(?:{counted})\s*)?(?P<name>{any_of(_month_names())})(?:月份|月|လ)?"
    number = rf"{day}(?:{counted})\s*(?P<number>\d{{1,2}})(?![\d.,])"
    han = rf"(?P<number>(?<!\d)\d{{1,2}}|{HAN})(?:{after_number})(?:(?P<day>\d{{1,2}})[日号])?"
    return tuple(
        re.compile(pattern)
        for pattern in (
            rf"(?<!\d)(?P<year>{_YEAR})[-/.](?P<number>\d{{1,2}})(?:[-/.](?P<day>\d{{1,2}}))?(?!\d)",
            before + name,
            before + han,
            before + number,
            rf"{name}{day_after}{after}?",
            rf"{number}{after}?",
            rf"{han}(?P<year>)?",
        )
    )


def _in_seasons(query: Unread, today: date | None) -> Iterator[_Period]:
    """“spring 2027”, “秋季入学”, “kỳ mùa thu”: with a year or a word for a term beside it, else it is weather."""
    for match in query.matches(_season_pattern()):
        year = match["year"] or match["year_after"]
        of_studies = match["term"] or match["term_after"] or match["season"] in _certain_seasons()
        if not year and (today is None or not of_studies):
            continue
        first, last = _SEASONS[_seasons()[match["season"]]]
        over_new_year = last < first
        begins = _year(year) if year else _next_year_of(last, today or date.max) - over_new_year
        yield _Period(date(begins, first, 1), _of_month(begins + over_new_year, last)[1], match)


@cache
def _season_pattern() -> re.Pattern[str]:
    year_words, terms = any_of(words("year-word")), any_of(words("term"))
    return re.compile(
        rf"(?:(?<!\d)(?P<year>{_YEAR})(?!\d)\s*(?:{year_words})?\s*)?(?:(?P<term>{terms})\s*)?"
        rf"(?P<season>{any_of(_seasons())})(?:\s*(?P<term_after>{terms}))?"
        rf"(?:\s*(?:{year_words}|de|,)?\s*(?P<year_after>{_YEAR})(?!\d))?"
    )


def _years(query: Unread, _today: date | None) -> Iterator[_Period]:
    """“2027”, “ปี 2570”, “2027年”, “2027/2028”."""
    for match in query.matches(_year_pattern()):
        first, last = _year(match["year"]), _year(match["last"] or match["year"])
        if first <= last:
            yield _Period(date(first, 1, 1), date(last, MONTHS_A_YEAR, 31), match)


@cache
def _year_pattern() -> re.Pattern[str]:
    year_words = any_of(words("year-word"))
    return re.compile(
        rf"(?:(?:{year_words})\s*)?(?<!\d)(?P<year>{_YEAR})(?:\s*[-–/~]\s*(?P<last>{_YEAR}))?(?!\d)"
        rf"(?:\s*(?:{year_words}))?"
    )


def _relative(query: Unread, today: date | None) -> Iterator[_Period]:
    """“this month”, “明年”; what was typed with marks must have those of the words (“tháng sáu” is June)."""
    if today is None:
        return
    month, year = today.month, today.year
    following = (year + month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1)
    periods = {
        "this-month": _of_month(year, month),
        "next-month": _of_month(*following),
        "this-year": (date(year, 1, 1), date(year, MONTHS_A_YEAR, 31)),
        "next-year": (date(year + 1, 1, 1), date(year + 1, MONTHS_A_YEAR, 31)),
    }
    for name in _RELATIVE:
        for match in query.matches(_pattern_of(name)):
            if typed_as(query.text[match.start() : match.end()], name):
                yield _Period(*periods[name], match)


@cache
def _pattern_of(name: str) -> re.Pattern[str]:
    return re.compile(any_of(words(name)))


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


def _of_month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _next_year_of(month: int, today: date) -> int:
    return today.year if month >= today.month else today.year + 1


def _year(text: str) -> int:
    year = int(text)
    return year - BUDDHIST_ERA if year > 2500 else year
