"""Numbers and dates of a query: how long, when it starts, when applications end, how much it pays."""

from __future__ import annotations

import calendar
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from search.analysis.cleaning import simplify
from search.analysis.folding import fold
from search.concepts.thesaurus import DATA
from search.concepts.understanding import Limit, Span

BUDDHIST_ERA = 543  # its years run so many ahead
LONGEST = 120  # months
LARGEST = 1e12  # of any currency
WEEKS_A_MONTH, MONTHS_A_YEAR = 4.345, 12
MOST_CUES = 3  # words beside a date that are looked at on either side
_HAN = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ARABIC = r"(?:[1-9]\d{0,2}(?:[,.]\d{3})+|\d+(?:[.,]\d{1,2})?)"
_HAN_NUMBER = r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[,.]\d{3})+")
_DIGIT = re.compile(r"\d")
_YEAR = r"(?:20[2-3]\d|25[6-8]\d)"
_POSTPOSITIONS = ("zh-Hans", "my")
_CUES = ("deadline", "before", "until", "start", "links")


@dataclass(frozen=True)
class _Period:
    """A stretch of days [first, last] that was named at [start, end) of the text. `sure`: it cannot mean anything
    else."""

    first: date
    last: date
    start: int
    end: int
    sure: bool = True


def find_limits(text: str, free: Sequence[bool], today: date | None = None) -> list[Limit]:
    """What the numbers and dates of a cleaned query ask for, in its order. `free`: the characters that are no label's.

    Without `today`, months without a year and words such as “next year” cannot be told and are left.
    """
    flat = flattened(text)
    found: list[Limit] = []
    for limit in (*_amounts(text, flat), *_dates(text, flat, today), *_lengths(text, flat)):
        span = limit.span
        apart = all(span.end <= other.span.start or other.span.end <= span.start for other in found)
        if apart and all(free[span.start : span.end]):
            found.append(limit)
    return sorted(found, key=lambda limit: limit.span.start)


def flattened(text: str) -> str:
    """The text folded character by character, so that every place stays where it is; all digits as 0–9."""
    return "".join(map(_flat, simplify(text)))


