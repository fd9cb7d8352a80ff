"""Dates, money, numbers and names as CLDR writes them, by value and language tag. All results are remembered.

Where readers of a language found CLDR's form wrong or hard to read, a table here says what they expect.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_timezone_location
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from portal.locales import LANGUAGES
from portal.vocabulary.cldr import country_name, locale_of, without_bracket
from portal.vocabulary.collation import sort_key
from search.analysis.cleaning import clean

READER_ZONES = {language.tag: language.zone for language in LANGUAGES}
# The countries whose citizens mainly read a language: offered to them first.
READER_COUNTRIES: dict[str, tuple[str, ...]] = {
    "zh-Hans": ("CN",), "vi": ("VN",), "th": ("TH",), "id": ("ID",), "ms": ("MY", "BN"), "lo": ("LA",), "km": ("KH",),
    "my": ("MM",), "fil": ("PH",), "pt": ("TL",),
}  # fmt: skip
NO_BREAK = "\N{NO-BREAK SPACE}"
# CLDR's medium date is a bare row of figures (pt), or cuts the month to one syllable (my, vi): these take the long one.
_DATE_FORMATS = {"th": f"d MMM G{NO_BREAK}y", "my": "long", "pt": "long", "vi": "long"}
_TIME_FORMATS = {"th": f"HH:mm{NO_BREAK}'น'.", "km": "HH:mm"}
# Two rows of figures with no more than a space between them read as one.
_MOMENT_PATTERNS = {"my": "{1}၊ {0}", "vi": "{0} ngày {1}"}
_LIST_COMMAS = {"my": "{0}၊ {1}"}
_SPELLED_UNITS = {"en", "id", "ms", "lo", "pt"}  # where CLDR's short units are abbreviations that few readers know
_UNSPACED = "[\u0e00-\u0eff\u1000-\u103f\u1780-\u17d3]"  # letters of Thai, Lao, Burmese, Khmer: no spaces between words
# CLDR's rule for currencies: letters keep a space from figures, signs do not.
_LETTER_BESIDE_FIGURE = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
# CLDR's primary zones: the country has others, but this one is meant by its name. Babel does not know them.
_PRIMARY_ZONES = {"Asia/Shanghai": "CN", "Asia/Kuala_Lumpur": "MY"}
_MANY = 20_000


@lru_cache(_MANY)
def country(code: str, tag: str) -> str:
    """The name of a country."""
    return country_name(code, tag)


@lru_cache(50)
def countries(tag: str) -> tuple[tuple[str, str], ...]:
    """Every country there is, code and name, in the order of their names."""
    codes = (code for code in map(str, locale_of(tag).territories) if len(code) == 2 and code.isalpha())
    named = [(code, country(code, tag)) for code in codes if code not in ("EU", "EZ", "UN", "ZZ", "QO", "XA", "XB")]
    return tuple(sorted(named, key=lambda pair: sort_key(pair[1], tag)))


@lru_cache(_MANY)
def number(value: int | float | Decimal, tag: str) -> str:
    """A number."""
    return format_decimal(value, locale=locale_of(tag))


@lru_cache(_MANY)
def percent(value: float, tag: str) -> str:
    """A share (0.4) in percent."""
    return format_percent(value, locale=locale_of(tag))


@lru_cache(_MANY)
def joined(values: Sequence[str], tag: str, style: str = "standard") -> str:
    """A list in words: "A, B and C"; style "or" for alternatives, where CLDR has one in the language."""
    patterns = locale_of(tag).list_patterns
    known = patterns[style] if style in patterns and "start" in patterns[style] else patterns["standard"]
    comma = _LIST_COMMAS.get(tag)
    if len(values) < 2:
        return "".join(values)
    if len(values) == 2:
        return _linked(known["2"], *values)
    text = values[0]
    for place, value in enumerate(values[1:-1]):
        text = _linked(comma or known["middle" if place else "start"], text, value)
    return _linked(known["end"], text, values[-1])


def _linked(pattern: str, first: str, second: str) -> str:
    """Two members with what is between them; a conjunction of a script without spaces is set off from Latin text."""
    link = clean(f"|{pattern}|").removeprefix("|{0}").removesuffix("{1}|")
    if first[-1:].isascii() and re.match(_UNSPACED, link):
        link = f" {link}"
    if second[:1].isascii() and re.search(_UNSPACED + "$", link):
        link = f"{link} "
    return f"{first}{link}{second}"


@lru_cache(_MANY)
def day(value: date, tag: str) -> str:
    """A date. Thai readers know two calendars, so the Thai form names the era."""
    return format_date(value, _DATE_FORMATS.get(tag, "medium"), locale=locale_of(tag))


@lru_cache(_MANY)
def period(first: date, last: date, tag: str) -> str:
    """A stretch of days: a whole year or month by its name, one day as a date, else both ends."""
    locale = locale_of(tag)
    if (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)):
        return format_date(first, "G y", locale=locale) if tag == "th" else format_skeleton("y", first, locale=locale)
    if (first.year, first.month, first.day) == (last.year, last.month, 1) and last.day > 1:
        return format_date(first, "MMMM G y", locale=locale) if tag == "th" else _month(first, locale)
    return day(first, tag) if first == last else f"{day(first, tag)} – {day(last, tag)}"


def _month(value: date, locale: Locale) -> str:
    return format_skeleton("yMMMM", value, locale=locale)


@lru_cache(_MANY)
def clock(value: datetime, tag: str) -> str:
    """A date with a wall-clock time."""
    pattern = _MOMENT_PATTERNS.get(tag) or str(locale_of(tag).datetime_formats["medium"])
    return pattern.replace("{1}", day(value.date(), tag)).replace("{0}", hour(value, tag))


@lru_cache(_MANY)
def hour(value: datetime, tag: str) -> str:
    """A wall-clock time without its date."""
    return format_time(value.time(), _TIME_FORMATS.get(tag, "short"), locale=locale_of(tag))


def ago(passed: timedelta, tag: str) -> str:
    """How long something is past, in the largest fitting unit; a minute at least."""
    passed = max(passed, timedelta(minutes=1))
    return clean(format_timedelta(-passed, granularity="minute", add_direction=True, locale=locale_of(tag)))


@lru_cache(_MANY)
def zone(name: str, tag: str) -> str:
    """A time zone by the place it is kept at: "China Time"."""
    if name in _PRIMARY_ZONES:
        return clean(str(locale_of(tag).zone_formats["region"]) % country(_PRIMARY_ZONES[name], tag))
    if name == "UTC":
        return name
    return without_bracket(clean(get_timezone_location(ZoneInfo(name), locale=locale_of(tag))))


@lru_cache(_MANY)
def readers_clock(local: datetime, zone_name: str, tag: str) -> tuple[datetime, str] | None:
    """A wall-clock time elsewhere as the reader's clock shows it, with its zone; None where both clocks agree."""
    moment = local.replace(tzinfo=ZoneInfo(zone_name))
    own = READER_ZONES[tag]
    shown = moment.astimezone(ZoneInfo(own)).replace(tzinfo=None)
    return None if shown == local and own != "UTC" else (shown, own)


