"""Names of universities that no registry has: formed by rule (“Guangxi University” is “Đại học Quảng Tây”), shortened,
or what everybody calls them (“北大”)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from portal.organisations.models import folded
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.thesaurus import Concept

_DATA = Path(__file__).parent / "data"
_PLACE = "{place}"


def names_by_rule(name: str) -> Iterator[tuple[str, str]]:
    """(language, name) of a university with an English name of a known form, in the other languages."""
    for pattern, made in _patterns():
        found = pattern.fullmatch(name)
        place = _places().get(folded(found[1])) if found else None
        if place is not None:
            for language, form in made.items():
                yield language, form.replace(_PLACE, place.label(language))


def shorter_names(name: str, language: str) -> Iterator[str]:
    """A name as people shorten it; not where nothing but a place would be left behind its opening."""
    for opening, shorter in _openings().get(language, {}).items():
        if name.lower().startswith(opening.lower()) and folded(rest := name[len(opening) :]) not in _place_names():
            yield from (other + rest for other in shorter)


@cache
def everyday_names() -> Mapping[str, Mapping[str, list[str]]]:
    """Organisation → language → what people call it."""
    names: dict[str, dict[str, list[str]]] = _read("everyday-names")
    return names


@cache
def _openings() -> Mapping[str, Mapping[str, list[str]]]:
    openings: dict[str, dict[str, list[str]]] = _read("name-openings")
    return openings


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]:
    tables: dict[str, dict[str, str]] = _read("name-patterns")
    return tuple(
        (re.compile(re.escape(form).replace(re.escape(_PLACE), "(.+)")), tables[table.get("same-as", form)])
        for form, table in tables.items()
    )


@cache
def _places() -> dict[str, Concept]:
    """Provinces and cities by their English names; countries have too many universities that are no such thing."""
    places = [p for p in load_thesaurus().of_scheme("place") if not p.id.startswith(("country-", "region-"))]
    return {folded(label): place for place in places for label in place.labels["en"]}


@cache
def _place_names() -> frozenset[str]:
    """All names of places, in all languages."""
    places = load_thesaurus().of_scheme("place")
    return frozenset(folded(label) for place in places for labels in place.labels.values() for label in labels)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / f"{name}.toml").read_text("utf-8"))
