"""From what was understood to what an engine is asked: topics with their narrower concepts, constraints, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from search.analysis.cleaning import simplify
from search.analysis.folding import carries_marks, fold
from search.analysis.scripts import script_of
from search.analysis.segmentation import terms
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import Limit, Understanding


@dataclass(frozen=True)
class PlannedTopic:
    """A topic asked for, and every concept that answers it → steps below it."""

    asked: str
    text: str
    steps: Mapping[str, int]


@dataclass(frozen=True)
class PlannedWord:
    """A left-over word as alternatives; each alternative is a tuple of index terms that must all be there, and of a
    required one (a phrase) next to each other."""

    text: str
    alternatives: tuple[tuple[str, ...], ...]
    required: bool


Bound = tuple[str, float | None, float | None]  # NUMBER field, lowest, highest

# What a limit of a query means: the numbers between which a document lies. The first must not be above the limit's
# highest, the second not below its lowest, so that the two stretches meet. Limits of other names are not asked for.
LIMITS: Mapping[str, tuple[str, str]] = {
    "months": ("months_min", "months_max"),
    "starts": ("starts_from", "starts_until"),
    "closes": ("closes_at", "closes_at"),
    "open": ("posted_at", "open_until"),
    "stipend": ("stipend", "stipend"),
}
_FEW, _MOST = 10, 0.2  # documents that are never too many; the part of all that is
UNITS: Mapping[str, str] = {"stipend": "currency"}  # limit → the FILTER field that has its unit


@dataclass(frozen=True)
class Constraint:
    """A fact that must hold: one of the values in the field (if there are any) and every number within its bounds, both
    included. `text` is the query's own words for it, `concept` the entry they matched."""

    field: str
    values: tuple[str, ...]
    text: str
    concept: str | None
    bounds: tuple[Bound, ...] = ()

    @property
    def kind(self) -> str:
        """What it is called where it is offered to be dropped: a limit of a number, or a filter."""
        return "limit" if self.bounds else "filter"


@dataclass(frozen=True)
class Plan:
    """What an engine is asked, in no engine's language."""

    topics: tuple[PlannedTopic, ...]
    words: tuple[PlannedWord, ...]
    constraints: tuple[Constraint, ...]


def make_plan(understanding: Understanding, thesaurus: Thesaurus) -> Plan:
    """The plan of an understood query. Places or values of one field that were both named are alternatives, not a
    contradiction."""
    topics = {
        t.concept: PlannedTopic(t.concept, t.span.text, thesaurus.answers(t.concept)) for t in understanding.topics
    }
    return Plan(
        tuple(topics.values()),
        tuple(plan_word(word.text, word.quoted) for word in understanding.words),
        tuple(_constraints(understanding)),
    )


def widened(topic: PlannedTopic, thesaurus: Thesaurus) -> PlannedTopic:
    """The same topic one step up the thesaurus, for a search that found nothing."""
    steps = dict(topic.steps)
    for parent in thesaurus[topic.asked].broader if topic.asked in thesaurus else ():
        for concept, distance in thesaurus.descendants(parent).items():
            steps.setdefault(concept, distance + 1)
    return PlannedTopic(topic.asked, topic.text, steps)


def is_too_wide(covered: int, documents: int) -> bool:
    """Whether something broader covers so many of the documents that it answers nothing any more."""
    return covered > _FEW and covered > documents * _MOST


def plan_word(text: str, required: bool) -> PlannedWord:
    """The index terms of one left-over word: exact and folded if the reader types marks, else folded; pairs where no
    spaces are written."""
    found = terms(text)
    alternatives: list[tuple[str, ...]] = []
    if all(map(carries_marks, found.exact)):  # only such words are written with their marks
        alternatives.append(tuple(exact_term(word) for word in found.exact))
    alternatives.append(found.folded)
    if found.pairs and script_of(simplify(text)) is not None:
        whole = found.pairs if len(text) == 1 else tuple(pair for pair in found.pairs if len(fold(pair)) > 1)
        alternatives.append(tuple(pair_term(pair) for pair in whole))
    return PlannedWord(text, tuple(dict.fromkeys(alternative for alternative in alternatives if alternative)), required)


def exact_term(word: str) -> str:
    """How a word with its marks is written among index terms, so that it never equals a folded one."""
    return "=" + word


def pair_term(pair: str) -> str:
    """How a pair is written among index terms."""
    return "~" + pair


def index_terms(text: str) -> list[str]:
    """All index terms of a text as one stream: folded words, words with marks, pairs."""
    found = terms(text)
    stream = list(found.folded)
    stream.extend(exact_term(exact) for exact in found.exact if carries_marks(exact))
    stream.extend([pair_term(pair) for pair in found.pairs])
    return stream


def _constraints(understanding: Understanding) -> list[Constraint]:
    """One constraint for a field: several values named in the query are alternatives."""
    merged: dict[str, Constraint] = {}
    for item in understanding.filters:
        known = merged.get(item.field)
        if known is None:
            merged[item.field] = Constraint(item.field, item.values, item.span.text, item.concept)
        else:
            values = tuple(dict.fromkeys((*known.values, *item.values)))
            merged[item.field] = Constraint(item.field, values, f"{known.text}, {item.span.text}", known.concept)
    return [*merged.values(), *(_limit(limit) for limit in understanding.limits if limit.name in LIMITS)]


def _limit(limit: Limit) -> Constraint:
    low_field, high_field = LIMITS[limit.name]
    bounds: list[Bound] = []
    if limit.high is not None:
        bounds.append((low_field, None, limit.high))
    if limit.low is not None:
        bounds.append((high_field, limit.low, None))
    unit = (limit.unit,) if limit.unit and limit.name in UNITS else ()
    return Constraint(UNITS.get(limit.name, limit.name), unit, limit.span.text, None, tuple(bounds))
