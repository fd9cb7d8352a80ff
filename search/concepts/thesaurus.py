"""The thesaurus (after SKOS): concepts, their labels in each language, and what is broader or narrower."""

from __future__ import annotations

import tomllib
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from search.errors import InvalidThesaurus

DATA = Path(__file__).parent / "data"
TOPICS = (
    "data-and-ai.toml",
    "software-and-networks.toml",
    "security-and-electronics.toml",
    "technology-in-depth.toml",
    "skills-and-tools.toml",
    "economy-and-logistics.toml",
    "industry-and-society.toml",
    "economy-in-depth.toml",
    "occupations.toml",
    "education-and-mobility.toml",
)
FACETS = ("facets.toml", "conditions.toml", "people.toml")
PLACES = "places.toml"
OCCUPATIONS = "digital-occupations"  # what hangs below it is asked for together with the fields it is related to


@dataclass(frozen=True)
class Concept:
    """A language-neutral entry. The first label of a language is the preferred one; `hidden` labels (misspellings,
    transliterations) are found and never shown.

    scheme: "topic" (a field or skill; scored), "place", "facet" or "organisation" (these name a filter: field, values).
    `capitals`: labels that count only where they are typed in capitals, since they are words too.
    `origins`: (language, label) → key of `provenance.toml`, for labels that are not of the team's own making.
    """

    id: str
    scheme: str
    labels: Mapping[str, tuple[str, ...]]
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    filter: tuple[str, tuple[str, ...]] | None = None
    facts: Mapping[str, str] = field(default_factory=dict)  # of places: country, subdivision, within, city
    hidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    capitals: frozenset[str] = frozenset()

    def label(self, language: str) -> str:
        """The preferred label in a language, else in English, else in any."""
        for tag in (language, "en"):
            if self.labels.get(tag):
                return self.labels[tag][0]
        return next((labels[0] for labels in self.labels.values() if labels), self.id)


class Thesaurus:
    """All concepts, checked: known parents, no cycles, a label in each language for every topic."""

    def __init__(self, concepts: Iterable[Concept], languages: tuple[str, ...]) -> None:
        self.languages = languages
        self.concepts: dict[str, Concept] = {}
        for concept in concepts:
            known = self.concepts.get(concept.id)
            self.concepts[concept.id] = _merged(known, concept) if known else concept
        self._check()

    def __contains__(self, concept_id: object) -> bool:
        return concept_id in self.concepts

    def __getitem__(self, concept_id: str) -> Concept:
        return self.concepts[concept_id]

    def label(self, concept_id: str, language: str) -> str:
        """The preferred label of a concept; the id itself for one that is no longer there."""
        concept = self.concepts.get(concept_id)
        return concept.label(language) if concept else concept_id

    def of_scheme(self, scheme: str) -> list[Concept]:
        """All concepts of one scheme, in the order of the files."""
        return [concept for concept in self.concepts.values() if concept.scheme == scheme]

    @cached_property
    def _narrower(self) -> dict[str, tuple[str, ...]]:
        children: dict[str, list[str]] = defaultdict(list)
        for concept in self.concepts.values():
            for parent in concept.broader:
                children[parent].append(concept.id)
        return {parent: tuple(ids) for parent, ids in children.items()}

    def narrower(self, concept_id: str) -> tuple[str, ...]:
        """The concepts one step below."""
        return self._narrower.get(concept_id, ())

    def answers(self, concept_id: str) -> dict[str, int]:
        """Every concept that answers a search for one → steps away: all below it; for an occupation also its fields."""
        steps = self.descendants(concept_id)
        if OCCUPATIONS in self.ancestors(concept_id):
            for place, related in enumerate(self.concepts[concept_id].related):
                for field_id, distance in self.descendants(related).items():
                    steps.setdefault(field_id, 1 + (place > 0) + distance)
        return steps

    def descendants(self, concept_id: str) -> dict[str, int]:
        """The concept and everything below it → steps down (0 for itself)."""
        steps = {concept_id: 0}
        queue = deque([concept_id])
        while queue:
            current = queue.popleft()
            for child in self.narrower(current):
                if child not in steps:
                    steps[child] = steps[current] + 1
                    queue.append(child)
        return steps

    def ancestors(self, concept_id: str) -> dict[str, int]:
        """Everything above a concept → steps up (the concept itself is left out)."""
        steps: dict[str, int] = {}
        queue = deque([(concept_id, 0)])
        while queue:
            current, distance = queue.popleft()
            for parent in self.concepts[current].broader if current in self.concepts else ():
                if parent not in steps:
                    steps[parent] = distance + 1
                    queue.append((parent, distance + 1))
        return steps

    def _check(self) -> None:
        for concept in self.concepts.values():
            for parent in (*concept.broader, *concept.related):
                if parent not in self.concepts:
                    raise InvalidThesaurus(f"{concept.id}: unknown concept “{parent}”")
            if concept.id in self.ancestors(concept.id):
                raise InvalidThesaurus(f"{concept.id}: is broader than itself")
            missing = [tag for tag in self.languages if not concept.labels.get(tag)]
            if missing and concept.scheme in ("topic", "place", "facet"):
                raise InvalidThesaurus(f"{concept.id}: no label in {', '.join(missing)}")


