"""Deep reading: in the order of the pages, without gaps or repeats, however deep and whatever is written meanwhile."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus
from search.elastic import walking
from search.elastic.client import Link
from search.elastic.engine import ElasticEngine
from search.embedded import engine as embedded_engine
from search.engine import WINDOW, SearchEngine, SearchRequest, Stretch
from search.errors import PlaceLost
from search.results import Hit
from tests.contract.test_elastic_parity import QUERIES, documents
from tests.contract.test_engine import DAY, NOW, ids, make

Ask = Callable[..., SearchRequest]
Change = Callable[[SearchEngine], Any]
DOCUMENTS = documents()
WITH_WORDS = ("harbour", "field harbour", "machine learning harbour", "harbour nowhere", "China ราชสีมา")


@pytest.fixture
def ask(labels: LabelIndex, thesaurus: Thesaurus) -> Ask:
    def request(query: str = "", **options: Any) -> SearchRequest:
        return SearchRequest(understand(query, "en", labels, thesaurus), "en", NOW, **options)

    return request


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (walking, embedded_engine):
        monkeypatch.setattr(module, "SCANNED", 7)


def walk(engine: SearchEngine, request: SearchRequest) -> Iterator[Stretch]:
    """All stretches; each place as it comes back from a client."""
    stretch = engine.walk(request)
    yield stretch
    while stretch.place is not None:
        stretch = engine.walk(request, json.loads(json.dumps(stretch.place)))
        yield stretch


def names(stretches: Iterator[Stretch]) -> list[str]:
    return [hit.id for stretch in stretches for hit in stretch.results.hits]


@pytest.mark.parametrize(("query", "options"), [*QUERIES, *((query, {}) for query in WITH_WORDS)])
def test_walks_and_scans_have_the_order_of_the_pages(
    engine: SearchEngine, ask: Ask, query: str, options: dict[str, Any]
) -> None:
    engine.rebuild(DOCUMENTS)
    request = ask(query, **{**options, "offset": 0, "limit": 120})
    page = engine.search(request)
    stretches = list(walk(engine, replace(request, limit=11)))
    assert names(iter(stretches)) == ids(page)
    assert tuple(hit for stretch in stretches for hit in stretch.results.hits) == page.hits
    assert list(engine.scan(request)) == list(page.hits)
    for stretch in stretches:
        found = stretch.results
        assert (found.total, found.relaxed, found.widened) == (page.total, page.relaxed, page.widened)
    assert stretches[0].results.facets == page.facets
    assert all(stretch.results.facets == {} for stretch in stretches[1:])
    assert stretches[0].results.suggestions == page.suggestions


def test_a_walk_that_ends_with_a_full_stretch_says_so(engine: SearchEngine, ask: Ask) -> None:
    engine.rebuild(make(f"d{number}") for number in range(6))
    assert [len(stretch.results.hits) for stretch in walk(engine, ask(limit=3))] == [3, 3]
    assert [len(stretch.results.hits) for stretch in walk(engine, ask(limit=6))] == [6]
    assert [len(stretch.results.hits) for stretch in walk(engine, ask("nowhere"))] == [0]


def test_a_page_lies_within_the_window_a_walk_does_not(engine: SearchEngine, ask: Ask) -> None:
    count = WINDOW + 25
    engine.rebuild(make(f"d{number:05}") for number in range(count))
    assert ids(engine.search(ask(offset=WINDOW - 5, limit=5))) == [f"d{n:05}" for n in range(WINDOW - 5, WINDOW)]
    beyond = engine.search(ask(offset=WINDOW - 5, limit=6))
    assert (beyond.total, beyond.hits) == (count, ())
    assert names(walk(engine, ask(limit=2000))) == [f"d{number:05}" for number in range(count)]


@pytest.mark.parametrize("sort", ["relevance", "deadline", "newest"])
@pytest.mark.parametrize("query", ["", "machine learning", "harbour", "harbour gamma"])
def test_what_is_written_during_a_scan_is_not_seen(engine: SearchEngine, ask: Ask, query: str, sort: str) -> None:
    engine.rebuild(DOCUMENTS)
    request = ask(query, sort=sort)
    before = [hit.id for hit in engine.scan(request)]
    hits = engine.scan(request)
    found = [next(hits).id]
    for change in _changes(before):
        change(engine)
        found.append(next(hits).id)
    engine.rebuild([make("all new")])
    if isinstance(engine, ElasticEngine):  # which removes the old index
        with pytest.raises(PlaceLost):
            list(hits)
        return
    assert found + [hit.id for hit in hits] == before


ORDERS = [
    (query, sort)
    for sort in ("relevance", "deadline", "newest")
    for query in ("", "machine learning", "harbour", "harbour gamma")
]


@pytest.mark.parametrize(("query", "sort"), ORDERS)
def test_a_walk_at_a_point_in_time_sees_nothing_of_what_is_written(
    elastic: ElasticEngine, ask: Ask, query: str, sort: str
) -> None:
    elastic.rebuild(DOCUMENTS)
    request = ask(query, sort=sort, limit=5)
    before = names(walk(elastic, request))
    assert _walked_while(elastic, request, _changes(before)) == before


@pytest.mark.parametrize(("query", "sort"), [one for one in ORDERS if one[1] != "relevance" or "harbour" not in one[0]])
def test_what_is_written_during_a_walk_repeats_and_hides_no_other(
    embedded: SearchEngine, ask: Ask, query: str, sort: str
) -> None:
    embedded.rebuild(DOCUMENTS)
    request = ask(query, sort=sort, limit=5)
    before = names(walk(embedded, request))
    changed = {"d001", "d070", before[4], before[-1]}
    found = _walked_while(embedded, request, _changes(before))
    assert [one for one in found if one in before and one not in changed] == [
        one for one in before if one not in changed
    ]


@pytest.mark.parametrize("query", ["harbour", "harbour gamma", "machine learning harbour"])
def test_words_that_are_worth_less_with_every_document_move_nothing_but_what_changed_places(
    embedded: SearchEngine, ask: Ask, query: str
) -> None:
    embedded.rebuild(DOCUMENTS)
    request = ask(query, limit=5)
    before = names(walk(embedded, request))
    changes = (
        lambda engine, number=number: engine.put([make(f"n{number}", title="harbour in Beihai")]) for number in range(9)
    )
    found = [one for one in _walked_while(embedded, request, iter(changes)) if one in before]
    after = [one for one in names(walk(embedded, request)) if one in before]
    moved = {one for one, other in zip(before, after, strict=True) if one != other}
    assert [one for one in found if one not in moved] == [one for one in before if one not in moved]
    assert 2 * len(moved) < len(before)


def _walked_while(engine: SearchEngine, request: SearchRequest, changes: Iterator[Change]) -> list[str]:
    """What a walk finds that has to do with a change between any two steps."""
    found = []
    for stretch in walk(engine, request):
        found.extend(ids(stretch.results))
        if change := next(changes, None):
            change(engine)
    return found


def _changes(known: list[str]) -> Iterator[Change]:
    """Writes of all sorts, to documents in front of a walk, behind it and right where it stands."""
    yield lambda engine: engine.put(
        make(f"n{number}", "learning", title="harbour gamma harbour", version=2) for number in range(30)
    )
    yield lambda engine: engine.delete([known[4], "d070"])
    yield lambda engine: engine.put([replace(make("d001", "learning", title="harbour"), version=9)])
    yield lambda engine: engine.put(
        [make(known[-1], "learning", version=9, numbers={"closes_at": NOW.timestamp() + DAY})]
    )


def test_a_walk_goes_on_in_the_way_it_began(engine: SearchEngine, ask: Ask) -> None:
    engine.rebuild(make(f"d{n}", "learning" if n % 2 else "farming") for n in range(8))
    request = ask("machine learning farming en", limit=3)
    first = engine.walk(request)
    assert first.results.relaxed
    engine.put([make("both", "learning", "farming")])
    found = ids(first.results) + names(_on(engine, request, first))
    assert set(found) >= {f"d{n}" for n in range(8)}


def _on(engine: SearchEngine, request: SearchRequest, stretch: Stretch) -> Iterator[Stretch]:
    while stretch.place is not None:
        stretch = engine.walk(request, stretch.place)
        yield stretch


def test_a_step_can_be_taken_again(engine: SearchEngine, ask: Ask) -> None:
    """An answer that was lost on the way is asked for once more."""
    engine.rebuild(DOCUMENTS)
    request = ask(limit=10)
    first = engine.walk(request)
    assert engine.walk(request, first.place).results == engine.walk(request, first.place).results


def test_memory_stays_flat_however_much_is_read(
    engine: SearchEngine, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (walking, embedded_engine):
        monkeypatch.setattr(module, "SCANNED", 50)
    carried = "x" * 20_000
    engine.rebuild(replace(make(f"d{number:04}"), stored={"n": number, "much": carried}) for number in range(1500))
    next(engine.scan(ask()))
    tracemalloc.start()
    try:
        count = sum(1 for _hit in engine.scan(ask()))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 1500
    assert peak < 8_000_000  # all of it would be 30


def test_a_scan_that_is_given_up_leaves_nothing_open(elastic: ElasticEngine, link: Link, ask: Ask) -> None:
    elastic.rebuild(DOCUMENTS)
    before = _open_contexts(link)
    hits = elastic.scan(ask())
    assert isinstance(next(hits), Hit)
    assert _open_contexts(link) == before + 1
    hits.close()  # type: ignore[attr-defined]
    assert _open_contexts(link) == before


def test_walks_that_are_begun_and_left_share_one_point_in_time(elastic: ElasticEngine, link: Link, ask: Ask) -> None:
    elastic.rebuild(DOCUMENTS)
    before = _open_contexts(link)
    for number in range(20):
        elastic.walk(ask(limit=number + 1))
    assert _open_contexts(link) == before + 1


def _open_contexts(link: Link) -> int:
    with link.reading() as client:
        nodes = client.nodes.stats(metric="indices", index_metric="search")["nodes"]
    return sum(int(node["indices"]["search"]["open_contexts"]) for node in nodes.values())


def test_a_place_is_lost_with_its_index_and_a_new_walk_begins(elastic: ElasticEngine, ask: Ask) -> None:
    elastic.rebuild(DOCUMENTS)
    request = ask(limit=10)
    place = elastic.walk(request).place
    elastic.rebuild([make("new")])
    with pytest.raises(PlaceLost):
        elastic.walk(request, place)
    assert ids(elastic.walk(request).results) == ["new"]


def test_sharded_indices_are_walked_in_order_too(elastic: ElasticEngine, link: Link, ask: Ask) -> None:
    elastic.index._shards = 3
    elastic.rebuild(DOCUMENTS)
    for request in (ask(limit=7), ask("machine learning", limit=7), ask(sort="newest", limit=7)):
        assert names(walk(elastic, request)) == ids(elastic.search(replace(request, limit=200)))