@lru_cache(_MANY)
def money(amount: Decimal, currency: str, tag: str) -> str:
    """An amount; whole amounts without decimals."""
    locale = locale_of(tag)
    pattern = locale.currency_formats["standard"].pattern.replace("0.00", "0") if amount == int(amount) else None
    text = format_currency(amount, currency, format=pattern, locale=locale, currency_digits=pattern is None)
    return _LETTER_BESIDE_FIGURE.sub(NO_BREAK, text)


@lru_cache(_MANY)
def amounts(low: Decimal, high: Decimal, currency: str, tag: str) -> str:
    """One amount, or a range of them with the currency named once."""
    return money(high, currency, tag).replace(number(high, tag), numbers(low, high, tag), 1)


@lru_cache(_MANY)
def months(low: Decimal | float, high: Decimal | float, tag: str) -> str:
    """A length or range in months; whole years from two on as years."""
    if low >= 24 and low % 12 == 0 and high % 12 == 0:
        return length(low / 12, high / 12, "years", tag)
    return length(low, high, "months", tag)


@lru_cache(_MANY)
def length(low: Decimal | float, high: Decimal | float, unit: str, tag: str) -> str:
    """A length or range in "days", "weeks", "months" or "years"."""
    text = _unit(high, f"duration-{unit.removesuffix('s')}", tag)
    return text.replace(number(high, tag), numbers(low, high, tag), 1)


@lru_cache(_MANY)
def numbers(low: Decimal | float, high: Decimal | float, tag: str) -> str:
    """One number, or a range of them."""
    return number(low, tag) if low == high else f"{number(low, tag)}–{number(high, tag)}"


def _unit(value: Decimal | float, unit: str, tag: str) -> str:
    """A number with its unit, spelt out where the short form is not known; in Lao, CLDR has only one of them."""
    lengths = ("long", "short") if tag in _SPELLED_UNITS else ("short", "long")
    texts = [format_unit(value, unit, length=length, locale=locale_of(tag)) for length in lengths]  # type: ignore[arg-type]
    return next((text for text in texts if unit not in text), texts[0])


def days_until(moment: datetime, now: datetime, zone: str) -> int:
    """The days from today to that of a moment, by the calendar of a zone: it does not change with the hour. Negative
    once the moment has passed."""
    if moment < now:
        return -1
    return (moment.astimezone(ZoneInfo(zone)).date() - now.astimezone(ZoneInfo(zone)).date()).days
