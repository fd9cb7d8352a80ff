"""What only the form of a posting lets choose: currencies, and whose clock a time is told by."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_name

from portal.listings.codes import CURRENCIES, ZONES
from portal.locales import REGIONS
from portal.vocabulary.cldr import locale_of
from portal.web import filters, formats
from portal.web.choices import BLANK, Choices

ZONE_OF_COUNTRY = dict(
    zip(
        (*REGIONS[:6], "MY", "SG", "ID", "PH", "BN", "TL", "HK", "MO"),
        (
            "Asia/Shanghai", "Asia/Ho_Chi_Minh", "Asia/Vientiane", "Asia/Phnom_Penh", "Asia/Bangkok", "Asia/Yangon",
            "Asia/Kuala_Lumpur", "Asia/Singapore", "Asia/Jakarta", "Asia/Manila", "Asia/Brunei", "Asia/Dili",
            "Asia/Hong_Kong", "Asia/Macau",
        ),
        strict=True,
    )
)  # fmt: skip
_SEASONS = (datetime(2026, 1, 1), datetime(2026, 7, 1))  # noqa: DTZ001 - wall clocks


def currencies() -> Choices:
    """Currencies, with their codes."""
    return [BLANK, *_currencies(filters.tag())]


def zones() -> Choices:
    """Time zones by the places that keep them."""
    return list(_zones(filters.tag()))


@lru_cache(50)
def _currencies(tag: str) -> tuple[tuple[str, str], ...]:
    return tuple((code, f"{code} · {get_currency_name(code, locale=locale_of(tag))}") for code in CURRENCIES)


@lru_cache(50)
def _zones(tag: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"{zone_name(name, tag)}{_offset(name)}") for name in ZONES)


def zone_name(name: str, tag: str) -> str:
    """A zone by country or city; its own name where CLDR knows no better."""
    try:
        return formats.zone(name, tag)
    except (LookupError, ValueError, OSError):
        return name


def _offset(name: str) -> str:
    """What a zone is ahead of UTC all the year round; nothing for one that changes its clocks."""
    offsets = {ZoneInfo(name).utcoffset(day) for day in _SEASONS}
    ahead = offsets.pop()
    if offsets or not ahead:
        return ""
    hours, minutes = divmod(int(ahead.total_seconds()) // 60, 60)
    return f" (UTC{hours:+}{f':{minutes:02}' if minutes else ''})"
