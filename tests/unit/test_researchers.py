"""Profiles: parts and their JSON, and what they answer to rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.listings import codes
from portal.listings.answers import Answers, Day, LanguageResult, Stay
from portal.researchers import profile as p
from portal.researchers.answers import answers_of
from portal.researchers.records import read_part, read_profile, write_part
from search.analysis.cleaning import clean

TODAY = date(2026, 11, 23)
TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), max_size=20).map(clean)
SAID = TEXTS.filter(bool)
DAYS = st.dates(date(1950, 1, 1), date(2050, 1, 1))
COUNTRIES = st.lists(st.sampled_from(["CN", "TH", "VN", "MM", "LA"]), unique=True).map(tuple)
PLACES = st.builds(p.Place, st.none() | SAID, TEXTS, st.none() | st.just("TH"))
SPANS = st.tuples(DAYS, st.none() | DAYS).filter(lambda span: span[1] is None or span[0] <= span[1])
STAYS = SPANS.map(lambda span: Stay("CN", *span))
POSTS = st.builds(
    lambda kind, title, at, span: p.Post(kind, title, at, *span), st.sampled_from(p.POST_KINDS), SAID, PLACES, SPANS
)
PROFILES = st.builds(
    p.Profile,
    name=st.builds(p.Name, TEXTS, TEXTS, TEXTS),
    background=st.builds(
        p.Background, COUNTRIES.map(lambda c: c or None), st.none() | DAYS, st.none() | st.just("MM"),
        st.none() | st.lists(STAYS, max_size=3).map(tuple), st.none() | COUNTRIES,
    ),
    degrees=st.lists(
        st.builds(
            p.Degree, st.sampled_from(codes.DEGREES), TEXTS, st.none() | st.just("0613"), PLACES, st.none() | DAYS
        ),
        max_size=3,
    ).map(tuple),
    posts=st.lists(POSTS, max_size=3).map(tuple),
    publications=st.lists(
        st.builds(p.Publication, SAID, st.sampled_from(p.PUBLICATION_KINDS), st.none() | st.integers(1900, 2100)),
        max_size=3,
    ).map(tuple),
    languages=st.lists(
        st.builds(
            p.Language, st.just("zh-Hans"), st.none() | st.sampled_from(p.SPOKEN),
            st.lists(st.builds(p.TestResult, st.just("HSK"), st.just("5"), st.none() | DAYS), max_size=2).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    skills=st.builds(
        p.Skills, COUNTRIES, COUNTRIES, st.just(()), TEXTS, st.none() | st.just("th"), st.none() | st.integers(0, 80)
    ),
    wishes=st.builds(
        p.Wishes, countries=COUNTRIES, months_min=st.none() | st.just(Decimal(3)),
        months_max=st.none() | st.just(Decimal("12.5")),
        funding=st.none() | st.sampled_from(p.FUNDING_NEEDS),
    ),
)  # fmt: skip


@given(PROFILES)
def test_a_part_survives_its_json(profile: p.Profile) -> None:
    written = {part: write_part(getattr(profile, part)) for part in p.PARTS}
    assert read_profile(written) == profile
    assert {part: write_part(getattr(read_profile(written), part)) for part in p.PARTS} == written


@pytest.mark.parametrize(
    ("part", "content", "field"),
    [
        ("background", {"citizenships": ["Thailand"]}, "background.citizenships[0]"),
        ("background", {"stays": [{"country": "CN", "since": "2026-02-01", "until": "2026-01-01"}]},
         "background.stays[0].until"),
        ("degrees", [{"level": "wizard"}], "degrees[0].level"),
        ("degrees", {"level": "master"}, "degrees"),
        ("posts", [{"kind": "research", "title": "x", "since": "yesterday"}], "posts[0].since"),
        ("languages", [{"language": "zh", "tests": [{"test": "HSK", "result": "C1"}]}], "languages[0].tests[0].result"),
        ("wishes", {"months_min": "9", "months_max": "3"}, "wishes.months_max"),
        ("publications", [{"title": "x", "url": "javascript:alert(1)"}], "publications[0].url"),
        ("publications", [{"title": "x", "url": "https://a.example/b c"}], "publications[0].url"),
        ("publications", [{"title": "x", "url": "https://a.example/\n"}], "publications[0].url"),
        ("publications", [{"title": "\u202e\u200b"}], "publications[0].title"),
        ("publications", [{"title": "x", "doi": "tomorrow"}], "publications[0].doi"),
        ("publications", [{"title": "x", "authors": ["A", "x" * 301]}], "publications[0].authors[1]"),
        ("name", {"given": "x", "sex": "f"}, "name.sex"),
        ("skills", {"isced": ["0000x"]}, "skills.isced[0]"),
    ],
)  # fmt: skip
def test_the_field_that_is_wrong_is_named(part: str, content: object, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_part(part, content)
    assert refused.value.parameters["field"] == field


def test_texts_stay_in_their_lines() -> None:
    name = read_part("name", {"given": " Ana\u202e\n dos ", "family": "\u2067"})
    assert name == p.Name("Ana dos")
    skills = read_part("skills", {"summary": "One\u202e\r\n\n two\u2066 \n"})
    assert skills.summary == "One\n\ntwo"
    (post,) = read_part("posts", [{"kind": "other", "title": "A\nB", "since": "2020-01-01"}])
    assert post.title == "A B"


def test_what_was_never_written_is_an_open_question() -> None:
    answers = answers_of(p.Profile(), TODAY)
    assert answers == Answers()


def test_a_profile_answers_rules() -> None:
    profile = p.Profile(
        background=p.Background(("LA",), date(1998, 5, 1), "LA", ()),
        degrees=(
            p.Degree("bachelor", completed_on=date(2020, 6, 1)), p.Degree("master", completed_on=date(2023, 6, 1)),
            p.Degree("doctoral"), p.Degree("doctoral", completed_on=date(2030, 1, 1)),
        ),
        posts=(
            p.Post("industry", "Engineer", p.Place(name="A"), date(2020, 1, 1), date(2022, 1, 1)),
            p.Post("teaching", "Lecturer", p.Place(name="B"), date(2021, 1, 1)),
        ),
        languages=(p.Language("zh-Hans", "B2", (p.TestResult("HSK", "5"),)),),
    )  # fmt: skip
    answers = answers_of(profile, TODAY)
    assert (answers.degree, answers.degree_on) == ("master", Day.exactly(date(2023, 6, 1)))
    assert (answers.employed, answers.work_years) == (True, 6)  # the year of both posts counts once
    assert p.highest_of(profile.degrees) == p.Degree("doctoral")
    assert answers.tests == (LanguageResult("zh-Hans", "HSK", "5"),)
    assert answers.stays == ()
    assert answers.research_years is None


def test_a_degree_of_the_last_day_of_a_year_may_be_of_any_day_of_it() -> None:
    year_alone = p.Degree("master", completed_on=date(2024, 12, 31))
    assert answers_of(p.Profile(degrees=(year_alone,)), TODAY).degree_on == Day.in_year(2024)


def test_a_part_that_is_not_shown_is_empty() -> None:
    profile = p.Profile(name=p.Name("Somsri"), skills=p.Skills(("machine-learning",)))
    assert profile.showing(("skills",)) == p.Profile(skills=profile.skills)
