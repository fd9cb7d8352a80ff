"""Dates, money, numbers and names as CLDR writes them, by value and language tag. All results are remembered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from portal.locales import BY_TAG
from portal.vocabulary.cldr import country_name
from search.analysis.cleaning import clean

# The clock on the wall in the capital of the country a language is mainly read in.
READER_ZONES = {
    "zh-Hans": "Asia/Shanghai", "en": "UTC", "vi": "Asia/Ho_Chi_Minh", "th": "Asia/Bangkok", "id": "Asia/Jakarta",
    "ms": "Asia/Kuala_Lumpur", "lo": "Asia/Vientiane", "km": "Asia/Phnom_Penh", "my": "Asia/Yangon",
    "fil": "Asia/Manila", "pt": "Asia/Dili",
}  # fmt: skip
# CLDR's medium date is a bare row of figures (pt), or cuts the month to one syllable (my, vi): these take the long one.
_DATE_FORMATS = {"th": "d MMM G y", "my": "long", "pt": "long", "vi": "long"}
_SPELLED_UNITS = {"en", "id", "ms", "lo"}  # where CLDR's short units are abbreviations that few readers know
# CLDR's primary zones: the country has others, but this one is meant by its name. Babel does not know them.
_PRIMARY_ZONES = {"Asia/Shanghai": "CN", "Asia/Kuala_Lumpur": "MY"}
_MANY = 20_000


@lru_cache
def cldr(tag: str) -> Locale:
    """The CLDR locale of one of our tags."""
    return Locale.parse(BY_TAG[tag].cldr)


@lru_cache(_MANY)
def country(code: str, tag: str) -> str:
    """The name of a country, without CLDR's bracket ("Myanmar (Burma)")."""
    return country_name(code, tag).partition(" (")[0]


@lru_cache(_MANY)
def number(value: int | float | Decimal, tag: str) -> str:
    """A number."""
    return format_decimal(value, locale=cldr(tag))


@lru_cache(_MANY)
def percent(value: float, tag: str) -> str:
    """A share (0.4) in percent."""
    return format_percent(value, locale=cldr(tag))


@lru_cache(_MANY)
def joined(values: Sequence[str], tag: str, style: str = "standard") -> str:
    """A list in words: "A, B and C"; style "or" for alternatives, where CLDR has one in the language."""
    locale = cldr(tag)
    known = style if style in locale.list_patterns and "start" in locale.list_patterns[style] else "standard"
    return format_list(list(values), style=known, locale=locale)  # type: ignore[arg-type]


@lru_cache(_MANY)
def day(value: date, tag: str) -> str:
    """A date. Thai readers know two calendars, so the Thai form names the era."""
    return format_date(value, _DATE_FORMATS.get(tag, "medium"), locale=cldr(tag))


@lru_cache(_MANY)
def clock(value: datetime, tag: str) -> str:
    """A date with a wall-clock time."""
    locale = cldr(tag)
    pattern = str(locale.datetime_formats["medium"])
    return pattern.replace("{1}", day(value.date(), tag)).replace("{0}", hour(value, tag))


@lru_cache(_MANY)
def hour(value: datetime, tag: str) -> str:
    """A wall-clock time without its date."""
    return format_time(value.time(), "short", locale=cldr(tag))


@lru_cache(_MANY)
def zone(name: str, tag: str) -> str:
    """A time zone by the place it is kept at: "China Time"."""
    if name in _PRIMARY_ZONES:
        return clean(str(cldr(tag).zone_formats["region"]) % country(_PRIMARY_ZONES[name], tag))
    return "UTC" if name == "UTC" else clean(get_timezone_location(ZoneInfo(name), locale=cldr(tag)))


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
    locale = cldr(tag)
    pattern = locale.currency_formats["standard"].pattern.replace("0.00", "0") if amount == int(amount) else None
    return format_currency(amount, currency, format=pattern, locale=locale, currency_digits=pattern is None)


@lru_cache(_MANY)
def months(low: Decimal | float, high: Decimal | float, tag: str, unit: str = "") -> str:
    """A length or range in months; whole years from two on as years."""
    if not unit:
        unit = "duration-year" if low >= 24 and low % 12 == 0 and high % 12 == 0 else "duration-month"
    divisor = 12 if unit == "duration-year" else 1
    first, last = low / divisor, high / divisor
    length = "long" if tag in _SPELLED_UNITS else "short"
    text = format_unit(last, unit, length=length, locale=cldr(tag))  # type: ignore[arg-type]
    if unit in text:  # CLDR has no such unit in this language
        return months(low, high, tag, "duration-month")
    return text if low == high else text.replace(number(last, tag), f"{number(first, tag)}–{number(last, tag)}", 1)


def days_until(moment: datetime, now: datetime) -> int:
    """Whole days from now to a moment; negative once it has passed."""
    return int((moment.astimezone(UTC) - now).total_seconds() // 86400)
