"""Dates in digits: “15/3/2027”, “2027-03-15”, “15.3.2570”, “9/2027”; beside a word for a date “15/3”, “3.15前”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain

from search.concepts.quantities.periods import MONTHS_A_YEAR, YEAR, Period, common_era, next_year_of, of_month
from search.concepts.quantities.unread import Unread

_BEGIN = r"(?<!\d)(?<!\d[-/.])"
_END = r"(?![-/.]?\d)"
_TWO_DIGITS = r"[2-3]\d"
_WHOLE = re.compile(
    rf"{_BEGIN}(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second>\d{{1,2}})(?P=mark)(?P<year>{YEAR}|{_TWO_DIGITS}){_END}"
)
_YEAR_FIRST = re.compile(rf"{_BEGIN}(?P<year>{YEAR})[-/.](?P<second>\d{{1,2}})(?:[-/.](?P<first>\d{{1,2}}))?{_END}")
_MONTH = re.compile(rf"{_BEGIN}(?P<second>\d{{1,2}})[-/.](?P<year>{YEAR}){_END}")
_DAY = re.compile(rf"{_BEGIN}(?P<first>\d{{1,2}})(?P<mark>[/.])(?P<second>\d{{1,2}}){_END}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def read(query: Unread, today: date | None) -> Iterator[Period]:
    """Days and months in digits. Years of two digits, and days without one, are only sure beside a word for a date."""
    for match in query.matches(_WHOLE):
        if day := _day(match, _full(match["year"]), month_first=False):
            yield Period(day, day, match, sure=len(match["year"]) > 2)
    for match in chain(query.matches(_YEAR_FIRST), query.matches(_MONTH)):
        yield from _of_year(match)
    chinese = _HAN.search(query.text) is not None
    for match in query.matches(_DAY) if today else ():
        if (chinese or match["mark"] == "/") and (day := _next_day(match, chinese, today or date.max)):
            yield Period(day, day, match, sure=False)


def _of_year(match: re.Match[str]) -> Iterator[Period]:
    """A month of a year, or a day of it."""
    year, month = _full(match["year"]), int(match["second"])
    if match.groupdict().get("first"):
        if day := _day(match, year, month_first=False):
            yield Period(day, day, match)
    elif 1 <= month <= MONTHS_A_YEAR:
        yield Period(*of_month(year, month), match)


def _next_day(match: re.Match[str], month_first: bool, today: date) -> date | None:
    """The next such day; 29 February is one of some years only."""
    day = _day(match, today.year, month_first) or _day(match, today.year + 1, month_first)
    return day and _day(match, next_year_of(day.month, today, day.day), month_first)


def _day(match: re.Match[str], year: int, month_first: bool) -> date | None:
    """The day that two numbers are: the day stands first (in Chinese the month), unless one of them can be no month."""
    first, second = int(match["first"]), int(match["second"])
    day, month = (second, first) if month_first else (first, second)
    if month > MONTHS_A_YEAR:
        day, month = month, day
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full(year: str) -> int:
    return common_era(int(year)) if len(year) > 2 else 2000 + int(year)