@cache
def _flat(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    folded = fold(character)
    return folded if len(folded) == 1 else character.lower()[0]


# -- how much


def _amounts(text: str, flat: str) -> Iterator[Limit]:
    """“3000元以上”, “at least USD 500”: the stipend, in the currency that was named; a bare sum means no less."""
    if not _DIGIT.search(flat):
        return
    for pattern in _amount_patterns():
        for match in pattern.finditer(flat):
            value, most = _number(match["number"]), match["most"] or match["most_after"]
            if value > LARGEST:
                continue
            low, high = (None, value) if most else (value, None)
            yield Limit("stipend", low, high, _span(text, *match.span()), _currencies()[match["currency"]])


@cache
def _amount_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    least, most, money = _any_of(_words("least")), _any_of(_words("most")), _any_of(_currencies())
    before, after = rf"(?:(?:{least}|(?P<most>{most}))\s*)?", rf"(?:\s*(?:{least}|(?P<most_after>{most})))?"
    number, currency = rf"(?P<number>(?<!\d){_ARABIC})", rf"(?P<currency>{money})"
    return (
        re.compile(rf"{before}{number}\s*{currency}{after}"),
        re.compile(rf"{before}{currency}\s*{number}(?!\d){after}"),
    )


# -- how long


def _lengths(text: str, flat: str) -> Iterator[Limit]:
    """“6 months”, “1–2 năm”, “半年”, “不超过六个月”: from how many to how many months."""
    if not any(word in flat for word in _length_hints()):
        return
    for match in _length_pattern().finditer(flat):
        low, high = _months_of(match)
        if 0 < low <= high <= LONGEST:
            limit = Limit("months", round(low, 1), round(high, 1), _span(text, *match.span()))
            if match["most"] or match["most_after"]:
                limit = replace(limit, low=None)
            elif match["least"] or match["least_after"]:
                limit = replace(limit, high=None)
            yield limit


def _months_of(match: re.Match[str]) -> tuple[float, float]:
    if match["half"]:
        return 6.0, 6.0
    factor = next(f for name, f in _FACTORS.items() if match[name])
    low = _number(match["low"]) * factor
    return low, _number(match["high"]) * factor if match["high"] else low


_FACTORS = {"months": 1.0, "years": float(MONTHS_A_YEAR), "weeks": 1 / WEEKS_A_MONTH}


@cache
def _length_pattern() -> re.Pattern[str]:
    number = rf"(?:(?<!\d){_ARABIC}|{_HAN_NUMBER}|{_any_of(_number_words())})"
    units = "|".join(rf"(?P<{name}>{_any_of(_words(name))})" for name in _FACTORS)
    half = _any_of(_words("half-year"))
    length = (
        rf"(?:(?P<half>{half})|(?P<low>{number})\s*"
        rf"(?:(?:-|–|~|to|至|到|den|ถึง|a)\s*(?P<high>{number})\s*)?-?\s*(?:{units}))"
    )
    least, most = _any_of(_words("least")), _any_of(_words("most"))
    return re.compile(
        rf"(?:(?P<most>{most})\s*|(?P<least>{least})\s*)?{length}"
        rf"(?:\s*(?:(?P<most_after>{most})|(?P<least_after>{least})))?"
    )


# -- when


def _dates(text: str, flat: str, today: date | None) -> Iterator[Limit]:
    for period in (*_relative(text, flat, today), *_months(flat, today), *_years(flat)):
        cues, start, end = _cues(flat, period.start, period.end)
        if not period.sure and not cues:
            continue
        low, high = _moment(period.first), _moment(period.last, end=True)
        limit = Limit("starts", low, high, _span(text, start, end))
        if "before" in cues:
            limit = replace(limit, name="closes", low=None, high=low)
        elif "until" in cues:
            limit = replace(limit, name="closes", low=None)
        elif "deadline" in cues:
            limit = replace(limit, name="closes")
        yield limit


def _months(flat: str, today: date | None) -> Iterator[_Period]:
    """“March 2027”, “tháng 9”, “2027年3月”, “2027-03”; without a year the next such month."""
    if not (_DIGIT.search(flat) or any(word in flat for word in _month_hints())):
        return  # quick to say: most searches name none
    for pattern in _month_patterns():
        for match in pattern.finditer(flat):
            found = match.groupdict()
            name = found.get("name")
            month = _month_names()[name] if name else int(_number(found["number"]))
            if not 1 <= month <= MONTHS_A_YEAR or (found["year"] is None and today is None):
                continue
            year = _year(found["year"]) if found["year"] else _next_year_of(month, today or date.max)
            first, last = _of_month(year, month)
            day = int(found["day"] or 0)
            if 1 <= day <= last.day:
                first = last = date(year, month, day)
            sure = found["year"] is not None or day > 0 or name not in _doubtful()
            yield _Period(first, last, *match.span(), sure)


@cache
def _month_patterns() -> tuple[re.Pattern[str], ...]:
    counted, year_words = _any_of(_words("month-number")), _any_of(_words("year-word"))
    after = rf"(?:\s*(?:{year_words}|de|of|/|-|,)?\s*(?P<year>{_YEAR})(?!\d))"
    before = rf"(?:(?<!\d)(?P<year>{_YEAR})\s*(?:{year_words})?\s*)"
    day = r"(?:(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?\s*(?:de\s|of\s)?\s*)?"
    name = rf"{day}(?:(?:{counted})\s*)?(?P<name>{_any_of(_month_names())})(?:月份|月|လ)?"
    number = rf"{day}(?:{counted})\s*(?P<number>\d{{1,2}})(?![\d.,])"
    han = (
        rf"(?P<number>(?<!\d)\d{{1,2}}|{_HAN_NUMBER})(?:{_any_of(_words('after-number'))})"
        r"(?:(?P<day>\d{1,2})[日号])?"
    )
    return tuple(
        re.compile(pattern)
        for pattern in (
            rf"(?<!\d)(?P<year>{_YEAR})[-/.](?P<number>\d{{1,2}})(?:[-/.](?P<day>\d{{1,2}}))?(?!\d)",
            before + name,
            before + han,
            before + number,
            rf"{name}{after}?",
            rf"{number}{after}?",
            rf"{han}(?P<year>)?",
        )
    )


def _years(flat: str) -> Iterator[_Period]:
    """“2027”, “ปี 2570”, “2027年”, “2027/2028”."""
    for match in _year_pattern().finditer(flat):
        first, last = _year(match["year"]), _year(match["last"] or match["year"])
        if first <= last:
            yield _Period(date(first, 1, 1), date(last, MONTHS_A_YEAR, 31), *match.span())


@cache
def _year_pattern() -> re.Pattern[str]:
    words = _any_of(_words("year-word"))
    return re.compile(
        rf"(?:(?:{words})\s*)?(?<!\d)(?P<year>{_YEAR})(?:\s*[-–/~]\s*(?P<last>{_YEAR}))?(?!\d)(?:\s*(?:{words}))?"
    )


def _relative(text: str, flat: str, today: date | None) -> Iterator[_Period]:
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
    for name, (first, last) in periods.items():
        for match in _pattern_of(name).finditer(flat):
            typed = text[match.start() : match.end()].lower()
            if typed == match[0] or typed in _exact(name):
                yield _Period(first, last, *match.span())


@cache
def _exact(name: str) -> frozenset[str]:
    return frozenset(str(word) for table in _tables().values() for word in table.get(name, ()))


@cache
def _pattern_of(name: str) -> re.Pattern[str]:
    return re.compile(_any_of(_words(name)))


def _of_month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _cues(flat: str, start: int, end: int) -> tuple[set[str], int, int]:
    """The words beside a date that say which date it is, and the place of all together."""
    found: set[str] = set()
    reach_start, reach_end = start, end
    for _ in range(MOST_CUES):
        match = _cue_before().search(flat, 0, start)
        if match is None:
            break
        start = match.start()
        if match.lastgroup != "links":
            found.add(str(match.lastgroup))
            reach_start = start
    for _ in range(MOST_CUES):
        match = _cue_after().match(flat, end)
        if match is None:
            break
        end = match.end()
        if match.lastgroup != "links":
            found.add(str(match.lastgroup))
            reach_end = end
    return found, reach_start, reach_end


@cache
def _cue_before() -> re.Pattern[str]:
    groups = "|".join(f"(?P<{name}>{_any_of(_words(name))})" for name in _CUES)
    return re.compile(rf"(?:{groups})[\s:：]*$")


@cache
def _cue_after() -> re.Pattern[str]:
    """Behind a date stand the words of languages that put them there, and in all of them the deadline."""
    groups = "|".join(
        f"(?P<{name}>{_any_of(_words(name, () if name == 'deadline' else _POSTPOSITIONS))})" for name in _CUES
    )
    return re.compile(rf"\s*(?:{groups})")


def _next_year_of(month: int, today: date) -> int:
    return today.year if month >= today.month else today.year + 1


def _moment(day: date, end: bool = False) -> float:
    return datetime.combine(day, time.max if end else time.min, UTC).timestamp()


# -- words and numbers


def _year(text: str) -> int:
    year = int(text)
    return year - BUDDHIST_ERA if year > 2500 else year


def _number(text: str) -> float:
    """The number that digits, Chinese numerals or a word stand for."""
    if text in _number_words():
        return float(_number_words()[text])
    if text[0] in "十一二两三四五六七八九":
        tens, ten, ones = text.rpartition("十")
        return float((_HAN.get(tens, 1) * 10 if ten else 0) + _HAN.get(ones, 0))
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(",", "").replace(".", ""))
    return float(text.replace(",", "."))


