"""Each engine of the library, empty, over one small thesaurus; every contract test runs on each of them."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.core.database import prepare_sqlite
from search.concepts.index import LabelIndex
from search.concepts.thesaurus import Concept, Thesaurus
from search.documents import Field, Role, Schema
from search.elastic.client import Address, Link
from search.elastic.engine import ElasticEngine
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine

LANGUAGES = ("en", "zh-Hans", "vi", "th", "lo", "km", "my")
SCHEMA = Schema(
    "things",
    (
        Field("title", Role.TEXT, 3.0),
        Field("summary", Role.TEXT, 1.5),
        Field("description", Role.TEXT, 1.0),
        Field("concepts", Role.CONCEPT),
        Field("kind", Role.FACET),
        Field("country", Role.FACET),
        Field("rule", Role.FILTER),
        Field("closes_at", Role.NUMBER, windows=(7, 30)),
        Field("posted_at", Role.NUMBER),
        Field("confirmed_at", Role.NUMBER),
    ),
    LANGUAGES,
)


def concept(name: str, scheme: str = "topic", *broader: str) -> Concept:
    return Concept(name, scheme, {language: (f"{name} {language}",) for language in LANGUAGES}, broader)


@pytest.fixture(scope="session")
def thesaurus() -> Thesaurus:
    learning = Concept(
        "learning",
        "topic",
        {
            "en": ("machine learning",), "zh-Hans": ("机器学习",), "vi": ("học máy",), "th": ("การเรียนรู้ของเครื่อง",),
            "lo": ("ການຮຽນຮູ້ຂອງເຄື່ອງ",), "km": ("ការរៀនរបស់ម៉ាស៊ីន",), "my": ("စက်သင်ယူမှု",),
        },
        ("intelligence",),
    )  # fmt: skip
    china = Concept(
        "country-CN",
        "place",
        {
            language: (name,)
            for language, name in zip(LANGUAGES, ("China", "中国", "Trung Quốc", "จีน", "ຈີນ", "ចិន", "တရုတ်"), strict=True)
        },
        filter=("country", ("CN",)),
    )
    return Thesaurus(
        [concept("intelligence"), learning, concept("vision", "topic", "learning"), concept("farming"), china],
        LANGUAGES,
    )


@pytest.fixture(scope="session")
def labels(thesaurus: Thesaurus) -> LabelIndex:
    return LabelIndex(thesaurus.concepts.values())


def system_clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def embedded(tmp_path: Path, thesaurus: Thesaurus) -> SearchEngine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(tmp_path / "index.sqlite3", isolation_level=None)
        prepare_sqlite(connection)
        return connection

    return EmbeddedEngine(SCHEMA, thesaurus, connect)


@pytest.fixture(scope="session")
def link(elasticsearch_url: str) -> Iterator[Link]:
    """A patient link: machines that test are often busy."""
    opened = Link(Address(elasticsearch_url, timeout=30.0))
    yield opened
    opened.close()


@pytest.fixture
def elastic(link: Link, thesaurus: Thesaurus) -> Iterator[ElasticEngine]:
    """Indices of its own for each test."""
    prefix = f"test-{uuid.uuid4().hex[:12]}-"
    yield ElasticEngine(SCHEMA, thesaurus, link, system_clock, prefix, refresh=True)
    with link.writing() as client:
        if made := list(client.indices.get(index=f"{prefix}*", features=["aliases"])):
            client.indices.delete(index=made)


ENGINES = ("embedded", "elastic")  # each the name of a fixture


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> SearchEngine:
    made: SearchEngine = request.getfixturevalue(request.param)
    made.rebuild([])
    return made
