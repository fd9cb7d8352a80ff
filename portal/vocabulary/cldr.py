"""Names of countries and languages in the reader's language: always CLDR's, never our own."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from portal.locales import BY_TAG, DEFAULT
from search.analysis.cleaning import clean

_BRACKET = re.compile(r"\s*\([^()]*\)")


@cache
def country_names(code: str, tag: str) -> tuple[str, ...]:
    """The names of a country (ISO 3166-1 alpha-2) in the language `tag`: “Myanmar”, and CLDR's “Myanmar (Burma)”."""
    name = clean(_name("territories", code, tag))
    return tuple(dict.fromkeys((without_bracket(name), name)))


def country_name(code: str, tag: str) -> str:
    """The name of a country as it is shown; the code itself where CLDR has no name."""
    return country_names(code, tag)[0]


def without_bracket(name: str) -> str:
    """A name without the other name that CLDR gives in a bracket: no reader needs to be told twice."""
    return _BRACKET.sub("", name)


@cache
def language_name(language: str, tag: str) -> str:
    """The name of a language (BCP 47) in the language `tag`; its subtags for script and region do not show."""
    return _name("languages", language.partition("-")[0], tag)


def _name(table: str, key: str, tag: str) -> str:
    names = getattr(locale_of(tag), table)
    return str(names.get(key) or getattr(locale_of(DEFAULT), table).get(key, key))


@cache
def locale_of(tag: str) -> Locale:
    """The CLDR locale of one of our tags."""
    return Locale.parse(BY_TAG[tag].cldr)
