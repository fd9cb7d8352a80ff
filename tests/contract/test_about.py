"""Documents about some topics: any of them is enough, more of them and closer ones come first, facts hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search.concepts.understanding import NOTHING
from search.engine import SearchEngine, SearchRequest
from search.plan import PlannedTopic
from tests.contract.test_engine import NOW, make

REQUEST = SearchRequest(NOTHING, "en", NOW)
LEARNING = PlannedTopic("learning", "", {"learning": 0, "vision": 1})
FARMING = PlannedTopic("farming", "", {"farming": 0})
WIDER = PlannedTopic("vision", "", {"vision": 0, "learning": 2})


@pytest.fixture
def filled(engine: SearchEngine) -> SearchEngine:
    exact = make("exact", "learning", country=["CN"])
    engine.put(
        [
            make("both", "vision", "farming", country=["CN"]),
            replace(exact, facets={**exact.facets, "rule": ("old",)}),
            make("narrower", "vision", country=["VN"]),
            make("farm", "farming", country=["VN"]),
            make("other", country=["CN"]),
        ]
    )
    return engine


def about(engine: SearchEngine, *topics: PlannedTopic, limit: int = 10, **facts: object) -> list[str]:
    found = engine.about(topics, SearchRequest(NOTHING, "en", NOW, **facts), limit)  # type: ignore[arg-type]
    assert found.total >= len(found.hits) == min(limit, found.total)
    assert not found.facets
    return [hit.id for hit in found.hits]


def test_any_topic_is_enough_and_more_and_closer_ones_come_first(filled: SearchEngine) -> None:
    assert about(filled, LEARNING, FARMING) == ["both", "exact", "farm", "narrower"]
    assert about(filled, LEARNING) == ["exact", "both", "narrower"]
    assert about(filled, WIDER) == ["both", "narrower", "exact"]
    assert about(filled, LEARNING, FARMING, limit=2) == ["both", "exact"]


def test_facts_hold_and_are_not_given_up(filled: SearchEngine) -> None:
    assert about(filled, LEARNING, FARMING, require={"country": ("VN",)}) == ["farm", "narrower"]
    assert about(filled, LEARNING, FARMING, exclude={"rule": ("old",)}) == ["both", "farm", "narrower"]
    assert about(filled, LEARNING, require={"country": ("TH",)}) == []
    assert about(filled, LEARNING, require={"rule": ("old",)}) == ["exact"]
    assert about(filled, LEARNING, ranges={"posted_at": (NOW.timestamp() + 120, None)}) == []


def test_without_topics_nothing_is_about_them(filled: SearchEngine) -> None:
    assert about(filled) == []
    assert about(filled, PlannedTopic("gone", "", {"gone": 0})) == []
