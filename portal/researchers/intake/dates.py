"""Dates in lines of CVs: “2019年9月”, “Sep. 2019 – present”, “พ.ศ. 2562”, “၂၀၁၉”; and those that programs write."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from portal.locales import TAGS
from portal.researchers.intake.wording import find_cues, folded
from portal.vocabulary.cldr import locale_of
from search.analysis.scripts import is_spaceless
from search.concepts.quantities.periods import common_era

_YEARS = range(1950, 2101)
_MOST_BETWEEN = 14  # characters between the two dates of a stretch
_BETWEEN = re.compile(r"[\d,;|/()]")
_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_GAP = r"\D{1,12}?"  # between the numbers of a whole date: a stroke, or such as “tháng”
_YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}}){_GAP}(\d{{1,2}}){_GAP}(\d{{1,2}})(?!\d)")
_YEAR_LAST = re.compile(rf"(?<!\d)(\d{{1,2}}){_GAP}(\d{{1,2}}){_GAP}(\d{{4}})(?!\d)")


@dataclass(frozen=True)
class Moment:
    """A year, and a month if one was written, at [start, end) of a line."""

    year: int
    month: int | None
    start: int
    end: int

    @property
    def first(self) -> date:
        """The first day that it may be."""
        return date(self.year, self.month or 1, 1)

    @property
    def last(self) -> date:
        """The last day that it may be."""
        month = self.month or 12
        return date(self.year, month, monthrange(self.year, month)[1])


@dataclass(frozen=True)
class Stretch:
    """From one moment to another, or until now (`until` None), at [start, end) of a line."""

    since: Moment
    until: Moment | None
    start: int
    end: int


def in_digits(line: str) -> str:
    """A line with the digits of all scripts as 0 to 9; the length stays."""
    return "".join(str(unicodedata.digit(one)) if unicodedata.category(one) == "Nd" else one for one in line)


def find_moments(line: str) -> list[Moment]:
    """The dates of a folded line."""
    found = []
    for match in _pattern().finditer(line):
        written = match["year"] or match["year_first"] or match["year_named"] or match["year_last"] or match["bare"]
        year = common_era(int(written))
        named = match["named"] or match["named_first"]
        month = _months()[named] if named else int(match["month"] or match["month_first"] or 0)
        if year in _YEARS and month <= 12:
            found.append(Moment(year, month or None, match.start(), match.end()))
    return found


def find_stretches(line: str) -> Iterator[Stretch]:
    """Two dates beside each other, or a date and a word for “now”."""
    moments = find_moments(line)
    now = [cue for cue in find_cues("time", line) if cue.meaning == "present"]
    for place, since in enumerate(moments):
        after = moments[place + 1] if place + 1 < len(moments) else None
        if place and _joined(line, moments[place - 1].end, since.start):
            continue  # the end of the stretch before
        if after and _joined(line, since.end, after.start):
            if after.last >= since.first:
                yield Stretch(since, after, since.start, after.end)
        elif end := next((cue.end for cue in now if _joined(line, since.end, cue.start)), None):
            yield Stretch(since, None, since.start, end)


def _joined(line: str, end: int, start: int) -> bool:
    return 0 <= start - end <= _MOST_BETWEEN and not _BETWEEN.search(line[end:start])


def read_day(text: str, last: bool = False) -> date | None:
    """The first (or last) day that a program's “2019”, “2019-09” or “2019-09-01” may be; None if it is none of them."""
    match = _WRITTEN.match(text.strip())
    if match is None:
        return None
    year, month, day = (int(group) if group else None for group in match.groups())
    try:
        if day:
            return date(year or 0, month or 0, day)
        return _edge(Moment(year or 0, month, 0, 0), last)
    except ValueError:
        return None


def find_day(line: str, day_first: bool) -> date | None:
    """The whole date that a folded line has. Of two numbers that may both be the month, the first is the day if
    `day_first`; else there is no telling, and no date."""
    if named := re.search(_named_months(), line):
        month, numbers = _months()[named[0]], sorted(map(int, re.findall(r"\d+", line.replace(named[0], " ", 1))))
        return _day(numbers[1], month, numbers[0]) if len(numbers) == 2 else None
    if written := _YEAR_FIRST.search(line):
        year, month, day = map(int, written.groups())
        return _day(year, month, day)
    if written := _YEAR_LAST.search(line):
        day, month, year = map(int, written.groups())
        if day_first or day > 12 or day == month:
            return _day(year, month, day)
        return _day(year, day, month) if month > 12 else None
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(common_era(year), month, day) if common_era(year) in _YEARS else None
    except ValueError:
        return None


def _edge(moment: Moment, last: bool) -> date:
    return moment.last if last else moment.first


@cache
def _months() -> dict[str, int]:
    """Folded name → number of the month, in all languages of the site."""
    table: dict[str, int] = {}
    for tag in TAGS:
        for width in ("wide", "abbreviated"):
            for number, name in locale_of(tag).months["format"][width].items():
                if not name[:1].isdigit():  # “9月” is read by its number
                    table.setdefault(folded(name), number)
    return table


@cache
def _named_months() -> str:
    names = sorted(_months(), key=lambda name: (-len(name), name))
    return "|".join(re.escape(one) if is_spaceless(one) else rf"\b{re.escape(one)}\b" for one in names)


@cache
def _pattern() -> re.Pattern[str]:
    named = _named_months()
    year, month = r"(?:19|20|24|25|26)\d{2}", r"0?[1-9]|1[0-2]"
    return re.compile(
        rf"(?<![\d./-])(?P<month_first>{month})\s*[/.\-]\s*(?P<year_first>{year})(?!\d)"
        rf"|(?<!\d)(?P<year>{year})\s*[/.年-]\s*(?P<month>{month})(?![\d])\s*月?"
        rf"|(?P<named>{named})\.?,?\s*(?:nam|de|of|year)?\s*(?P<year_named>{year})(?!\d)"
        rf"|(?<!\d)(?P<year_last>{year})\s*(?P<named_first>{named})"
        rf"|(?<![\d.])(?P<bare>{year})(?![\d])\s*年?"
    )
