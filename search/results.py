"""What a search gives back: hits with reasons, facets with counts, and what was understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from search.concepts.understanding import Understanding


@dataclass(frozen=True)
class Reason:
    """One cause for which a document was found.

    kind: "concept" (topic of the query met), "word" (left-over word met), "filter" (a fact that was asked for),
    "meaning" (close to the query, by a model).
    `asked` is the query's own text; `concept` the id met, `distance` steps in the thesaurus from the one asked for
    (narrower or, where the search was widened, broader or beside it); `source` the field, `language` and `surface` the
    words that stood there (None when its owner tagged it).
    For "filter", `field` and `value` name the fact.
    """

    kind: str
    asked: str
    concept: str | None = None
    asked_concept: str | None = None
    distance: int = 0
    source: str | None = None
    language: str | None = None
    surface: str | None = None
    field: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class ScorePart:
    """One addend of a score: its name ("topic:<id>", "words", "deadline-ahead", "recently-confirmed"), its value, and
    the named factors that the value is the product of."""

    name: str
    value: float
    factors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Hit:
    """One found document. `score` is the sum of the values of `parts`."""

    id: str
    score: float
    stored: Mapping[str, Any]
    reasons: tuple[Reason, ...] = ()
    parts: tuple[ScorePart, ...] = ()


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet, the number of documents it would give, and whether it is chosen."""

    value: str
    count: int
    chosen: bool = False


@dataclass(frozen=True)
class Relaxation:
    """A constraint that could be dropped when nothing was found, and the number of documents that would then be found.

    kind "filter" or "chosen": field and value(s) of an understood filter or a chosen facet; "topic": the asked concept;
    "limit": `text` has the query's own words for it.
    """

    kind: str
    field: str
    values: tuple[str, ...]
    count: int
    text: str = ""


@dataclass(frozen=True)
class SearchResults:
    """The answer to one request. `total` counts all matching documents; `relaxed` says topics were joined by "any"
    since "all" gave none;
    `widened` names broader concepts used because the asked ones gave none; `degraded`: no engine could be asked, and
    something simpler answered."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    understanding: Understanding
    relaxed: bool = False
    widened: tuple[str, ...] = ()
    suggestions: tuple[Relaxation, ...] = ()  # only when total is 0
    degraded: bool = False
    by_meaning: bool = False  # a model took part


@dataclass(frozen=True)
class Suggestion:
    """A completion: a concept, place, organisation or filter word, or a listing by its title."""

    kind: str  # the concept's scheme, or "document"
    id: str
    label: str  # in the reader's language
    matched: str  # the label that begins with what was typed
    language: str | None = None  # of `matched`
