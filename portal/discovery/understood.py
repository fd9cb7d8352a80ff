"""What was understood of a query, as chips: each with the search without it, and with other readings of its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.discovery.limits import limit_name, limit_text
from portal.discovery.naming import Names
from portal.discovery.query import Query
from portal.listings.facets import FACETS
from portal.web.filters import fact_name
from portal.web.messages import gettext as _
from portal.web.text import Text
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import Filter, Limit, Span, Topic, Understanding, Word
from search.plan import LIMITS

MAX_READINGS = 3


@dataclass(frozen=True)
class Reading:
    """Another thing the same words may mean, and the search for it."""

    label: Text
    query: Query


@dataclass(frozen=True)
class Chip:
    """A part of the query as it was understood, with the search without it."""

    kind: str  # topic, filter, limit, word, or alone: not used: negated, or nothing that a search can tell
    text: str
    label: Text
    name: str  # what kind of part it is, in words
    narrower: int
    without: Query
    alternatives: tuple[Reading, ...] = ()
    mended: bool = False  # found by putting the typing right


def chips(query: Query, understanding: Understanding, thesaurus: Thesaurus, names: Names) -> tuple[Chip, ...]:
    """All parts of the query, in its order."""
    known: list[Topic | Filter] = [*understanding.topics, *understanding.filters]
    parts = [(part.span.start, _chip(query, understanding, part, thesaurus, names)) for part in known]
    parts += [
        (word.span.start, _word(query.asking(understanding.without(word.span)), word, thesaurus, names))
        for word in understanding.words
    ]
    plain = [
        *(("alone", span, span.text, _("Not used")) for span in understanding.left_alone),
        *(_limit(item, names) for item in understanding.limits),
    ]
    for kind, span, text, name in plain:
        without = query.asking(understanding.without(span))
        parts.append((span.start, Chip(kind, span.text, Text(text), name, 0, without)))
    return tuple(chip for _start, chip in sorted(parts, key=lambda pair: pair[0]))


def _limit(limit: Limit, names: Names) -> tuple[str, Span, str, str]:
    kind = "limit" if limit.name in LIMITS else "alone"
    return kind, limit.span, limit_text(limit, names.reader), limit_name(limit)


def _word(without: Query, word: Word, thesaurus: Thesaurus, names: Names) -> Chip:
    readings = tuple(_readings(without, word.alternatives, thesaurus, names))
    return Chip("word", word.text, Text(word.span.text), _("Word"), 0, without, readings)


def _chip(query: Query, understanding: Understanding, part: Topic | Filter, thesaurus: Thesaurus, names: Names) -> Chip:
    without = query.asking(understanding.without(part.span))
    facet = part.field if isinstance(part, Filter) else None
    return Chip(
        kind="filter" if facet else "topic",
        text=part.span.text,
        label=_label(part, names),
        name=fact_name(facet) if facet else _("Topic"),
        narrower=0 if facet else len(thesaurus.descendants(part.concept)) - 1,
        without=without,
        alternatives=tuple(_readings(without, part.alternatives, thesaurus, names)),
        mended=part.mended,
    )


def _label(part: Topic | Filter, names: Names) -> Text:
    """What was understood, in the words of its facet; a name that several organisations bear, as it was typed."""
    if isinstance(part, Topic):
        return names.of(part.concept)
    if part.field in FACETS and len(part.values) == 1:
        return names.of_value(part.field, part.values[0])
    if part.field == "organisation":
        return Text(part.span.text)
    name = names.of(part.concept)
    result = part.values[0].partition(":")[2] if part.field == "language_test" else ""
    return Text(f"{name.value} {result}", name.language) if result else name


def _readings(without: Query, others: Sequence[str], thesaurus: Thesaurus, names: Names) -> Iterator[Reading]:
    """The other readings as facets, which are never ambiguous."""
    for other in others[:MAX_READINGS]:
        facet, values = _as_facet(other, thesaurus)
        if facet in FACETS and all(FACETS[facet].allow(value) for value in values):
            yield Reading(names.of(other), without.including(facet, values))


def _as_facet(entry: str, thesaurus: Thesaurus) -> tuple[str, tuple[str, ...]]:
    concept = thesaurus.concepts.get(entry)
    if concept is None:
        return "organisation", (entry,)
    return concept.filter or ("concept", (entry,))
