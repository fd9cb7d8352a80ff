"""The search is judged as `portal search evaluate` judges it: floors hold in every language."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from portal.demo.judging import JUDGEMENTS, below_floors, engines_apart, judge
from portal.indexing.service import rebuild
from portal.locales import TAGS
from portal.settings import Settings
from portal.site import Site
from search.evaluate import CARELESS, REPORT, TUNE, Measure, Need, grade, ndcg, overlap, read_needs
from tests.moments import fixed_clock


@pytest.fixture(scope="module")
def measures(demo_folder: Path) -> list[Measure]:
    site = Site.open(Settings(data_dir=str(demo_folder)), fixed_clock)
    found = judge(site)
    site.close()
    return found


@pytest.fixture(scope="module")
def elastic_measures(demo_folder: Path, elasticsearch_url: str) -> Iterator[list[Measure]]:
    """The same listings and needs on a real Elasticsearch."""
    prefix = f"quality-{uuid.uuid4().hex[:12]}-"
    settings = Settings(
        data_dir=str(demo_folder), elasticsearch_url=elasticsearch_url, elasticsearch_prefix=prefix,
        elasticsearch_timeout="30",
    )  # fmt: skip
    site = Site.open(settings, fixed_clock)
    rebuild(site)
    yield judge(site)
    site.close()
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.delete(index=list(client.indices.get(index=f"{prefix}*", features=["aliases"])))


def test_there_are_enough_needs_in_every_language() -> None:
    needs = read_needs(JUDGEMENTS)
    assert len(needs) >= 120
    assert {half: sum(need.half == half for need in needs) for half in (TUNE, REPORT)}[REPORT] >= 60
    assert all(set(need.phrases) == set(need.careless) == set(TAGS) for need in needs)


def test_quality_is_above_the_floors_in_every_language(measures: list[Measure]) -> None:
    assert below_floors(measures) == []


def test_both_engines_answer_alike(measures: list[Measure], elastic_measures: list[Measure]) -> None:
    assert below_floors(elastic_measures) == []
    assert engines_apart(elastic_measures, measures) == []


def test_engines_that_differ_are_noticed(measures: list[Measure]) -> None:
    worse = [replace(m, ndcg=m.ndcg - 0.03) if m.language == "km" else m for m in measures]
    assert [line.partition(":")[0] for line in engines_apart(measures, worse)] == ["km, careful", "km, careless"]


def test_floors_are_noticed_when_they_are_missed(measures: list[Measure]) -> None:
    worse = [replace(m, ndcg=m.ndcg * 0.5) for m in measures]
    assert len(below_floors(worse)) == len(TAGS)
    careless = [replace(m, ndcg=m.ndcg * 0.5) if m.style == CARELESS else m for m in measures]
    assert len(below_floors(careless)) == len(TAGS)


def test_ndcg_of_known_rankings() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    assert ndcg(["a", "b", "c"], grades) == pytest.approx(1.0)
    assert ndcg([], grades) == 0.0
    # (1/1 + 3/log2(3) + 7/2) / (7/1 + 3/log2(3) + 1/2), computed by hand
    assert ndcg(["c", "b", "a"], grades) == pytest.approx(0.680607, abs=1e-5)


def test_overlap_counts_the_shared_share() -> None:
    assert overlap(["a", "b"], ["b", "c"]) == 0.5
    assert overlap([], []) == 1.0


def test_a_grade_needs_every_fact_and_every_concept(measures: list[Measure]) -> None:
    from portal.vocabulary.thesaurus import load_thesaurus
    from search.documents import Document, Evidence

    document = Document(
        "x",
        1,
        {},
        (Evidence("computer-vision", "tag"), Evidence("machine-learning", "title")),
        {"country": ("CN",)},
        {},
    )

    def graded(*concepts: str, **facts: tuple[str, ...]) -> int:
        return grade(document, Need("n", concepts, facts, {}), load_thesaurus())

    assert graded("computer-vision", country=("CN", "VN")) == 3
    assert graded("artificial-intelligence") == 2
    assert graded("machine-learning") == 0  # named in the title, but not tagged: the judge trusts tags alone
    assert graded("computer-vision", country=("VN",)) == 0
    assert graded(country=("CN",)) == 1
