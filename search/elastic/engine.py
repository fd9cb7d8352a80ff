"""The engine on Elasticsearch: what is asked, when it is asked again otherwise, and what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from search.analysis.cleaning import clean
from search.analysis.segmentation import terms
from search.concepts.thesaurus import Thesaurus
from search.documents import Document, Schema
from search.elastic.answering import Answer, answer, ask_page
from search.elastic.asking import Held, Moment, Moments, Present
from search.elastic.client import Link, Missing
from search.elastic.fallback import Fallback
from search.elastic.index import Index
from search.elastic.lock import Clock, Lock
from search.elastic.query import ANY, Asked, bounded, nearest_body
from search.elastic.rebuilding import rebuild
from search.elastic.results import read_suggestion
from search.elastic.walking import begin, go_on, read_all, scan
from search.elastic.words import beginning
from search.elastic.writing import Refresh, Writer
from search.engine import EngineStatus, Place, SearchRequest, Stretch
from search.plan import Plan, PlannedTopic, make_plan
from search.results import Hit, SearchResults, Suggestion

_SUGGESTED = ("id", "stored.titles", "stored.source_language")
_VERSIONS = 5000  # hits read at once, without what they carry


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
        self._held = Held(schema)
        self._present = Present(link, self.index.alias, self._held)
        self._moments = Moments(link, self.index.alias, self._held)
        self._writer = Writer(self.index, refresh)

    # -- reading

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request. Raises `EngineUnavailable` when the cluster cannot be asked."""
        return answer(self._present, self._plan(request), self.thesaurus).results()

    def walk(self, request: SearchRequest, place: Place | None = None) -> Stretch:
        """Some hits, from the beginning or after a place, all as they were at one point in time."""
        if place is None:
            return begin(self._moments, self._plan(request), self.thesaurus)
        return go_on(Moment(self._link, place["moment"], self._held), self._plan(request), place, self.thesaurus)

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """All hits of a request in order, however many, at one point in time."""
        return scan(self._moments, self._plan(request), self.thesaurus)

    def similar(self, document_id: str, request: SearchRequest, limit: int = 5) -> SearchResults:
        """Documents that share concepts with one, most and closest first."""
        topics = [
            PlannedTopic(concept, "", self.thesaurus.descendants(concept))
            for concept in self._tags(document_id)
            if concept in self.thesaurus
        ]
        return self._about(topics, replace(request, chosen={}), limit, document_id)

    def about(self, topics: Sequence[PlannedTopic], request: SearchRequest, limit: int) -> SearchResults:
        """Documents that any of some topics reaches, most and closest first."""
        return self._about(topics, request, limit)

    def _about(
        self, topics: Sequence[PlannedTopic], request: SearchRequest, limit: int, excluded: str | None = None
    ) -> SearchResults:
        if not topics:
            return SearchResults(0, (), {}, request.understanding)
        wider = replace(request, sort="relevance", offset=0, limit=limit, facets=())
        asked = Asked(self.schema, Plan(tuple(topics), (), ()), wider, ANY, excluded)
        return Answer(ask_page(self._present, asked), Fallback(asked)).results()

    def nearest(self, vector: Sequence[float], request: SearchRequest, limit: int) -> list[Hit]:
        """The documents closest to a vector."""
        if not self.schema.dimensions:
            return []
        (answer,) = self._present.ask(nearest_body(self._plan(request), vector, limit))
        # The server's score is (1 + cosine) / 2, so that none is negative.
        found = answer["hits"]["hits"]
        return [Hit(hit["_source"]["id"], 2 * hit["_score"] - 1, hit["_source"]["stored"]) for hit in found]

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
        return [read_suggestion(hit, language) for hit in self._present.ask(body)[0]["hits"]["hits"]]

    def status(self) -> EngineStatus:
        """How the index stands."""
        return self.index.status()

    def versions(self) -> Iterator[tuple[str, int]]:
        """Every document that can be found, by its id and version: to compare with the database."""
        if self.index.serving():
            self.index.refresh()
            body = {"sort": [{"id": "asc"}], "size": _VERSIONS, "version": True, "_source": False}
            yield from ((hit["_id"], int(hit["_version"])) for hit in read_all(self._moments, body))

    def _plan(self, request: SearchRequest) -> Asked:
        return Asked(self.schema, bounded(make_plan(request.understanding, self.thesaurus)), request)

    def _tags(self, document_id: str) -> list[str]:
        """The concepts a document's owner tagged it with; none if there is no such document."""
        body = {"query": {"term": {"id": document_id}}, "size": 1, "_source": ["evidence"], "track_total_hits": False}
        try:
            hits = self._present.ask(body)[0]["hits"]["hits"]
        except Missing:
            return []
        return [
            concept for hit in hits for concept, source, *_ in hit["_source"]["evidence"]["found"] if source == "tag"
        ]

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