def read_concepts(path: Path, scheme: str, languages: tuple[str, ...]) -> list[Concept]:
    """The concepts of one TOML file. Raises `InvalidThesaurus` naming file, concept and key."""
    try:
        tables: dict[str, dict[str, Any]] = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InvalidThesaurus(f"{path.name}: {error}") from error
    return [_concept(path.name, scheme, name, table, languages) for name, table in tables.items()]


_FACTS = ("country", "subdivision", "within", "city")
_KEYS = {"broader", "related", "filter", "hidden", "countries", *_FACTS}


def _concept(file: str, scheme: str, name: str, table: dict[str, Any], languages: tuple[str, ...]) -> Concept:
    labels = {key: tuple(value) for key, value in table.items() if key in languages}
    unknown = set(table) - set(languages) - _KEYS
    if unknown:
        raise InvalidThesaurus(f"{file}: {name}: unknown key “{min(unknown)}”")
    wanted = table.get("filter")
    chosen = (str(wanted["field"]), tuple(wanted["values"])) if wanted else _place_filter(scheme, name, table)
    facts = {key: str(table[key]) for key in _FACTS if key in table}
    hidden = {tag: tuple(found) for tag, found in table.get("hidden", {}).items()}
    if strange := set(hidden) - set(languages):
        raise InvalidThesaurus(f"{file}: {name}: hidden: unknown language “{min(strange)}”")
    return Concept(
        name, scheme, labels, tuple(table.get("broader", ())), tuple(table.get("related", ())), chosen, facts, hidden
    )


def _place_filter(scheme: str, name: str, table: dict[str, Any]) -> tuple[str, tuple[str, ...]] | None:
    if scheme != "place":
        return None
    if "countries" in table:
        return ("country", tuple(table["countries"]))
    if name.startswith("country-"):
        return ("country", (str(table["country"]),))
    return ("place", (name,))


def _merged(first: Concept, second: Concept) -> Concept:
    """Two entries of one id: the labels of the first, then those the second adds."""
    return replace(
        first,
        labels=_both(first.labels, second.labels),
        hidden=_both(first.hidden, second.hidden),
        origins={**second.origins, **first.origins},
        broader=first.broader or second.broader,
        related=first.related or second.related,
        filter=first.filter or second.filter,
        facts={**second.facts, **first.facts},
    )


def _both(first: Mapping[str, tuple[str, ...]], second: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {
        tag: tuple(dict.fromkeys((*first.get(tag, ()), *second.get(tag, ()))))
        for tag in dict.fromkeys((*first, *second))
    }
