"""How well somebody and a listing fit: the score is what its parts say, and some things cannot count."""

from __future__ import annotations

import ast
import dataclasses
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import matching
from portal.eligibility.rulebook import Decisions
from portal.listings import codes
from portal.listings.answers import Outcome
from portal.matching.fit import WEIGHTS, Offer, Seeker, fit
from portal.matching.ranking import WORTH, Match, rank, worth_showing
from portal.researchers import profile as p
from portal.vocabulary.thesaurus import load_thesaurus
from search.results import Hit
from tests.unit.test_researchers import PROFILES

TOPICS = ("machine-learning", "deep-learning", "computer-vision", "smart-ports", "logistics", "cybersecurity")
FIELDS = ("0613", "0611", "0714", "1041")
LANGUAGES = ("en", "zh-Hans", "th")
DAYS = st.dates(date(2026, 1, 1), date(2029, 1, 1))


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=4).map(tuple)


SPANS = st.none() | st.tuples(DAYS, DAYS).map(lambda pair: (min(pair), max(pair)))
OFFERS = st.builds(
    Offer, some(TOPICS), some(FIELDS), st.sampled_from(codes.KINDS), some(codes.LEVELS), st.sampled_from(["CN", "TH"]),
    some(LANGUAGES), st.none() | st.sampled_from(codes.FUNDINGS), SPANS,
    st.none() | st.tuples(st.integers(1, 12), st.integers(12, 48)).map(lambda pair: tuple(map(float, pair))),
    st.sampled_from(codes.MODES),
)  # fmt: skip
WISHES = st.builds(
    p.Wishes, some(codes.KINDS), some(codes.LEVELS), some(("CN", "TH", "VN")), some(TOPICS), some(codes.MODES),
    st.none() | DAYS, st.none(), st.none() | st.just(Decimal(3)), st.none() | st.just(Decimal(12)),
    st.none() | st.sampled_from(p.FUNDING_NEEDS),
)  # fmt: skip
SKILLS = st.builds(p.Skills, some(TOPICS), st.just(()), some(FIELDS))
SEEKERS = st.builds(
    lambda base, wishes, skills: dataclasses.replace(base, wishes=wishes, skills=skills), PROFILES, WISHES, SKILLS
)


@pytest.mark.parametrize("degree", codes.DEGREES)
def test_a_level_that_follows_from_a_degree_shows_the_degree(degree: str) -> None:
    profile, offer = p.Profile(degrees=(p.Degree(degree),)), Offer(levels=codes.LEVELS)
    (level,) = [part for part in fit(Seeker.of(profile, load_thesaurus()), offer).parts if part.name == "level"]
    assert level.mine == (f"degree:{degree}",)
    assert level.value == 1.0
    wished = dataclasses.replace(profile, wishes=p.Wishes(levels=("master",)))
    (level,) = [part for part in fit(Seeker.of(wished, load_thesaurus()), offer).parts if part.name == "level"]
    assert (level.mine, level.shared) == (("master",), (("master", "master"),))


@given(SEEKERS, OFFERS)
def test_a_score_is_what_its_parts_say(profile: p.Profile, offer: Offer) -> None:
    found = fit(Seeker.of(profile, load_thesaurus()), offer)
    names = [part.name for part in found.parts]
    assert sorted((*names, *found.missing)) == sorted(WEIGHTS)
    assert all(0 <= part.value <= 1 and part.weight == WEIGHTS[part.name] and part.mine for part in found.parts)
    if found.parts:
        by_hand = sum(part.weight * part.value for part in found.parts) / sum(part.weight for part in found.parts)
        assert found.score == pytest.approx(by_hand)
    else:
        assert found.score == 0
    assert 0 <= found.score <= 1 + 1e-9


@given(SEEKERS, PROFILES, OFFERS)
def test_names_origin_age_and_script_count_in_no_score(profile: p.Profile, other: p.Profile, offer: Offer) -> None:
    """Sex and place of birth are not even asked for: no field of a profile could hold them."""
    summary = dataclasses.replace(profile.skills, summary=other.skills.summary, summary_language="th")
    renamed = dataclasses.replace(
        profile, name=other.name, background=other.background, posts=other.posts, publications=other.publications,
        skills=summary,
    )  # fmt: skip
    thesaurus = load_thesaurus()
    assert fit(Seeker.of(renamed, thesaurus), offer) == fit(Seeker.of(profile, thesaurus), offer)


def test_no_module_that_ranks_reads_names_or_origin() -> None:
    for name in ("fit", "candidates", "ranking", "explained", "labels"):
        tree = ast.parse((Path(matching.__file__).parent / f"{name}.py").read_text("utf-8"))
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom | ast.Import)
            for alias in node.names
        }
        read = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not imported & {"Name", "Background"}
        assert not read & {"background", "given", "family", "native", "citizenships", "born_on", "residence"}


def test_nothing_of_a_profile_says_sex_or_birthplace() -> None:
    asked = {field.name for part in (p.Name, p.Background, p.Skills, p.Wishes) for field in dataclasses.fields(part)}
    assert not {name for name in asked if any(word in name for word in ("sex", "gender", "birth_place", "born_in"))}


CARDS = st.fixed_dictionaries(
    {
        "concepts": some(TOPICS).map(list), "isced": some(FIELDS).map(list), "kind": st.sampled_from(codes.KINDS),
        "levels": some(codes.LEVELS).map(list), "country": st.sampled_from(["CN", "TH"]),
        "working_languages": some(LANGUAGES).map(list), "funding": st.sampled_from(codes.FUNDINGS),
        "money_stated": st.booleans(), "starts": st.none(), "months": st.none() | st.just([3, 6]),
        "mode": st.sampled_from(codes.MODES), "rules": some(("met", "unmet", "unknown")).map(list),
        "deadline": st.none() | st.dates(date(2027, 1, 1), date(2027, 2, 1)).map(
            lambda day: {"at": f"{day}T12:00:00+00:00"}
        ),
    }
)  # fmt: skip
DECISIONS = Decisions({outcome.value: outcome for outcome in Outcome})


@given(SEEKERS, st.lists(CARDS, max_size=8), st.booleans())
def test_the_order_is_the_one_that_is_written_down(
    profile: p.Profile, cards: list[dict[str, object]], known: bool
) -> None:
    hits = [Hit(f"{number:02}", 0.0, card) for number, card in enumerate(cards)]
    found = rank(Seeker.of(profile, load_thesaurus()), hits, DECISIONS if known else None)
    assert sorted(match.id for match in found) == [hit.id for hit in hits]

    def unmet(match: Match) -> bool:
        return match.standing is not None and match.standing.outcome is Outcome.UNMET

    assert [unmet(match) for match in found] == sorted(unmet(match) for match in found)
    for first, second in pairwise(found):
        if unmet(first) == unmet(second):
            assert first.fit.score >= second.fit.score - 1e-8
    shown = worth_showing(found)
    assert [match for match in found if match in shown] == shown
    assert bool(shown) == bool(found)
    best = max((match.fit.score for match in found), default=0)
    assert {match.id for match in found if match.fit.score >= WORTH * best} == {match.id for match in shown}
