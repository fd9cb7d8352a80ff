"""Names of countries and languages in the reader's language: always CLDR's, never our own."""

from __future__ import annotations

from functools import cache

from babel import Locale

from portal.locales import BY_TAG, DEFAULT


@cache
def country_name(code: str, tag: str) -> str:
    """The name of a country (ISO 3166-1 alpha-2) in the language `tag`; the code itself where CLDR has no name."""
    return _name("territories", code, tag)


@cache
def language_name(language: str, tag: str) -> str:
    """The name of a language (BCP 47) in the language `tag`; its subtags for script and region do not show."""
    return _name("languages", language.partition("-")[0], tag)


def _name(table: str, key: str, tag: str) -> str:
    names = getattr(_locale(tag), table)
    return str(names.get(key) or getattr(_locale(DEFAULT), table).get(key, key))


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(BY_TAG[tag].cldr)
