"""Elasticsearch: a search of ours against the same JSON body sent raw; a rebuild against `parallel_bulk` of ready-made
documents; and how both grow.

A server of its own is started (see tests/servers) and ended. The first sizes are small enough for a suite; a million
listings are measured by hand: `python -m tests.benchmarks growth`.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from elasticsearch.helpers import parallel_bulk
from tqdm import tqdm

from portal.core.clock import system_clock
from portal.listings.document import SCHEMA, open_ranges
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.elastic.body import to_body
from search.elastic.client import Address, Link
from search.elastic.engine import ElasticEngine
from search.elastic.query import Asked, page_bodies
from search.elastic.rebuilding import THREADS
from search.elastic.writing import BATCH
from search.engine import SearchRequest
from search.plan import make_plan
from tests.benchmarks.corpus import documents
from tests.benchmarks.engine import QUERIES
from tests.benchmarks.pairs import Pair, compare, show
from tests.moments import NOW
from tests.servers import elasticsearch
from tests.servers.elasticsearch import ElasticsearchServer

PATIENT = 60.0


def run(count: int = 100_000) -> None:
    """Print the tables at one size, and the growth from a tenth of it."""
    _grow((count // 10, count), bare=True)


def run_growth(count: int = 1_000_000) -> None:
    """Print how the median search grows from 10,000 listings to very many. Takes about half an hour."""
    _grow((10_000, count), bare=False)


def _grow(sizes: tuple[int, ...], bare: bool) -> None:
    with _server() as url:
        labels = LabelIndex(load_thesaurus().concepts.values())
        medians = {}
        for size in sizes:
            engine = _engine(url, size)
            rate = _rebuild(engine, size)
            if bare and size == sizes[-1]:  # once more: the server is as warm for ours as for the other
                plain = _plain_bulk(engine, size)
                rate = _rebuild(engine, size)
                print(f"rebuild {size}: {rate:.0f} listings/s; parallel_bulk of ready-made documents {plain:.0f}/s;")
                print(f"  ratio {rate / plain:.2f} (target ≥ 0.6)")
            else:
                print(f"rebuild {size}: {rate:.0f} listings/s")
            pairs = list(_searches(engine, labels))
            show(f"search of ours against the same body sent raw, {size} listings", pairs, "≤ 1.25")
            medians[size] = statistics.median(pair.ours for pair in pairs)
            engine.index.discard(engine.index.names()[0])
        first, last = (medians[size] for size in (sizes[0], sizes[-1]))
        print(f"\nmedian search {first:.1f} ms at {sizes[0]}, {last:.1f} ms at {sizes[-1]}: ratio {last / first:.2f}")
        print(f"  (target ≤ 2.5 from 10,000 to 1,000,000; {os.cpu_count()} cores, heap {elasticsearch.HEAP})")


@contextmanager
def _server() -> Iterator[str]:
    elasticsearch.HEAP = os.environ.get("BENCHMARK_HEAP", "2g")
    server = ElasticsearchServer.create()
    try:
        server.start()
        yield server.url
    finally:
        server.close()


def _engine(url: str, size: int) -> ElasticEngine:
    link = Link(Address(url, timeout=PATIENT))
    return ElasticEngine(SCHEMA, load_thesaurus(), link, system_clock, f"bench-{size}-")


def _rebuild(engine: ElasticEngine, size: int) -> float:
    """Listings a second, made by this process as they go."""
    corpus = documents(size) if size > 200_000 else list(documents(size))
    with tqdm(total=size, disable=None) as bar:
        start = time.perf_counter()
        engine.rebuild(iter(corpus), bar.update)
        return size / (time.perf_counter() - start)


def _plain_bulk(engine: ElasticEngine, size: int) -> float:
    """The same bodies, ready-made, into an index of the same mapping."""
    bodies = [{"_id": document.id, **to_body(document)} for document in documents(size)]
    name = engine.index.begin()
    with engine.index.link.writing() as client:
        start = time.perf_counter()
        actions = parallel_bulk(client, bodies, thread_count=THREADS, chunk_size=BATCH, index=name)
        assert all(done for done, _answer in actions)
        rate = size / (time.perf_counter() - start)
    engine.index.discard(name)
    return rate


def _searches(engine: ElasticEngine, labels: LabelIndex) -> Iterator[Pair]:
    for language, query in QUERIES:
        yield compare(
            f"{language} {query}", _ours(engine, labels, language, query), _raw(engine, labels, language, query)
        )


def _ours(engine: ElasticEngine, labels: LabelIndex, language: str, query: str) -> Callable[[], object]:
    def search() -> object:
        understanding = understand(query, language, labels, load_thesaurus(), NOW.date())
        return engine.search(SearchRequest(understanding, language, NOW, ranges=open_ranges(NOW)))

    return search


def _raw(engine: ElasticEngine, labels: LabelIndex, language: str, query: str) -> Callable[[], object]:
    understanding = understand(query, language, labels, load_thesaurus(), NOW.date())
    request = SearchRequest(understanding, language, NOW, ranges=open_ranges(NOW))
    bodies = page_bodies(Asked(SCHEMA, make_plan(understanding, load_thesaurus()), request))
    searches = [line for body in bodies for line in ({"allow_partial_search_results": False}, body)]

    def search() -> object:
        with engine.index.link.reading() as client:
            return client.msearch(index=engine.index.alias, searches=searches).body

    return search
