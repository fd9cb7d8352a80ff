"""What was understood of a query, as chips: each with the search without it, and with other readings of its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.discovery.forms import FACETS, Query
from portal.discovery.naming import Names
from portal.web.text import Text
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import Filter, Topic, Understanding

MAX_READINGS = 3


@dataclass(frozen=True)
class Reading:
    """Another thing the same words may mean, and the search for it."""

    label: Text
    query: Query


@dataclass(frozen=True)
class Chip:
    """A part of the query as it was understood, with the search without it."""

    kind: str  # topic, filter, word
    text: str
    label: Text
    facet: str | None
    narrower: int
    without: Query
    alternatives: tuple[Reading, ...] = ()


def chips(query: Query, understanding: Understanding, thesaurus: Thesaurus, names: Names) -> tuple[Chip, ...]:
    """All parts of the query, in its order."""
    known: list[Topic | Filter] = [*understanding.topics, *understanding.filters]
    parts = [(part.span.start, _chip(query, understanding, part, thesaurus, names)) for part in known]
    for word in understanding.words:
        without = query.asking(understanding.without(word.span))
        parts.append((word.span.start, Chip("word", word.span.text, Text(word.span.text), None, 0, without)))
    return tuple(chip for _start, chip in sorted(parts, key=lambda pair: pair[0]))


def _chip(query: Query, understanding: Understanding, part: Topic | Filter, thesaurus: Thesaurus, names: Names) -> Chip:
    without = query.asking(understanding.without(part.span))
    facet = part.field if isinstance(part, Filter) else None
    return Chip(
        kind="filter" if facet else "topic",
        text=part.span.text,
        label=names.of(part.concept),
        facet=facet,
        narrower=0 if facet else len(thesaurus.descendants(part.concept)) - 1,
        without=without,
        alternatives=tuple(_readings(without, part, thesaurus, names)),
    )


def _readings(without: Query, part: Topic | Filter, thesaurus: Thesaurus, names: Names) -> Iterator[Reading]:
    """The other readings as facets, which are never ambiguous."""
    for other in part.alternatives[:MAX_READINGS]:
        facet, values = _as_facet(other, thesaurus)
        if facet in FACETS and all(FACETS[facet](value) for value in values):
            yield Reading(names.of(other), without.including(facet, values))


def _as_facet(entry: str, thesaurus: Thesaurus) -> tuple[str, tuple[str, ...]]:
    concept = thesaurus.concepts.get(entry)
    if concept is None:
        return "organisation", (entry,)
    return concept.filter or ("concept", (entry,))
