"""What a schema requires of documents cannot be left out: every way of asking is tried, with whatever a request may
hold, by somebody who wants to see the document that lacks it."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import NOTHING, Span, Topic, Understanding
from search.documents import Document, Field, Role
from search.elastic.client import Link
from search.elastic.engine import ElasticEngine
from search.embedded.engine import EmbeddedEngine
from search.engine import SORTS, SearchEngine, SearchRequest
from search.plan import PlannedTopic
from search.results import SearchResults
from tests.contract.conftest import ENGINES, SCHEMA, system_clock
from tests.contract.test_engine import NOW, make

REQUIRED = replace(
    SCHEMA, name="guarded", fields=(*SCHEMA.fields, Field("consent", Role.FILTER)), dimensions=2,
    required=(("consent", "given"),),
)  # fmt: skip
HIDDEN = ("asked", "never")
EVERYTHING = SearchRequest(NOTHING, "en", NOW)
TOPICS = [PlannedTopic("learning", "", {"learning": 0, "vision": 1, "intelligence": 1})]


def person(name: str, *consent: str, country: str = "VN") -> Document:
    """Somebody with everything that a question could be about."""
    made = make(name, "learning", "vision", title=f"harbour {name}", summary="robots", country=[country], kind=["x"])
    return replace(made, facets={**made.facets, "consent": consent}, vector=(1.0, 0.0))


PEOPLE = [
    person("open", "given"),
    person("both", "asked", "given"),
    person("asked", "asked", country="LA"),
    person("never"),
]


@pytest.fixture
def guarded(request: pytest.FixtureRequest, thesaurus: Thesaurus, tmp_path: Path) -> Iterator[SearchEngine]:
    if request.param == "embedded":
        path = tmp_path / "index.sqlite3"
        yield EmbeddedEngine(REQUIRED, thesaurus, lambda: sqlite3.connect(path, isolation_level=None))
        return
    link: Link = request.getfixturevalue("link")
    prefix = f"test-{uuid.uuid4().hex[:12]}-"
    yield ElasticEngine(REQUIRED, thesaurus, link, system_clock, prefix, refresh=True)
    with link.writing() as client:
        client.indices.delete(index=list(client.indices.get(index=f"{prefix}*", features=["aliases"])))


@pytest.fixture
def engine(guarded: SearchEngine) -> SearchEngine:
    guarded.rebuild(PEOPLE[:2])
    guarded.put(PEOPLE[2:])
    return guarded


def of(results: SearchResults) -> list[str]:
    assert results.total <= 2
    assert all(value.count <= 2 for values in results.facets.values() for value in values)
    assert not any(value.value == "LA" and value.count for value in results.facets.get("country", ()))
    assert all(relaxation.count <= 2 for relaxation in results.suggestions)
    return [hit.id for hit in results.hits]


def walked(engine: SearchEngine, request: SearchRequest) -> list[str]:
    found, place = [], None
    while True:
        stretch = engine.walk(replace(request, limit=1), place)
        found += [hit.id for hit in stretch.results.hits]
        if (place := stretch.place) is None:
            return found


# Every method of the protocol that reads; those that write stand below.
WAYS: dict[str, Callable[[SearchEngine, SearchRequest], list[str]]] = {
    "search": lambda engine, request: of(engine.search(request)),
    "walk": walked,
    "scan": lambda engine, request: [hit.id for hit in engine.scan(request)],
    "similar": lambda engine, request: [one for name in ("open", *HIDDEN) for one in of(engine.similar(name, request))],
    "about": lambda engine, request: of(engine.about(TOPICS, request, 10)),
    "nearest": lambda engine, request: [hit.id for hit in engine.nearest((1.0, 0.0), request, 10)],
    "suggest": lambda engine, _request: [one.id for one in engine.suggest("harb", "en")],
    "versions": lambda engine, _request: [name for name, _version in engine.versions()],
    "status": lambda engine, _request: ["open"] * engine.status().documents,
}
WRITING = {"put", "delete", "rebuild"}


def test_every_method_is_tried() -> None:
    methods = {name for name in vars(SearchEngine) if not name.startswith("_")}
    assert methods == WAYS.keys() | WRITING


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("guarded", ENGINES, indirect=True)
def test_every_way_finds_those_who_agreed_and_nobody_else(engine: SearchEngine, way: str) -> None:
    found = WAYS[way](engine, EVERYTHING)
    assert found
    assert set(found) <= {"open", "both"}
    assert way != "status" or len(found) == 2


@pytest.mark.parametrize("guarded", ENGINES, indirect=True)
def test_nothing_is_similar_to_somebody_hidden(engine: SearchEngine) -> None:
    assert of(engine.similar("open", EVERYTHING)) == ["both"]
    assert [of(engine.similar(name, EVERYTHING)) for name in HIDDEN] == [[], []]


def _requests(labels: LabelIndex, thesaurus: Thesaurus) -> st.SearchStrategy[SearchRequest]:
    codes = st.lists(st.sampled_from(["given", "asked", "never", "", "LA", "VN", "x"]), max_size=3).map(tuple)
    facts = st.dictionaries(st.sampled_from(["consent", "country", "kind"]), codes.filter(bool), max_size=3)
    queries = st.sampled_from(
        [
            "",
            "harbour asked",
            "machine learning",
            '"harbour never"',
            "robots vision farming",
            "China learning",
            "learning",
        ]
    ).map(lambda text: understand(text, "en", labels, thesaurus))
    topics = st.sampled_from(["learning", "intelligence", "farming", "nothing"]).map(
        lambda name: Understanding(name, (Topic(name, Span(0, len(name), name)),))
    )
    bounds = st.sampled_from([{}, {"posted_at": (None, None)}, {"posted_at": (NOW.timestamp(), None)}])
    options: dict[str, st.SearchStrategy[Any]] = {
        "chosen": facts, "require": facts, "ranges": bounds, "sort": st.sampled_from(SORTS),
        "limit": st.sampled_from([1, 10, 10_000]), "offset": st.sampled_from([0, 1]),
        "facets": st.sampled_from([None, (), ("country",)]),
    }  # fmt: skip
    return st.builds(
        lambda understood, **rest: SearchRequest(understood, "en", NOW, **rest), st.one_of(queries, topics), **options
    )


@pytest.mark.parametrize("guarded", ENGINES, indirect=True)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_request_gets_around_it(
    engine: SearchEngine, labels: LabelIndex, thesaurus: Thesaurus, data: st.DataObject
) -> None:
    request = data.draw(_requests(labels, thesaurus))
    way = data.draw(st.sampled_from(sorted(WAYS)))
    assert not set(WAYS[way](engine, request)) & set(HIDDEN), (way, request)


@pytest.mark.parametrize("guarded", ENGINES, indirect=True)
def test_who_withdraws_is_gone_and_who_agrees_is_there(engine: SearchEngine) -> None:
    engine.put([replace(person("open"), version=2), replace(person("never", "given"), version=2)])
    assert sorted(of(engine.search(EVERYTHING))) == ["both", "never"]
    assert dict(engine.versions()) == {"both": 1, "never": 2}


def test_what_is_required_is_part_of_the_shape() -> None:
    assert REQUIRED.digest() != replace(REQUIRED, required=()).digest()
