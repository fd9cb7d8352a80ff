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
    """(language, name) of a university with an English name of a known form, in the other languages, with each name
    that its place has there; and shortened, since such a name is of no other university."""
    for pattern, made in _patterns():
        found = pattern.fullmatch(name)
        place = _places().get(folded(found[1])) if found else None
        if place is not None:
            for language, form in made.items():
                for label in place.labels.get(language, ()):
                    whole = form.replace(_PLACE, label)
                    yield language, whole
                    yield from ((language, short) for short, _rest in _shortened(whole, language))


def shorter_names(name: str, language: str) -> Iterator[str]:
    """A name as people shorten it; not where only a place would be left of it."""
    return (short for short, rest in _shortened(name, language) if folded(rest) not in _place_names())


def _shortened(name: str, language: str) -> Iterator[tuple[str, str]]:
    """A name with a shorter opening or ending, and what is left of it without."""
    for opening, shorter in _shorter("openings").get(language, {}).items():
        if name.lower().startswith(opening.lower()):
            yield from ((other + name[len(opening) :], name[len(opening) :]) for other in shorter)
    for ending, shorter in _shorter("endings").get(language, {}).items():
        if name.endswith(ending):
            rest = name.removesuffix(ending)
            yield from ((rest + other, rest) for other in shorter)


@cache
def everyday_names() -> Mapping[str, Mapping[str, list[str]]]:
    """Organisation → language → what people call it."""
    names: dict[str, dict[str, list[str]]] = _read("everyday-names")
    return names


@cache
def _shorter(part: str) -> Mapping[str, Mapping[str, list[str]]]:
    """How people shorten the openings or the endings of names: language → part → what is said instead."""
    shorter: dict[str, dict[str, list[str]]] = _read(f"name-{part}")
    return shorter


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
