"""The thesaurus of this site: topics, places and filter words of the data files, with the names CLDR gives."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from portal.locales import REGIONS, TAGS
from portal.vocabulary.cldr import country_names, language_name
from search.analysis.cleaning import clean, simplify
from search.analysis.folding import fold
from search.concepts.thesaurus import DATA, FACETS, TOPICS, Concept, Thesaurus, read_concepts

CLDR, PINYIN = "cldr", "pinyin"  # origins of labels: keys of `search/concepts/data/provenance.toml`
CHINESE = "zh-Hans"
_WORKING_LANGUAGE = "working-language-"


@cache
def load_thesaurus() -> Thesaurus:
    """The thesaurus, read once per process."""
    return build_thesaurus(DATA)


def build_thesaurus(folder: Path) -> Thesaurus:
    """The thesaurus of the data files in a folder. Raises `search.errors.InvalidThesaurus`."""
    topics = [concept for name in TOPICS for concept in read_concepts(folder / name, "topic", TAGS)]
    places = [*_countries(), *read_concepts(folder / "places.toml", "place", TAGS)]
    facets = [concept for name in FACETS for concept in read_concepts(folder / name, "facet", TAGS)]
    concepts = Thesaurus([*topics, *places, *facets, *_working_languages(facets, places)], TAGS).concepts
    return Thesaurus([*concepts.values(), *_in_pinyin(folder, concepts)], TAGS)


def _in_pinyin(folder: Path, concepts: Mapping[str, Concept]) -> Iterator[Concept]:
    """The first Chinese label of each concept in pinyin, syllable by syllable: found, never shown."""
    syllables: dict[str, str] = tomllib.loads((folder / "pinyin.toml").read_text("utf-8"))
    for concept_id, text in syllables.items():
        if concept_id in concepts:
            hidden, origins = {CHINESE: (text,)}, {(CHINESE, text): PINYIN}
            yield Concept(concept_id, concepts[concept_id].scheme, {}, hidden=hidden, origins=origins)


def concepts_with(words: str) -> Iterator[Concept]:
    """The concepts that have all words in one of their labels, in any language; without words all."""
    wanted = fold(simplify(words)).split()
    for concept in load_thesaurus().concepts.values():
        if not wanted or any(all(word in label for word in wanted) for label in _folded()[concept.id]):
            yield concept


@cache
def _folded() -> dict[str, tuple[str, ...]]:
    """All labels of each concept, in the form in which they are compared."""
    return {
        concept.id: tuple({fold(simplify(label)) for labels in concept.labels.values() for label in labels})
        for concept in load_thesaurus().concepts.values()
    }


def place_ids(place: str | None) -> tuple[str, ...]:
    """The search values of a place: itself, then what it lies within (city, province). Unknown places have none."""
    concepts = load_thesaurus().concepts
    found: list[str] = []
    while place in concepts and place not in found:
        found.append(place)
        place = concepts[place].facts.get("within")
    return tuple(found)


@lru_cache(10_000)
def topic_ids(topic: str) -> tuple[str, ...]:
    """The search values of a topic: itself, then all that it is part of, the nearest first."""
    return (topic, *load_thesaurus().ancestors(topic))


def place_of(
    country: str, city: str | None, subdivision_code: str | None, subdivision: str | None = None
) -> str | None:
    """The thesaurus id of the city, by its English name, else of the province, by its ISO 3166-2 suffix or name."""
    known = _place_keys()
    province = known.get((country, "province", fold(subdivision_code or "")))
    province = province or known.get((country, "province", fold(subdivision or "")))
    found = known.get((country, "city", fold(city or "")))
    if found is None or (province is not None and province not in place_ids(found)):
        return province  # a city of that name in another province (Suzhou, Fuzhou) is not the one we know
    return found


@cache
def _place_keys() -> dict[tuple[str, str, str], str]:
    """(country, "city" or "province", folded name or code) → place."""
    table: dict[tuple[str, str, str], str] = {}
    for place in load_thesaurus().of_scheme("place"):
        if place.id.startswith(("country-", "region-")):
            continue
        country, facts = place.facts["country"], place.facts
        if "subdivision" in facts:
            keys = [("province", facts["subdivision"]), *(("province", label) for label in place.labels["en"])]
            keys += [("city", facts["city"])] if "city" in facts else []
        else:
            keys = [("city", facts.get("city", "")), *(("city", label) for label in place.labels["en"])]
        for what, name in keys:
            if name:
                table.setdefault((country, what, fold(name)), place.id)
    return table


def _countries() -> Iterator[Concept]:
    """Countries under their CLDR names; a name such as “Myanmar (Burma)” is also found without its bracket."""
    for code in REGIONS:
        labels = {tag: country_names(code, tag) for tag in TAGS}
        yield Concept(
            f"country-{code}", "place", labels, filter=("country", (code,)), facts={"country": code},
            origins=_all_from(labels, CLDR),
        )  # fmt: skip


def _all_from(labels: Mapping[str, tuple[str, ...]], origin: str) -> dict[tuple[str, str], str]:
    return {(tag, label): origin for tag, found in labels.items() for label in found}


def _working_languages(facets: Iterable[Concept], places: Iterable[Concept]) -> Iterator[Concept]:
    """The plain names of the languages, but for those that are also a name of a place (“ไทย”, “Vietnam”)."""
    taken = {_key(label) for place in places for labels in place.labels.values() for label in labels}
    for facet in facets:
        if facet.id.startswith(_WORKING_LANGUAGE):
            language = facet.id.removeprefix(_WORKING_LANGUAGE)
            names = {tag: clean(language_name(language, tag)) for tag in TAGS}
            labels = {tag: (name,) for tag, name in names.items() if _key(name) not in taken}
            yield Concept(facet.id, facet.scheme, labels, origins=_all_from(labels, CLDR))


def _key(label: str) -> str:
    return fold(simplify(label))
