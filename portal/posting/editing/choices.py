"""What can be chosen in the form, each with its name for the reader, and what is found by a few letters of a name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_name

from portal.listings.labels import LABELS
from portal.locales import COUNTRIES, REGIONS, TAGS
from portal.organisations.names import names_by_language
from portal.organisations.queries import OrganisationFilter, find_organisations, list_organisations
from portal.site import Site
from portal.vocabulary.cldr import locale_of
from portal.vocabulary.isced import load_isced
from portal.vocabulary.thesaurus import load_thesaurus
from portal.web import filters, formats
from portal.web.text import name_in
from search.analysis.cleaning import clean, simplify
from search.analysis.folding import fold

Choices = list[tuple[str, str]]
BLANK = ("", "—")
FOUND = 12  # most that a search for a name shows

CURRENCIES = (
    "CNY", "USD", "EUR", "VND", "LAK", "KHR", "THB", "MMK", "MYR", "SGD", "IDR", "PHP", "BND", "HKD", "MOP", "JPY",
    "KRW", "AUD", "GBP",
)  # fmt: skip
ZONES = (
    "Asia/Shanghai", "Asia/Urumqi", "Asia/Ho_Chi_Minh", "Asia/Vientiane", "Asia/Phnom_Penh", "Asia/Bangkok",
    "Asia/Yangon", "Asia/Kuala_Lumpur", "Asia/Kuching", "Asia/Singapore", "Asia/Jakarta", "Asia/Pontianak",
    "Asia/Makassar", "Asia/Jayapura", "Asia/Manila", "Asia/Brunei", "Asia/Dili", "Asia/Hong_Kong", "Asia/Macau", "UTC",
    "Asia/Tokyo", "Asia/Seoul", "Australia/Sydney", "Europe/Brussels", "Europe/London", "Europe/Lisbon",
    "America/New_York",
)  # fmt: skip
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


@dataclass(frozen=True)
class Found:
    """Something that a search for a name found."""

    id: str
    label: str
    note: str = ""

    @property
    def choice(self) -> tuple[str, str]:
        """As it stands among choices."""
        return self.id, f"{self.label} · {self.note}" if self.note else self.label


def codes_of(vocabulary: str, blank: bool = False) -> Callable[[], Choices]:
    """The codes of a vocabulary of `listings.labels`, in its order."""
    return lambda: [BLANK] * blank + [(code, filters.label(code, vocabulary)) for code in LABELS[vocabulary]]


def countries() -> Choices:
    """The countries of this site."""
    return [BLANK, *((code, formats.country(code, filters.tag())) for code in COUNTRIES)]


def home_countries() -> Choices:
    """The same, to choose several of."""
    return countries()[1:]


def all_countries() -> Choices:
    """Every country there is, in the order of their names."""
    return [BLANK, *formats.countries(filters.tag())]


def languages() -> Choices:
    """The languages of the site by their names for the reader, and in themselves."""
    return [(tag, filters.FILTERS["language_name"](tag)) for tag in TAGS]


def own_languages() -> Choices:
    """The languages of the site, each by its own name."""
    return [(tag, filters.own_name(tag)) for tag in TAGS]


def tested_languages() -> Choices:
    """Languages that people are tested in."""
    name = filters.FILTERS["language_name"]
    return [BLANK, *((tag, name(tag)) for tag in (*TAGS, "ja"))]


def currencies() -> Choices:
    """Currencies, with their codes."""
    return [BLANK, *_currencies(filters.tag())]


def zones() -> Choices:
    """Time zones by the places that keep them."""
    return list(_zones(filters.tag()))


def fields_of_study() -> Choices:
    """The detailed fields of ISCED-F."""
    return [(field.code, filters.isced(field.code).value) for field in load_isced().of_level("detailed")]


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


def place_names(ids: Iterable[str]) -> list[Found]:
    """Places by their ids, each with what it lies in."""
    known = load_thesaurus()
    return [Found(one, filters.concept(one), _within(one)) if one in known else Found(one, one) for one in ids]


def topic_names(ids: Iterable[str]) -> list[Found]:
    """Topics by their ids."""
    return [Found(one, filters.concept(one)) for one in ids]


def organisation_names(site: Site, ids: Iterable[str]) -> list[Found]:
    """Organisations by their ids; an id that is not known stands for itself."""
    wanted = [one for one in ids if one]
    with site.sessions() as session:
        known = find_organisations(session, wanted)
    tag = filters.tag()
    return [
        Found(one, name_in(names_by_language(known[one]), tag).value, formats.country(known[one].country, tag))
        if one in known
        else Found(one, one)
        for one in wanted
    ]


def find_places(text: str, country: str = "") -> list[Found]:
    """Places with these words in one of their names, in any language; those of a country first."""
    concepts = load_thesaurus().concepts
    ids = [one for one in _having(text, "place") if not one.startswith(("country-", "region-"))]
    ids.sort(key=lambda one: concepts[one].facts.get("country") != country)
    return place_names(ids[:FOUND])


def find_topics(text: str) -> list[Found]:
    """Topics with these words in one of their names, in any language."""
    return topic_names(_having(text, "topic")[:FOUND])


def find_organisations_by_name(site: Site, text: str) -> list[Found]:
    """Organisations of the directory with these words in one of their names."""
    if not clean(text):
        return []
    tag = filters.tag()
    with site.sessions() as session:
        page = list_organisations(session, OrganisationFilter(clean(text)[:120]), tag, 1, FOUND)
    return [
        Found(one.id, name_in(names_by_language(one), tag).value, formats.country(one.country, tag))
        for one in page.items
    ]


def _within(place: str) -> str:
    facts = load_thesaurus().concepts[place].facts
    names = [filters.concept(facts["within"])] if facts.get("within") in load_thesaurus() else []
    return ", ".join([*names, formats.country(facts["country"], filters.tag())]) if "country" in facts else ""


def _having(text: str, scheme: str) -> list[str]:
    """The concepts of a scheme with all words in one label; those that begin with them first, the shortest of these."""
    words = fold(simplify(clean(text[:200]))).split()[:8]
    found: list[tuple[bool, int, str]] = []
    for concept_id, labels in _folded(scheme).items() if words else ():
        having = [label for label in labels if all(word in label for word in words)]
        if having:
            starting = [label for label in having if label.startswith(words[0])]
            found.append((not starting, min(map(len, starting or having)), concept_id))
    return [concept_id for _starts, _length, concept_id in sorted(found)]


@cache
def _folded(scheme: str) -> dict[str, tuple[str, ...]]:
    """All labels of each concept, in the form in which they are compared."""
    return {
        concept.id: tuple({fold(simplify(label)) for labels in concept.labels.values() for label in labels})
        for concept in load_thesaurus().of_scheme(scheme)
    }
