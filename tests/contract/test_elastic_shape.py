"""The mapping and the queries as they are sent, held against snapshots; `UPDATE_SNAPSHOTS=1` writes them anew."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus
from search.documents import Field, Role
from search.elastic.mapping import digest, make_mapping, make_settings
from search.elastic.query import Asked, page_bodies
from search.elastic.texts import cluster_pairs, han, prepare
from search.engine import SearchRequest
from search.plan import make_plan
from tests.contract.conftest import SCHEMA
from tests.contract.test_engine import NOW

SNAPSHOTS = Path(__file__).parent / "snapshots"
TWO_LANGUAGES = replace(SCHEMA, languages=("en", "th"))  # enough to see the pattern


def hold(name: str, found: Any) -> None:
    path = SNAPSHOTS / f"{name}.json"
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8"), f"{path.name} differs; if that is meant: UPDATE_SNAPSHOTS=1"


def test_the_mapping_is_generated_from_the_declaration() -> None:
    hold("mapping", {"settings": make_settings(3, 1), "mappings": make_mapping(TWO_LANGUAGES)})


@pytest.mark.parametrize(
    ("name", "query", "language", "options"),
    [
        ("query-topic-place-word", "machine learning China harbour", "en", {"ranges": {"closes_at": (1.0, None)}}),
        ("query-words-only", "Đà ราชสีมา", "th", {"facets": ()}),
        (
            "query-browse-with-facets",
            "",
            "en",
            {"chosen": {"kind": ("x", "y"), "closes_at": ("7d",)}, "sort": "deadline", "offset": 20},
        ),
    ],
)
def test_queries(
    labels: LabelIndex, thesaurus: Thesaurus, name: str, query: str, language: str, options: dict[str, Any]
) -> None:
    request = SearchRequest(understand(query, language, labels, thesaurus), language, NOW, **options)
    hold(name, page_bodies(Asked(TWO_LANGUAGES, make_plan(request.understanding, thesaurus), request)))


def test_every_change_of_the_declaration_changes_the_digest() -> None:
    others = [
        replace(SCHEMA, languages=(*SCHEMA.languages, "id")),
        replace(SCHEMA, fields=(*SCHEMA.fields, Field("level", Role.FACET))),
        replace(SCHEMA, fields=tuple(replace(f, weight=2.0) if f.name == "title" else f for f in SCHEMA.fields)),
        replace(SCHEMA, edition=SCHEMA.edition + 1),
    ]
    assert len({digest(SCHEMA), *map(digest, others)}) == 5


def test_texts_are_prepared_alike_on_both_sides() -> None:
    assert prepare("C++ and C#, 2+3") == "C_plus_plus  and C_sharp , 2_plus 3"
    assert prepare("電子\u200b科技") == "电子科技"
    assert prepare("បណ្ដុះ") == prepare("បណ្តុះ")


def test_pairs_are_cut_for_the_scripts_that_need_them_and_for_no_other() -> None:
    assert cluster_pairs("Machine learning 机器学习") == ""
    assert cluster_pairs("ไทย 机器") == "ไท ทย"
    assert han("Machine") == ""
    assert han("机器 learning") == "机器 learning"
