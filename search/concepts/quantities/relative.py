"""Dates told from today: “this month”, “下周截止”, “closing soon”, “明年”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from search.concepts.quantities.periods import MONTHS_A_YEAR, Period, asked_of, of_month, of_year
from search.concepts.quantities.unread import Unread
from search.concepts.quantities.words import any_of, typed_as, words

YEARS = {"this-year": 0, "next-year": 1}  # kinds of words, with how many years they are ahead
_NEAR = ("closing-soon", "this-week", "next-week", "this-month", "next-month")
NAMED = (*_NEAR, *YEARS)
_SOON = timedelta(days=30)
_WEEK = timedelta(days=7)


def near(query: Unread, today: date | None) -> Iterator[Period]:
    """The weeks and months about today. Studies begin in some month, but nobody looks for those of one week: a week is
    of the deadline. What was typed with marks must have those of the words (“tháng sáu” is June)."""
    if today is None:
        return
    for name in _NEAR:
        for match in query.matches(_pattern_of(name)):
            if typed_as(query.text[match.start() : match.end()], name):
                asks = "starts" if name.endswith("month") else "closes"
                yield Period(*_days_of(name, today), match, asks=asks)


def years(query: Unread, today: date | None) -> Iterator[Period]:
    """“this year”, “明年”."""
    if today is None:
        return
    for name, ahead in YEARS.items():
        for match in query.matches(_pattern_of(name)):
            if typed_as(query.text[match.start() : match.end()], name):
                year = today.year + ahead
                yield Period(*of_year(year), match, asks=asked_of(year, year, today))


@cache
def year_words() -> dict[str, int]:
    """Each word for a year told from today, with how many years it is ahead."""
    return {word: ahead for kind, ahead in YEARS.items() for word in words(kind)}


def _days_of(name: str, today: date) -> tuple[date, date]:
    if name == "closing-soon":
        return today, today + _SOON
    if name.endswith("week"):
        monday = today - timedelta(days=today.weekday()) + (_WEEK if name == "next-week" else timedelta())
        return monday, monday + _WEEK - timedelta(days=1)
    month = today.year * MONTHS_A_YEAR + today.month - 1 + (name == "next-month")
    return of_month(month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1)


@cache
def _pattern_of(name: str) -> re.Pattern[str]:
    return re.compile(any_of(words(name)))
