"""Eligibility rules as data: their shapes, and what they come to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.demo.builders import rule
from portal.listings import codes, language_tests, rules
from portal.listings.answers import Answers, Day, LanguageResult, Outcome, Stay
from portal.listings.eligibility import decide, decide_all, open_to, overall, parse_rule
from portal.listings.labels import LABELS
from portal.locales import COUNTRIES
from tests.answering import ANSWERS, DAYS, PARAMETERS, RULES, maybe

TODAY = date(2026, 11, 23)


def test_every_kind_of_rule_has_a_shape_and_a_label() -> None:
    assert set(PARAMETERS) == set(codes.RULE_KINDS) == set(LABELS["rule"])


@given(RULES)
def test_parameters_survive_being_read_and_written(found: tuple[str, dict[str, Any]]) -> None:
    kind, parameters = found
    parsed = parse_rule(kind, parameters)
    assert parsed.kind == kind
    assert parse_rule(kind, parsed.parameters()) == parsed


@given(RULES, ANSWERS, DAYS)
def test_a_verdict_always_says_what_would_change_it(
    found: tuple[str, dict[str, Any]], answers: Answers, on: date
) -> None:
    verdict = decide(parse_rule(*found), answers, on)
    if verdict.outcome is Outcome.MET:
        assert verdict.change is None
    else:
        assert verdict.change in LABELS["change"]
    assert (verdict.change == "wait") == (verdict.change_on is not None)


@given(RULES, DAYS)
def test_silence_is_unknown_and_never_a_refusal(found: tuple[str, dict[str, Any]], on: date) -> None:
    assert decide(parse_rule(*found), Answers(), on).outcome is Outcome.UNKNOWN


@given(st.lists(RULES, max_size=4), ANSWERS, DAYS)
def test_the_whole_is_as_bad_as_its_worst_part(
    found: list[tuple[str, dict[str, Any]]], answers: Answers, on: date
) -> None:
    outcomes = [verdict.outcome for verdict in decide_all([parse_rule(*item) for item in found], answers, on)]
    order = [Outcome.MET, Outcome.UNKNOWN, Outcome.UNMET]
    assert overall(decide_all([parse_rule(*item) for item in found], answers, on)) is max(
        outcomes, key=order.index, default=Outcome.MET
    )


WRONG: list[tuple[str, Any, str]] = [
    ("citizenship", {}, "parameters.countries"),
    ("citizenship", {"countries": []}, "parameters.countries"),
    ("citizenship", {"countries": ["ASEAN"]}, "parameters.countries[0]"),
    ("citizenship", {"countries": "VN"}, "parameters.countries"),
    ("citizenship", {"countries": ["VN", "VN"]}, "parameters.countries[1]"),
    ("citizenship", {"countries": ["VN"], "extra": 1}, "parameters.extra"),
    ("citizenship", None, "parameters"),
    ("age-max", {"age": "44"}, "parameters.age"),
    ("age-max", {"age": True}, "parameters.age"),
    ("age-max", {"age": 0}, "parameters.age"),
    ("age-max", {"age": 40, "on": "1 March"}, "parameters.on"),
    ("degree-min", {"degree": "PhD"}, "parameters.degree"),
    ("residence-max", {"country": "CN", "months": 36, "of_last": 12}, "parameters.of_last"),
    ("language-test", {"any_of": []}, "parameters.any_of"),
    (
        "language-test",
        {"any_of": [{"language": "en", "test": "IELTS", "minimum": "high"}]},
        "parameters.any_of[0].minimum",
    ),
    ("language-test", {"any_of": [{"language": "en", "test": "XYZ", "minimum": "1"}]}, "parameters.any_of[0].test"),
    ("nomination", {"by": "friend"}, "parameters.by"),
    ("wish", {}, "kind"),
]


@pytest.mark.parametrize(("kind", "parameters", "field"), WRONG)
def test_a_wrong_shape_is_refused_by_name(kind: str, parameters: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_rule(kind, parameters)
    assert caught.value.parameters["field"] == field


@given(st.dates(date(1950, 1, 1), date(2005, 12, 31)), DAYS.filter(lambda day: day.year > 2006))
def test_an_age_grows_on_the_birthday(born_on: date, on: date) -> None:
    age = rules.full_years(born_on, on)
    assert rules.add_months(born_on, 12 * age) <= on
    assert on < rules.add_months(born_on, 12 * (age + 1)) + timedelta(days=1)


def test_age_is_counted_on_the_day_the_rule_names() -> None:
    counted = rules.AgeMax(44, date(2026, 9, 1))
    assert decide(counted, Answers(born=Day.exactly(date(1981, 9, 2))), TODAY).outcome is Outcome.MET
    assert decide(counted, Answers(born=Day.exactly(date(1981, 9, 1))), TODAY).outcome is Outcome.UNMET
    assert decide(rules.AgeMax(44), Answers(born=Day.exactly(date(1981, 11, 23))), TODAY).outcome is Outcome.UNMET


def test_one_citizenship_of_the_list_is_enough_but_an_excluded_one_is_too_much() -> None:
    person = Answers(citizenships=("SG", "MY"))
    assert decide(rules.Citizenship(("MY",)), person, TODAY).outcome is Outcome.MET
    assert decide(rules.CitizenshipExcluded(("SG",)), person, TODAY).outcome is Outcome.UNMET
    assert decide(rules.Citizenship(("VN",)), Answers(citizenships=()), TODAY).outcome is Outcome.UNMET


def test_research_may_stand_in_for_a_degree() -> None:
    wanted = rules.DegreeMin("doctoral", 5)
    assert decide(wanted, Answers(degree="master", research_years=5), TODAY).outcome is Outcome.MET
    assert decide(wanted, Answers(degree="doctoral"), TODAY).outcome is Outcome.MET
    assert decide(wanted, Answers(degree="master"), TODAY).outcome is Outcome.UNKNOWN
    assert decide(wanted, Answers(degree="master", research_years=4), TODAY).change == "degree-or-research"


def test_tests_are_compared_inside_one_test_only() -> None:
    wanted = rules.LanguageTest(
        (rules.LanguageMinimum("en", "IELTS", "6.0"), rules.LanguageMinimum("en", "TOEFL", "80"))
    )
    assert decide(wanted, Answers(tests=(LanguageResult("en", "TOEFL", "80"),)), TODAY).outcome is Outcome.MET
    assert decide(wanted, Answers(tests=(LanguageResult("en", "IELTS", "5.5"),)), TODAY).change == "score"
    equivalent = decide(wanted, Answers(tests=(LanguageResult("en", "CEFR", "C2"),)), TODAY)
    assert (equivalent.outcome, equivalent.change) == (Outcome.UNKNOWN, "ask-host")
    assert decide(wanted, Answers(tests=(LanguageResult("zh-Hans", "HSK", "6"),)), TODAY).outcome is Outcome.UNMET
    assert decide(wanted, Answers(tests=()), TODAY).outcome is Outcome.UNMET


def test_residence_counts_days_within_the_window_once_and_tells_when_it_is_over() -> None:
    limit = rules.ResidenceMax("CN", 12, 36)
    stay = Stay("CN", date(2024, 9, 1), date(2026, 1, 31))
    verdict = decide(limit, Answers(stays=(stay, stay)), TODAY)
    assert verdict.outcome is Outcome.UNMET
    assert verdict.given["days"] == (date(2026, 1, 31) - date(2024, 9, 1)).days + 1
    assert verdict.change_on is not None
    assert decide(limit, Answers(stays=(stay,)), verdict.change_on).outcome is Outcome.MET
    assert decide(limit, Answers(stays=(stay,)), verdict.change_on - timedelta(days=1)).outcome is Outcome.UNMET
    assert decide(limit, Answers(stays=(Stay("CN", date(2024, 9, 1)),)), TODAY).change == "leave"
    assert decide(limit, Answers(stays=(Stay("VN", date(2000, 1, 1)),)), TODAY).outcome is Outcome.MET


@given(
    st.lists(st.builds(Stay, st.just("CN"), DAYS, maybe(DAYS)), min_size=1, max_size=3),
    st.integers(0, 11), st.integers(12, 60), st.dates(date(1990, 1, 1), date(2035, 1, 1)),
)  # fmt: skip
def test_the_day_from_which_a_stay_no_longer_counts_is_the_first_such_day(
    stays: list[Stay], months: int, window: int, on: date
) -> None:
    limit, person = rules.ResidenceMax("CN", months, window), Answers(stays=tuple(stays))
    verdict = decide(limit, person, on)
    days = {
        on - timedelta(days=n)
        for n in range((on - rules.add_months(on, -window)).days)
        if any(stay.since <= on - timedelta(days=n) <= (stay.until or on) for stay in stays)
    }
    assert verdict.given["days"] == len(days)
    if verdict.change_on is not None:
        assert decide(limit, person, verdict.change_on).outcome is Outcome.MET
        assert decide(limit, person, verdict.change_on - timedelta(days=1)).outcome is Outcome.UNMET


def test_a_citizen_of_the_country_has_to_name_the_stays_there() -> None:
    limit = rules.ResidenceMax("CN", 12, 36)
    assert decide(limit, Answers(citizenships=("CN",), stays=()), TODAY).outcome is Outcome.UNKNOWN
    assert decide(limit, Answers(citizenships=("VN",), stays=()), TODAY).outcome is Outcome.MET
    home = Stay("CN", date(2000, 1, 1))
    assert decide(limit, Answers(citizenships=("CN",), stays=(home,)), TODAY).outcome is Outcome.UNMET


@given(st.integers(1, 90), st.integers(1940, 2015), st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_a_year_of_birth_decides_where_every_day_of_it_does(age: int, year: int, on: date) -> None:
    verdict = decide(rules.AgeMax(age), Answers(born=Day.in_year(year)), on)
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    each = {decide(rules.AgeMax(age), Answers(born=Day.exactly(day)), on).outcome for day in days}
    assert verdict.outcome is (each.pop() if len(each) == 1 else Outcome.UNKNOWN)
    assert verdict.outcome is not Outcome.UNKNOWN or verdict.change == "birth-date"


def test_the_year_of_a_degree_is_enough_unless_it_is_on_the_edge() -> None:
    within = rules.DegreeWithin(5)
    found = [decide(within, Answers(degree_on=Day.in_year(year)), TODAY) for year in (2020, 2021, 2022)]
    assert [verdict.outcome for verdict in found] == [Outcome.UNMET, Outcome.UNKNOWN, Outcome.MET]
    assert found[1].change == "degree-date"


def test_employment_needs_the_post_and_the_years() -> None:
    wanted = rules.Employment(2)
    assert decide(wanted, Answers(employed=True, work_years=2), TODAY).outcome is Outcome.MET
    assert decide(wanted, Answers(employed=True, work_years=1), TODAY).change == "work"
    assert decide(wanted, Answers(employed=False, work_years=9), TODAY).change == "employer"
    assert decide(wanted, Answers(employed=True), TODAY).outcome is Outcome.UNKNOWN


def test_an_award_of_another_country_is_no_obstacle() -> None:
    assert decide(rules.NoConcurrentAward("CN"), Answers(awards_from=("TH",)), TODAY).outcome is Outcome.MET
    assert decide(rules.NoConcurrentAward(), Answers(awards_from=("TH",)), TODAY).outcome is Outcome.UNMET


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-1000, 1000))
def test_months_are_added_by_the_calendar(day: date, months: int) -> None:
    later = rules.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@pytest.mark.parametrize("test", codes.LANGUAGE_TESTS)
def test_every_language_test_has_a_scale(test: str) -> None:
    known = language_tests.grades(test) or ("1", "2", "3", "4", "5")
    positions = [language_tests.position(test, grade) for grade in known]
    assert None not in positions
    assert positions == sorted(positions, key=lambda place: place or 0)
    assert language_tests.position(test, "excellent") is None


def test_who_a_listing_is_open_to() -> None:
    assert open_to([]) == COUNTRIES
    assert open_to([rule("citizenship", countries=["TH", "VN", "FR"])]) == ("VN", "TH")
    both = [rule("citizenship", countries=["SG", "VN"]), rule("citizenship-excluded", countries=["SG"])]
    assert open_to(both) == ("VN",)
    assert set(open_to([rule("age-max", age=30)])) == set(COUNTRIES)
