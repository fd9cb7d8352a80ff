"""Listings are ranked for people as `portal matching evaluate` judges it: the floor holds in every language, and nobody
is shown what they may not apply for."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from portal.indexing.service import rebuild
from portal.locales import TAGS
from portal.matching.judging import Judged, Ranked, below_floor, grade, judge, read_people
from portal.settings import Settings
from portal.site import Site
from portal.vocabulary.thesaurus import load_thesaurus
from search.documents import Document
from search.evaluate import REPORT, TUNE
from tests.moments import fixed_clock


@pytest.fixture(scope="module")
def site(demo_folder: Path) -> Iterator[Site]:
    opened = Site.open(Settings(data_dir=str(demo_folder)), fixed_clock)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def people(site: Site) -> list[Judged]:
    return list(read_people(site))


@pytest.fixture(scope="module")
def ranked(site: Site) -> list[Ranked]:
    return judge(site)


@pytest.fixture(scope="module")
def elastic_ranked(demo_folder: Path, elasticsearch_url: str) -> Iterator[list[Ranked]]:
    prefix = f"matching-{uuid.uuid4().hex[:12]}-"
    settings = Settings(
        data_dir=str(demo_folder), elasticsearch_url=elasticsearch_url, elasticsearch_prefix=prefix,
        elasticsearch_timeout="30",
    )  # fmt: skip
    opened = Site.open(settings, fixed_clock)
    rebuild(opened)
    yield judge(opened)
    opened.close()
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.delete(index=list(client.indices.get(index=f"{prefix}*", features=["aliases"])))


def test_there_are_enough_people_in_every_language(people: list[Judged]) -> None:
    assert len(people) >= 100
    for language in TAGS:
        halves = [one.half for one in people if one.language == language]
        assert min(halves.count(TUNE), halves.count(REPORT)) >= 5


def test_topics_are_proposed_from_what_people_write(people: list[Judged]) -> None:
    silent = [(one.id, one.language) for one in people if not one.profile.skills.concepts]
    assert not silent


def test_the_order_is_above_the_floor_in_every_language(ranked: list[Ranked]) -> None:
    assert below_floor(ranked) == []


def test_both_engines_rank_alike(ranked: list[Ranked], elastic_ranked: list[Ranked]) -> None:
    assert below_floor(elastic_ranked) == []
    apart = [abs(one.ndcg - other.ndcg) for one, other in zip(ranked, elastic_ranked, strict=True)]
    assert max(apart) <= 0.05
    assert sum(apart) / len(apart) <= 0.01


def test_a_floor_that_is_missed_is_noticed(ranked: list[Ranked]) -> None:
    worse = [replace(one, ndcg=one.ndcg * 0.9) if one.language == "lo" else one for one in ranked]
    assert [failure.partition(":")[0] for failure in below_floor(worse)] == ["lo"]
    assert len(below_floor([replace(ranked[0], wrongly=1), *ranked[1:]])) == 1


def test_grades_are_facts(people: list[Judged]) -> None:
    (person,) = [one for one in people if (one.id, one.language) == ("crop-vision", "th")]

    def graded(*concepts: str, allowed: bool = True, **facts: str) -> int:
        usual = {
            "kind": "scholarship", "level": "master", "country": "CN", "funding": "full", "working_language": "en",
            "mode": "onsite",
        }  # fmt: skip
        facets = {name: (value,) for name, value in {**usual, **facts}.items()}
        stored = {"concepts": list(concepts), "money_stated": True}
        return grade(person, Document("x", 1, {}, (), facets, {}, stored), load_thesaurus(), allowed)

    assert graded("precision-agriculture") == graded("medical-imaging") == 3  # itself, or something narrower
    assert graded("computer-vision", country="TH") == graded("computer-vision", working_language="pt") == 2
    assert graded("computer-vision", country="TH", funding="partly") == 1
    assert graded("computer-vision", country="TH", funding="none", level="bachelor") == 0
    assert graded("artificial-intelligence") == 1  # wider
    assert graded("artificial-intelligence", country="TH") == graded("smart-ports") == 0
    assert graded("computer-vision", allowed=False) == 0
