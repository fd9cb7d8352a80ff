"""The protocol both engines keep, and the request it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from search.concepts.understanding import Understanding
from search.documents import Document
from search.plan import PlannedTopic
from search.results import Hit, SearchResults, Suggestion

MAX_QUERY_LENGTH = 300
SORTS = ("relevance", "deadline", "newest")
WINDOW = 10_000  # a page lies within so many hits; what is deeper is reached by walking there
KEPT = timedelta(minutes=5)  # a walk waits so long for its next step

Place = Mapping[str, Any]  # where a walk has come to: JSON that only the engine it comes from can read


@dataclass(frozen=True)
class SearchRequest:
    """One question to an engine.

    `chosen`: facet → values picked by the reader (any of them must hold; counts of that facet ignore them).
    `ranges`: NUMBER field → (minimum, maximum), either may be None; always applied.
    `require`: filters that are always applied and never offered for relaxing (for example only open listings).
    `exclude`: field → values that a document must not have; always applied, whatever else is relaxed.
    """

    understanding: Understanding
    language: str
    now: datetime
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    require: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] | None = None  # None: all declared; (): none


@dataclass(frozen=True)
class Way:
    """How a plan is met that nothing answers as it stands: `relaxed`, by any of its topics or words; `wide`, by these
    topics (their places in the plan) one step up the thesaurus."""

    relaxed: bool = False
    wide: tuple[int, ...] = ()


AS_IT_STANDS = Way()


def way_of(place: Place) -> Way:
    """The way in which a walk began: it goes on in the same, whatever other ways would find by now."""
    return Way(place["relaxed"], tuple(place["wide"]))


@dataclass(frozen=True)
class Stretch:
    """Part of a walk: its hits with all that a page has, and the place to go on from; None at the end."""

    results: SearchResults
    place: Place | None


@dataclass(frozen=True)
class EngineStatus:
    """How an index stands: number of documents, digest of its schema, and whether that equals the declared one."""

    documents: int
    digest: str | None
    current: bool


class SearchEngine(Protocol):
    """A place that keeps documents and answers requests."""

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request. Beyond `WINDOW` a page has no hits, only counts.

        Raises `search.errors.EngineUnavailable` when the engine cannot be asked.
        """

    def walk(self, request: SearchRequest, place: Place | None = None) -> Stretch:
        """The first `limit` hits of a request, or those after a place, in the order of the pages and however deep;
        `offset` plays no part. Facets come with the first stretch alone.

        Go on with the same request, the same `now` included. What is written meanwhile repeats and hides no other
        document (each engine says how far it can promise that). Raises `search.errors.PlaceLost` where the engine
        cannot go on from a place any more.
        """

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """All hits of a request in the order of the pages, as they are at the moment when the first is asked for.

        No more than a batch is held in memory. Close it to give up early.
        """

    def similar(self, document_id: str, request: SearchRequest, limit: int = 5) -> SearchResults:
        """Documents that share concepts with one; the document itself is left out."""

    def about(self, topics: Sequence[PlannedTopic], request: SearchRequest, limit: int) -> SearchResults:
        """Documents that any of some topics reaches and that meet the facts of a request, most and closest first."""

    def nearest(self, vector: Sequence[float], request: SearchRequest, limit: int) -> list[Hit]:
        """The documents closest to a vector among those that meet the facts of a request, the cosine as their score.
        None where the schema has no dimensions."""

    def suggest(self, text: str, language: str, limit: int = 8) -> list[Suggestion]:
        """Documents whose title has words beginning with what was typed (concepts come from the label index)."""

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace documents, ignoring older versions; the number written."""

    def delete(self, ids: Iterable[str]) -> int:
        """Remove documents; the number removed."""

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None] | None = None) -> int:
        """Replace the whole index; readers see the old one until the new one is complete. `progress` is told of each
        batch."""

    def status(self) -> EngineStatus:
        """How the index stands."""

    def versions(self) -> Iterator[tuple[str, int]]:
        """Every document that can be found, by its id and version, in no order."""
