"""What must not be found is found in no way: by words, topics, walks, neighbours, counts or what could be dropped."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus
from search.documents import Document
from search.engine import SearchEngine, SearchRequest
from tests.contract.test_elastic_parity import QUERIES, documents
from tests.contract.test_engine import NOW, ids, make

Ask = Callable[..., SearchRequest]
RULES = ("r0", "r1", "r2", "r3")


def ruled(document: Document, *rules: str) -> Document:
    return replace(document, facets={**document.facets, "rule": rules})


def many() -> list[Document]:
    chance = random.Random(3)  # noqa: S311 - the same documents each time
    return [ruled(one, *chance.sample(RULES, chance.randint(0, 2))) for one in documents()]


@pytest.fixture
def ask(labels: LabelIndex, thesaurus: Thesaurus) -> Ask:
    def request(query: str = "", **options: Any) -> SearchRequest:
        return SearchRequest(understand(query, "en", labels, thesaurus), "en", NOW, **options)

    return request


@pytest.mark.parametrize("exclude", [("r0",), ("r1", "r3"), ("nobody has it",), ()])
def test_a_search_is_as_if_the_excluded_were_not_there(
    engine: SearchEngine, ask: Ask, exclude: tuple[str, ...]
) -> None:
    everything = many()
    engine.rebuild(one for one in everything if not set(one.facets["rule"]).intersection(exclude))
    requests = [ask(query, **options) for query, options in QUERIES]
    expected = [(engine.search(request), list(engine.scan(request))) for request in requests]
    engine.rebuild(everything)
    for request, (results, hits) in zip(requests, expected, strict=True):
        without = replace(request, exclude={"rule": exclude})
        assert engine.search(without) == results, request
        assert list(engine.scan(without)) == hits, request
        assert list(engine.walk(replace(without, limit=500)).results.hits) == hits, request


def test_what_could_be_dropped_is_counted_without_the_excluded(engine: SearchEngine, ask: Ask) -> None:
    engine.put(
        [
            ruled(make("a", "learning", country=["CN"]), "r0"),
            ruled(make("b", "learning", country=["CN"]), "r1"),
            make("c", "farming", country=["VN"]),
        ]
    )
    results = engine.search(ask("farming en China", exclude={"rule": ("r0",)}))
    assert results.total == 0
    assert {(one.kind, one.count) for one in results.suggestions} == {("topic", 1), ("filter", 1)}
    chosen = engine.search(ask("machine learning", chosen={"country": ("VN",)}, exclude={"rule": ("r0", "r1")}))
    assert (chosen.total, chosen.suggestions) == (0, ())


def test_no_wider_or_looser_way_finds_the_excluded(engine: SearchEngine, ask: Ask) -> None:
    engine.put([ruled(make("a", "learning", title="alpha"), "r0"), make("b", "learning", title="gamma")])
    for query, found in (("vision en", ["b"]), ("alpha beta", []), ("alpha gamma", ["b"])):
        assert ids(engine.search(ask(query, exclude={"rule": ("r0",)}))) == found, query


def test_several_fields_exclude_each_for_itself(engine: SearchEngine, ask: Ask) -> None:
    engine.put([make("a", country=["CN"]), make("b", kind=["x"]), ruled(make("c"), "r0"), make("d", country=["VN"])])
    excluded = {"country": ("CN",), "kind": ("x",), "rule": ("r0", "r1")}
    assert ids(engine.search(ask(exclude=excluded))) == ["d"]


def test_similar_documents_are_not_among_the_excluded(engine: SearchEngine, ask: Ask) -> None:
    engine.put([make("a", "learning"), ruled(make("b", "vision"), "r0"), ruled(make("c", "vision"), "r1")])
    results = engine.similar("a", ask(exclude={"rule": ("r0",)}))
    assert (ids(results), results.total) == (["c"], 1)
