"""The protocol both engines keep, and the request it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from search.concepts.understanding import Understanding
from search.documents import Document
from search.results import SearchResults, Suggestion

MAX_QUERY_LENGTH = 300
SORTS = ("relevance", "deadline", "newest")


@dataclass(frozen=True)
class SearchRequest:
    """One question to an engine.

    `chosen`: facet → values picked by the reader (any of them must hold; counts of that facet ignore them).
    `ranges`: NUMBER field → (minimum, maximum), either may be None; always applied.
    `require`: filters that are always applied and never offered for relaxing (for example only open listings).
    """

    understanding: Understanding
    language: str
    now: datetime
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    require: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    offset: int = 0
    limit: int = 20
    facets: tuple[str, ...] | None = None  # None: all declared; (): none


@dataclass(frozen=True)
class EngineStatus:
    """How an index stands: number of documents, digest of its schema, and whether that equals the declared one."""

    documents: int
    digest: str | None
    current: bool


class SearchEngine(Protocol):
    """A place that keeps documents and answers requests."""

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request. Raises `search.errors.EngineUnavailable` when the engine cannot be asked."""

    def similar(self, document_id: str, request: SearchRequest, limit: int = 5) -> SearchResults:
        """Documents that share concepts with one; the document itself is left out."""

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
