"""A real language model beside each engine: what is close in meaning comes in, facts still hold, and results say so."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus
from search.elastic.client import Link
from search.elastic.engine import ElasticEngine
from search.embedded.engine import EmbeddedEngine
from search.embeddings import ModelMissing, OnnxEmbedder
from search.engine import SearchEngine, SearchRequest
from search.results import Hit, SearchResults
from search.semantic import SemanticEngine, fuse
from tests.contract.conftest import ENGINES, SCHEMA, system_clock
from tests.contract.test_engine import NOW, make
from tests.models.minilm import write_model

LISTINGS = [
    make("cars", title="Maintenance of electric cars", country=["CN"]),
    make("rice", title="Growing rice in wet fields", country=["VN"]),
    make("ships", title="Loading ships in a harbour", country=["CN"]),
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> OnnxEmbedder:
    return OnnxEmbedder(write_model(tmp_path_factory.mktemp("minilm")))


@pytest.fixture(params=ENGINES)
def inner(
    request: pytest.FixtureRequest, model: OnnxEmbedder, thesaurus: Thesaurus, tmp_path: Path
) -> Iterator[SearchEngine]:
    schema = replace(SCHEMA, dimensions=model.dimensions)
    if request.param == "embedded":
        path = tmp_path / "index.sqlite3"
        yield EmbeddedEngine(schema, thesaurus, lambda: sqlite3.connect(path, isolation_level=None))
        return
    link: Link = request.getfixturevalue("link")
    prefix = f"test-{uuid.uuid4().hex[:12]}-"
    yield ElasticEngine(schema, thesaurus, link, system_clock, prefix, refresh=True)
    with link.writing() as client:
        client.indices.delete(index=list(client.indices.get(index=f"{prefix}*", features=["aliases"])))


@pytest.fixture
def engine(inner: SearchEngine, model: OnnxEmbedder) -> SemanticEngine:
    made = SemanticEngine(inner, model)
    made.rebuild(LISTINGS)
    return made


def ask(engine: SearchEngine, query: str, labels: LabelIndex, thesaurus: Thesaurus, **options: object) -> SearchResults:
    return engine.search(SearchRequest(understand(query, "en", labels, thesaurus), "en", NOW, **options))  # type: ignore[arg-type]


def test_what_no_word_finds_is_found_by_its_meaning(
    engine: SemanticEngine, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    assert ask(engine.engine, "car repair", labels, thesaurus).total == 0
    found = ask(engine, "car repair", labels, thesaurus)
    assert [hit.id for hit in found.hits] == ["cars"]
    assert (found.total, found.by_meaning) == (1, True)
    assert [reason.kind for reason in found.hits[0].reasons] == ["meaning"]


def test_an_export_has_what_the_pages_have(engine: SemanticEngine, labels: LabelIndex, thesaurus: Thesaurus) -> None:
    for query in ("car repair", "harbour", ""):
        page = ask(engine, query, labels, thesaurus)
        request = SearchRequest(understand(query, "en", labels, thesaurus), "en", NOW)
        assert list(engine.scan(request)) == list(page.hits)
        assert {hit.id for hit in engine.walk(request).results.hits} <= {hit.id for hit in page.hits}


def test_facts_hold_for_what_is_close(engine: SemanticEngine, labels: LabelIndex, thesaurus: Thesaurus) -> None:
    assert ask(engine, "car repair", labels, thesaurus, chosen={"country": ("VN",)}).total == 0
    assert ask(engine, "car repair", labels, thesaurus, require={"country": ("VN",)}).total == 0
    assert ask(engine, "car repair China", labels, thesaurus).hits[0].id == "cars"
    assert ask(engine, "car repair", labels, thesaurus, exclude={"country": ("CN",)}).total == 0


def test_the_engines_own_hits_keep_their_reasons(
    engine: SemanticEngine, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    hit = ask(engine, "harbour ships", labels, thesaurus).hits[0]
    assert hit.id == "ships"
    assert {reason.kind for reason in hit.reasons} == {"word", "meaning"}
    assert hit.parts


def test_other_orders_and_empty_queries_are_the_engines_own(
    engine: SemanticEngine, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    assert not ask(engine, "", labels, thesaurus).by_meaning
    assert ask(engine, "car repair", labels, thesaurus, sort="newest").total == 0


def test_changed_and_removed_documents_are_forgotten(
    engine: SemanticEngine, labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    engine.put([make("cars", title="Weather balloons", version=2)])
    assert ask(engine, "car repair", labels, thesaurus).total == 0
    engine.put([make("cars", title="Repair of automobiles", version=3)])
    assert ask(engine, "car repair", labels, thesaurus).total == 1
    engine.delete(["cars"])
    assert ask(engine, "car repair", labels, thesaurus).total == 0


def test_an_engine_without_vectors_has_no_neighbours(embedded: SearchEngine, labels: LabelIndex) -> None:
    embedded.rebuild(LISTINGS)
    request = SearchRequest(understand("cars", "en", labels, Thesaurus([], ("en",))), "en", NOW)
    assert embedded.nearest((1.0, 0.0), request, 3) == []


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"needs model\.onnx and tokenizer\.json"):
        OnnxEmbedder(tmp_path)


IDS = st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8)


@given(IDS, IDS)
def test_fusion_keeps_all_and_whoever_leads_both_leads(found: list[str], near: list[str]) -> None:
    hits = [[Hit(one, 1.0, {}) for one in ids] for ids in (found, near)]
    fused = [hit.id for hit in fuse(*hits)]
    assert sorted(fused) == sorted({*found, *near})
    if found and near and found[0] == near[0]:
        assert fused[0] == found[0]
    if not near:
        assert fused == found
