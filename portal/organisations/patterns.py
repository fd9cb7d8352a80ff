"""Names of universities formed by rule: “Guangxi University” is “Đại học Quảng Tây” though no registry says so."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from portal.organisations.models import folded
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.thesaurus import Concept

DATA = Path(__file__).parent / "data" / "name-patterns.toml"
_PLACE = "{place}"


def names_by_rule(name: str) -> Iterator[tuple[str, str]]:
    """(language, name) of a university with an English name of a known form, in the other languages."""
    for pattern, made in _patterns():
        found = pattern.fullmatch(name)
        place = _places().get(folded(found[1])) if found else None
        if place is not None:
            for language, form in made.items():
                yield language, form.replace(_PLACE, place.label(language))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]:
    tables: dict[str, dict[str, str]] = tomllib.loads(DATA.read_text("utf-8"))
    return tuple(
        (re.compile(re.escape(form).replace(re.escape(_PLACE), "(.+)")), tables[table.get("same-as", form)])
        for form, table in tables.items()
    )


@cache
def _places() -> dict[str, Concept]:
    """Provinces and cities by their English names; countries have too many universities that are no such thing."""
    places = [p for p in load_thesaurus().of_scheme("place") if not p.id.startswith(("country-", "region-"))]
    return {folded(label): place for place in places for label in place.labels["en"]}
