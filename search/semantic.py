"""Any engine with a model beside it: what it finds, and what is close in meaning, fused by reciprocal rank.

The server's own fusion is a paid feature; ours is Cormack, Clarke and Büttcher (2009): a document's value is the sum of
1 / (`scoring.FUSION` + rank) over the lists it is in. Where the engine finds few documents, close ones are added to
them; where it finds many, they only change the order of the first ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from search import scoring
from search.documents import Document
from search.embeddings import BATCH, Embedder
from search.engine import EngineStatus, Place, SearchEngine, SearchRequest, Stretch
from search.plan import PlannedTopic
from search.results import Hit, Reason, SearchResults, Suggestion

DEPTH = 100  # hits of the engine that are fused; pages beyond it are the engine's own
NEAR = 30  # documents close in meaning
CLOSE = 0.45  # cosine from which a document counts as close
MEANING = "meaning"


class SemanticEngine:
    """`search.engine.SearchEngine` with a model beside it."""

    def __init__(self, engine: SearchEngine, embedder: Embedder) -> None:
        self.engine = engine
        self.embedder = embedder

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request; by relevance, with what is close in meaning."""
        end = request.offset + request.limit
        if not _has_meaning(request) or end > DEPTH:
            return self.engine.search(request)
        found = self.engine.search(replace(request, offset=0, limit=DEPTH))
        near = self._near(request, found.hits, alone=found.total <= DEPTH)
        hits = fuse(found.hits, near)
        total = max(found.total, len(hits))
        suggestions = () if total else found.suggestions
        page = tuple(hits[request.offset : end])
        return replace(found, hits=page, total=total, suggestions=suggestions, by_meaning=bool(near))

    def walk(self, request: SearchRequest, place: Place | None = None) -> Stretch:
        """The engine's own hits in its own order: the model has a say in the first pages, and a walk is about all."""
        return self.engine.walk(request, place)

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """All hits as the pages have them."""
        hits = self.engine.scan(request)
        if not _has_meaning(request):
            yield from hits
            return
        head = list(islice(hits, DEPTH))
        more = list(islice(hits, 1))
        yield from fuse(head, self._near(request, head, alone=not more))
        yield from more
        yield from hits

    def _near(self, request: SearchRequest, found: Sequence[Hit], alone: bool) -> list[Hit]:
        """The close documents; unless those that were found are `alone`, only the ones among them."""
        vector = self.embedder.embed([request.understanding.text])[0]
        near = [hit for hit in self.engine.nearest(vector, request, NEAR) if hit.score >= CLOSE]
        known = {hit.id for hit in found}
        return near if alone else [hit for hit in near if hit.id in known]

    def nearest(self, vector: Sequence[float], request: SearchRequest, limit: int) -> list[Hit]:
        """The documents closest to a vector."""
        return self.engine.nearest(vector, request, limit)

    def similar(self, document_id: str, request: SearchRequest, limit: int = 5) -> SearchResults:
        """Documents that share concepts with one."""
        return self.engine.similar(document_id, request, limit)

    def about(self, topics: Sequence[PlannedTopic], request: SearchRequest, limit: int) -> SearchResults:
        """Documents that any of some topics reaches."""
        return self.engine.about(topics, request, limit)

    def suggest(self, text: str, language: str, limit: int = 8) -> list[Suggestion]:
        """Documents by the beginning of their title."""
        return self.engine.suggest(text, language, limit)

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace documents, each with its vector."""
        return self.engine.put(self._with_vectors(documents))

    def delete(self, ids: Iterable[str]) -> int:
        """Remove documents."""
        return self.engine.delete(ids)

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None] | None = None) -> int:
        """Replace the whole index."""
        return self.engine.rebuild(self._with_vectors(documents), progress)

    def status(self) -> EngineStatus:
        """How the index stands."""
        return self.engine.status()

    def versions(self) -> Iterator[tuple[str, int]]:
        """Every document with its version."""
        return self.engine.versions()

    def _with_vectors(self, documents: Iterable[Document]) -> Iterator[Document]:
        source = iter(documents)
        while batch := list(islice(source, BATCH)):
            vectors = self.embedder.embed([_text(document) for document in batch])
            for document, vector in zip(batch, vectors, strict=True):
                yield replace(document, vector=vector)


def _has_meaning(request: SearchRequest) -> bool:
    return request.sort == "relevance" and bool(request.understanding.text)


def fuse(found: Sequence[Hit], near: Sequence[Hit]) -> list[Hit]:
    """Both lists as one, by reciprocal rank; what is close in meaning says so."""
    values: dict[str, float] = defaultdict(float)
    for hits in (found, near):
        for rank, hit in enumerate(hits, 1):
            values[hit.id] += 1 / (scoring.FUSION + rank)
    close = {hit.id for hit in near}
    hits_by_id = {hit.id: hit for hit in (*near, *found)}  # the engine's own has reasons and parts
    order = sorted(values, key=lambda document_id: -values[document_id])  # stable: the engine's order among equals
    return [_marked(hits_by_id[one]) if one in close else hits_by_id[one] for one in order]


def _marked(hit: Hit) -> Hit:
    return replace(hit, reasons=(*hit.reasons, Reason(MEANING, "")))


def _text(document: Document) -> str:
    """What a document is about, in each of its languages: the first fields, which are the shortest."""
    return ". ".join(text for fields in document.texts.values() for text in list(fields.values())[:2] if text)