@cache
def _tables() -> dict[str, dict[str, Any]]:
    tables: dict[str, dict[str, Any]] = tomllib.loads((DATA / "quantities.toml").read_text("utf-8"))
    return tables


def _words_by_language(name: str, languages: Sequence[str] = ()) -> Iterator[list[str]]:
    """The words of a kind, language by language; without `languages`, of all."""
    for language, table in _tables().items():
        if not languages or language in languages:
            yield [flattened(str(word)) for word in table.get(name, ())]


def _words(name: str, languages: Sequence[str] = ()) -> Iterator[str]:
    for words in _words_by_language(name, languages):
        yield from words


@cache
def _number_words() -> dict[str, int]:
    return {word: place for words in _words_by_language("numbers") for place, word in enumerate(words, 1)}


@cache
def _month_names() -> dict[str, int]:
    lists = (*_words_by_language("names"), *_words_by_language("short"))
    return {word: place for words in lists for place, word in enumerate(words, 1) if word}


@cache
def _month_hints() -> tuple[str, ...]:
    return (*_month_names(), *_words("after-number"))


@cache
def _length_hints() -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for name in (*_FACTORS, "half-year") for word in _words(name)))


@cache
def _doubtful() -> frozenset[str]:
    return frozenset(_words("doubtful"))


@cache
def _currencies() -> dict[str, str]:
    return {flattened(word): code for code, words in _tables()["currencies"].items() for word in words}


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; words of scripts with spaces stand alone."""
    return "|".join(_escaped(word) for word in sorted(set(words), key=lambda word: (-len(word), word)) if word)


def _escaped(word: str) -> str:
    pattern = re.escape(word).replace(r"\ ", r"\s+")
    head = r"(?<![^\W\d_])" if word[0].isascii() and word[0].isalpha() else ""
    tail = r"(?![^\W\d_])" if word[-1].isascii() and word[-1].isalpha() else ""
    return head + pattern + tail


def _span(text: str, start: int, end: int) -> Span:
    return Span(start, end, text[start:end])
