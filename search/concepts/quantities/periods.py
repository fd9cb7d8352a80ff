"""Stretches of days that a query names, and the years they lie in."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

BUDDHIST_ERA = 543  # its years run so many ahead
_BUDDHIST_YEARS = range(2400, 2700)  # no year of ours that anybody writes here is so late
MONTHS_A_YEAR = 12
YEAR = r"(?:20[2-3]\d|25[6-8]\d)"


@dataclass(frozen=True)
class Period:
    """A stretch of days [first, last] that was named by a match. `sure`: it cannot mean anything else. `asks`: which
    limit it is where no word beside it says so."""

    first: date
    last: date
    match: re.Match[str]
    sure: bool = True
    asks: str = "starts"


def moment(day: date, end: bool = False) -> float:
    """The first or last moment of a day, in seconds since 1970."""
    return datetime.combine(day, time.max if end else time.min, UTC).timestamp()


def of_year(year: int) -> tuple[date, date]:
    """Its first and last day."""
    return date(year, 1, 1), date(year, MONTHS_A_YEAR, 31)


def of_month(year: int, month: int) -> tuple[date, date]:
    """Its first and last day."""
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def next_year_of(month: int, today: date, day: int = 31) -> int:
    """The year in which a month, or a day of it, is not over yet."""
    return today.year + ((month, day) < (today.month, today.day))


def common_era(year: int) -> int:
    """A year of our era: people in Thailand, and some in Laos and Cambodia, write that of the Buddhist one."""
    return year - BUDDHIST_ERA if year in _BUDDHIST_YEARS else year


def asked_of(first: int, last: int, today: date | None) -> str:
    """What a year alone asks for. The present year is hardly ever when studies should begin: “scholarship 2026”, typed
    in autumn, wants what is offered this year, most of which begins in the next. It therefore asks for what takes
    applications in that year; a word for the start beside it still asks for the start."""
    return "open" if today and first == last == today.year else "starts"
