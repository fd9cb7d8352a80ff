"""The engine on Elasticsearch: what is asked, when it is asked again otherwise, and what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from search.analysis.cleaning import clean
from search.analysis.segmentation import terms
from search.concepts.thesaurus import Thesaurus
from search.documents import Document, Schema
from search.elastic.client import Link, Missing
from search.elastic.fallback import Fallback, counting_body, fall_back, read_relaxations, relaxations_body
from search.elastic.index import Index
from search.elastic.lock import Clock, Lock
from search.elastic.query import ANY, Asked, bounded, page_body
from search.elastic.rebuilding import rebuild
from search.elastic.results import (
    read_counts,
    read_facets,
    read_hit,
    read_hits,
    read_matched,
    read_suggestion,
    read_total,
)  # fmt: skip
from search.elastic.words import beginning
from search.elastic.writing import Refresh, Writer
from search.engine import EngineStatus, SearchRequest
from search.errors import EngineUnavailable
from search.plan import Plan, PlannedTopic, make_plan
from search.results import Hit, SearchResults, Suggestion

_SUGGESTED = ("id", "stored.titles", "stored.source_language")
_BATCH, _VERSIONS = 500, 5000  # hits with all they carry, and without


class ElasticEngine:
    """`search.engine.SearchEngine` on Elasticsearch."""

    def __init__(
        self,
        schema: Schema,
        thesaurus: Thesaurus,
        link: Link,
        clock: Clock,
        prefix: str = "portal-",
        shards: int = 1,
        replicas: int = 0,
        refresh: Refresh = False,
    ) -> None:
        self.schema = schema
        self.thesaurus = thesaurus
        self.index = Index(link, schema, prefix, shards, replicas)
        self._link = link
        self._clock = clock
        self._locks = f"{prefix}locks"
        self._writer = Writer(self.index, refresh)

    # -- reading

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request. Raises `EngineUnavailable` when the cluster cannot be asked."""
        asked = self._plan(request)
        answer = self._ask(page_body(asked))
        if read_total(answer):
            return self._results(answer, Fallback(asked))
        return self._otherwise(answer, asked)

    def _otherwise(self, answer: dict[str, Any], asked: Asked) -> SearchResults:
        """Nothing was found: ask otherwise, or say what each constraint costs."""
        counts = read_counts(self._ask(counting_body(asked, self.thesaurus)))
        other = None if read_matched(answer) else fall_back(asked, counts, self.thesaurus)
        if other is None:
            return replace(self._results(answer, Fallback(asked)), suggestions=read_relaxations(asked, counts))
        page, *costs = self._ask_all(page_body(other.asked), *self._costs(other.asked))
        found = self._results(page, other)
        if found.total or not costs:
            return found
        return replace(found, suggestions=read_relaxations(other.asked, read_counts(costs[0])))

    def _costs(self, asked: Asked) -> list[dict[str, Any]]:
        """Only chosen facets can leave nothing of what a fallback is known to find."""
        return [relaxations_body(asked)] if asked.request.chosen else []

    def similar(self, document_id: str, request: SearchRequest, limit: int = 5) -> SearchResults:
        """Documents that share concepts with one, most and closest first."""
        topics = tuple(
            PlannedTopic(concept, "", self.thesaurus.descendants(concept))
            for concept in self._tags(document_id)
            if concept in self.thesaurus
        )
        if not topics:
            return SearchResults(0, (), {}, request.understanding)
        wider = SearchRequest(
            request.understanding, request.language, request.now, ranges=request.ranges, require=request.require,
            limit=limit, facets=(),
        )  # fmt: skip
        asked = Asked(self.schema, Plan(topics, (), ()), wider, ANY, document_id)
        return self._results(self._ask(page_body(asked)), Fallback(asked))

    def suggest(self, text: str, language: str, limit: int = 8) -> list[Suggestion]:
        """Documents whose title has a word beginning with what was typed."""
        text = clean(text)
        if not terms(text).exact:
            return []
        body = {
            "query": beginning(self.schema, text),
            "size": limit,
            "sort": [{"_score": "desc"}, {"id": "asc"}],
            "track_total_hits": False,
            "_source": list(_SUGGESTED),
        }
        return [read_suggestion(hit, language) for hit in self._ask(body)["hits"]["hits"]]

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """All hits of a request in order, however many, at one point in time: for exports. Nothing is relaxed."""
        asked = self._plan(replace(request, facets=()))
        body = page_body(replace(asked, request=replace(asked.request, offset=0, limit=_BATCH)))
        yield from (read_hit(hit, asked) for hit in self.index.read_all(body))

    def status(self) -> EngineStatus:
        """How the index stands."""
        return self.index.status()

    def versions(self) -> Iterator[tuple[str, int]]:
        """Every document that can be found, by its id and version: to compare with the database."""
        if self.index.serving():
            body = {"sort": [{"id": "asc"}], "size": _VERSIONS, "version": True, "_source": False}
            yield from ((hit["_id"], int(hit["_version"])) for hit in self.index.read_all(body))

    def _plan(self, request: SearchRequest) -> Asked:
        return Asked(self.schema, bounded(make_plan(request.understanding, self.thesaurus)), request)

    def _tags(self, document_id: str) -> list[str]:
        """The concepts a document's owner tagged it with; none if there is no such document."""
        try:
            with self._link.reading() as client:
                found = client.get(index=self.index.alias, id=document_id, source_includes=["evidence"])
        except Missing:
            return []
        return [concept for concept, source, *_ in found["_source"]["evidence"]["found"] if source == "tag"]

    def _results(self, answer: dict[str, Any], said: Fallback) -> SearchResults:
        asked = said.asked
        return SearchResults(
            read_total(answer),
            read_hits(answer, asked),
            read_facets(answer, asked),
            asked.request.understanding,
            said.relaxed,
            said.widened,
        )

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        with self._link.reading() as client:
            answer: dict[str, Any] = client.search(
                index=self.index.alias, body=body, allow_partial_search_results=False
            ).body
            return answer

    def _ask_all(self, *bodies: dict[str, Any]) -> list[dict[str, Any]]:
        """Several questions in one request."""
        if len(bodies) == 1:
            return [self._ask(bodies[0])]
        header = {"allow_partial_search_results": False}
        with self._link.reading() as client:
            lines = [line for body in bodies for line in (header, body)]
            answers: list[dict[str, Any]] = client.msearch(index=self.index.alias, searches=lines)["responses"]
        for answer in answers:
            if "error" in answer:
                raise EngineUnavailable(f"the search server refuses: {answer['error']}")
        return answers

    # -- writing

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace documents."""
        return self._writer.put(documents)

    def delete(self, ids: Iterable[str]) -> int:
        """Remove documents. A mapping id → version says at which version each was gone; a newer one then stays."""
        return self._writer.delete(ids)

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None] | None = None) -> int:
        """Replace the whole index. Raises `search.elastic.lock.Locked` while another process is at it."""
        lock = Lock(self._link, self._locks, self.index.alias, self._clock)
        return rebuild(self.index, lock, documents, progress)
