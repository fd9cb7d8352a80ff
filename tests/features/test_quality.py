"""The search is judged as `portal search evaluate` judges it: floors hold in every language."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.demo.judging import JUDGEMENTS, below_floors, judge
from portal.locales import TAGS
from portal.settings import Settings
from portal.site import Site
from search.evaluate import Measure, Need, grade, ndcg, overlap, read_needs, summarise
from tests.moments import fixed_clock


@pytest.fixture(scope="module")
def measures(demo_folder: Path) -> list[Measure]:
    site = Site.open(Settings(data_dir=str(demo_folder)), fixed_clock)
    found = judge(site)
    site.close()
    return found


def test_there_are_enough_needs_in_every_language() -> None:
    needs = read_needs(JUDGEMENTS)
    assert len(needs) >= 40
    assert all(set(need.phrases) == set(TAGS) for need in needs)


def test_quality_is_above_the_floors_in_every_language(measures: list[Measure]) -> None:
    assert below_floors(summarise(measures, TAGS)) == []


def test_floors_are_noticed_when_they_are_missed(measures: list[Measure]) -> None:
    worse = [Measure(m.need, m.language, m.ndcg * 0.5, m.recall, m.overlap, m.understood) for m in measures]
    assert len(below_floors(summarise(worse, TAGS))) == len(TAGS)


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
