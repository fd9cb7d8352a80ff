"""Where no words are scored, the two engines give the same answer to the last reason; with words the same documents."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus
from search.documents import Document, Evidence
from search.elastic.engine import ElasticEngine
from search.elastic.query import Asked, hits_body
from search.engine import SearchEngine, SearchRequest
from search.plan import make_plan
from tests.contract.test_engine import DAY, NOW

CONCEPTS = ("intelligence", "learning", "vision", "farming")
SOURCES = ("title", "tag", "summary", "description")
WORDS = ("harbour", "field", "gamma", "mã", "mạ", "ราชสีมา", "桂林电子", "បាត់ដំបង")
QUERIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("", {}),
    ("", {"sort": "newest"}),
    ("", {"sort": "deadline", "offset": 7, "limit": 9}),
    ("", {"chosen": {"kind": ("x", "unheard"), "country": ("CN", "VN")}}),
    ("", {"chosen": {"closes_at": ("7d", "30d"), "kind": ("y",)}, "facets": ("kind", "closes_at")}),
    ("", {"require": {"kind": ("x", "z")}, "ranges": {"closes_at": (NOW.timestamp(), NOW.timestamp() + 40 * DAY)}}),
    ("machine learning", {}),
    ("machine learning", {"limit": 0}),
    ("machine learning China", {"chosen": {"kind": ("x",)}}),
    ("machine learning farming en", {}),
    ("intelligence en farming en China", {"offset": 3, "limit": 50}),
    ("vision en", {"ranges": {"posted_at": (None, NOW.timestamp() - 25 * DAY)}}),
    ("vision en", {"require": {"country": ("KH",)}, "chosen": {"kind": ("w",)}}),
    ("vision en farming en China", {"require": {"kind": ("w",)}}),
    ("farming en China", {"require": {"kind": ("nothing",)}}),
    ("farming en", {"chosen": {"kind": ("nothing",)}}),
)


@pytest.fixture
def corpus() -> list[Document]:
    return documents()


def documents() -> list[Document]:
    chance = random.Random(4)  # noqa: S311 — the same for every run
    return [_document(chance, number) for number in range(120)]


def _document(chance: random.Random, number: int) -> Document:
    found = [
        Evidence(chance.choice(CONCEPTS), source, chance.choice(("en", "vi")), "…")
        for source in chance.sample(SOURCES, chance.randint(0, 3))
    ]
    numbers = {"posted_at": NOW.timestamp() - chance.randint(0, 30) * DAY}
    if chance.random() < 0.7:
        numbers["closes_at"] = NOW.timestamp() + chance.uniform(-5, 60) * DAY
    if chance.random() < 0.6:
        numbers["confirmed_at"] = NOW.timestamp() - chance.uniform(-1, 120) * DAY
    language = chance.choice(("en", "vi", "th", "zh-Hans", "km"))
    prose = " ".join(chance.sample(WORDS, 2))
    return Document(
        f"d{number:03}",
        1,
        {language: {"title": prose, "summary": chance.choice(WORDS), "description": ""}},
        tuple(dict.fromkeys(found)),
        {"kind": (chance.choice("xyzw"),), "country": tuple(chance.sample(("CN", "VN", "KH"), chance.randint(1, 2)))},
        numbers,
        {"number": number},
    )


def test_without_words_the_answers_are_equal(
    embedded: SearchEngine, elastic: ElasticEngine, corpus: list[Document], labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    embedded.rebuild(corpus)
    elastic.rebuild(corpus)
    for query, options in QUERIES:
        request = SearchRequest(understand(query, "en", labels, thesaurus), "en", NOW, **options)
        assert not request.understanding.words, query
        expected, found = embedded.search(request), elastic.search(request)
        assert replace(found, hits=()) == replace(expected, hits=()), (query, options)
        assert [hit.id for hit in found.hits] == [hit.id for hit in expected.hits], (query, options)
        for mine, theirs in zip(found.hits, expected.hits, strict=True):
            assert mine.parts == theirs.parts
            assert mine.score == pytest.approx(theirs.score)
            assert [r.concept for r in mine.reasons] == [r.concept for r in theirs.reasons]


@pytest.mark.parametrize(
    "query",
    [
        "harbour", "field harbour", "gamma field harbour", "mã", "ma", "ราชสีมา", "สีมา", "电子", "桂", "បាត់ដំបង",
        "machine learning harbour", "machine learning “harbour” field", "China ราชสีมา", "harbour nowhere", "nowhere",
    ],
)  # fmt: skip
def test_with_words_the_same_is_found_for_the_same_reasons(
    embedded: SearchEngine,
    elastic: ElasticEngine,
    corpus: list[Document],
    labels: LabelIndex,
    thesaurus: Thesaurus,
    query: str,
) -> None:
    embedded.rebuild(corpus)
    elastic.rebuild(corpus)
    request = SearchRequest(understand(query, "en", labels, thesaurus), "en", NOW, limit=120)
    expected, found = embedded.search(request), elastic.search(request)
    assert request.understanding.words
    assert (found.total, found.relaxed, found.facets) == (expected.total, expected.relaxed, expected.facets)
    ours = {hit.id: hit for hit in found.hits}
    for theirs in expected.hits:
        mine = ours[theirs.id]
        assert mine.reasons == theirs.reasons
        assert [p.name for p in mine.parts] == [p.name for p in theirs.parts]
        assert [p for p in mine.parts if p.name != "words"] == [p for p in theirs.parts if p.name != "words"]


def test_the_parts_shown_add_up_to_the_score_the_server_sorted_by(
    elastic: ElasticEngine, corpus: list[Document], labels: LabelIndex, thesaurus: Thesaurus
) -> None:
    elastic.rebuild(corpus)
    for query in ("", "machine learning", "machine learning farming en China", "intelligence en harbour", "harbour"):
        request = SearchRequest(understand(query, "en", labels, thesaurus), "en", NOW, limit=120)
        asked = Asked(elastic.schema, make_plan(request.understanding, thesaurus), request)
        with elastic.index.link.reading() as client:
            raw = client.search(index=elastic.index.alias, body=hits_body(asked))["hits"]["hits"]
        found = elastic.search(request)
        if not found.relaxed:
            assert [hit.score for hit in found.hits] == pytest.approx([hit["_score"] for hit in raw], abs=1e-5)
