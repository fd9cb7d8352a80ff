"""What is typed, what is kept in the browser, and what rules are decided by are the same answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal import create_app
from portal.eligibility.forms import AnswersForm, aged, typed
from portal.eligibility.kept import MOST_BYTES, MOST_KEPT, pack, unpack
from portal.eligibility.page import check_rules, form_of
from portal.eligibility.questions import ANSWERS as ANSWERS_OF
from portal.eligibility.questions import QUESTIONS, missing
from portal.listings import codes, language_tests
from portal.listings.answers import Answers, Day, LanguageResult, Outcome, Stay
from portal.listings.eligibility import decide, parse_rule
from portal.listings.rules import full_years
from portal.listings.typed import line_of
from portal.locales import COUNTRIES
from portal.settings import Settings
from tests.answering import ANSWERS, COUNTRY, RULES, maybe

TODAY = date(2026, 11, 23)
few = settings(max_examples=30)  # a form offers every country in many places
PAST = st.dates(date(1910, 1, 1), TODAY)
YEARS = st.integers(1910, TODAY.year).map(Day.in_year)
PAIRS = [(language_tests.LANGUAGES.get(test, "vi"), test) for test in codes.LANGUAGE_TESTS]


@st.composite
def results(draw: st.DrawFn) -> LanguageResult:
    language, test = draw(st.sampled_from(PAIRS))
    lowest = language_tests.ends(test)[0]
    result = draw(st.sampled_from(list(language_tests.results_from(test, lowest))))
    return LanguageResult(language, test, language_tests.canonical(test, result) or "")


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    since = draw(PAST)
    until = draw(maybe(st.integers(0, 3000)))
    return Stay(draw(COUNTRY), since, None if until is None else since + timedelta(days=until))


def several(values: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(values, max_size=most, unique=True).map(tuple)


TYPEABLE = st.builds(
    Answers,
    citizenships=maybe(several(COUNTRY).filter(bool)),
    born=maybe(PAST.map(Day.exactly) | YEARS | st.integers(0, 110).map(lambda age: aged(age, TODAY))),
    degree=maybe(st.sampled_from(codes.DEGREES)),
    degree_on=maybe(PAST.map(Day.exactly) | YEARS),
    research_years=maybe(st.integers(0, 60)),
    employed=maybe(st.booleans()),
    work_years=maybe(st.integers(0, 60)),
    stays=maybe(several(stays())),
    awards_from=maybe(several(COUNTRY)),
    tests=maybe(several(results())),
    nominated_by=maybe(
        st.sets(st.sampled_from(codes.NOMINATORS)).map(lambda chosen: tuple(c for c in codes.NOMINATORS if c in chosen))
    ),
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Pages, but no database: answers need none."""
    made = create_app(Settings(data_dir=str(tmp_path_factory.mktemp("site")), secret_key="for tests only"))
    yield made
    made.extensions["site"].close()


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    with app.test_request_context("/en/eligibility"):
        yield


def sent(form: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """What a browser sends of a form."""
    for name, value in typed_values(form):
        for one in value if isinstance(value, list) else [value]:
            yield prefix + name, one


def typed_values(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if name != "nominated_by" and isinstance(value, list):
            for number, row in enumerate(value):
                rows = row.items() if isinstance(row, dict) else [("", row)]
                yield from ((f"{name}-{number}-{key}".rstrip("-"), cell) for key, cell in rows)
        else:
            yield name, value


def filled(answers: Answers) -> AnswersForm:
    return AnswersForm(MultiDict(list(sent(typed(answers, TODAY)))))


@few
@given(TYPEABLE)
def test_answers_survive_the_form_and_the_session(answers: Answers) -> None:
    form = filled(answers)
    assert form.read(Answers(), QUESTIONS, TODAY) == answers
    assert form.all_errors == []
    kept = json.dumps(pack(answers))
    assert unpack(json.loads(kept)) == answers


@given(ANSWERS)
def test_whatever_can_be_answered_can_be_kept(answers: Answers) -> None:
    assert unpack(json.loads(json.dumps(pack(answers)))) == answers


def test_the_longest_answers_fit_into_a_cookie() -> None:
    stay, test = Stay("CN", TODAY, TODAY), LanguageResult("zh-Hans", "UKBI", "Sangat Unggul")
    countries = ("CN",) * MOST_KEPT
    day = Day.exactly(TODAY)
    longest = Answers(
        countries, day, "upper-secondary", day, 80, False, 80, (stay,) * MOST_KEPT, countries, (test,) * MOST_KEPT,
        codes.NOMINATORS,
    )  # fmt: skip
    assert len(json.dumps(pack(longest), separators=(",", ":"))) <= MOST_BYTES


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("vcbdgrewsatn"), inner, max_size=6),
    max_leaves=8,
)


@given(JSON)
def test_what_no_edition_of_ours_kept_is_no_answer_and_no_failure(kept: Any) -> None:
    assert isinstance(unpack(kept), Answers)
    assert isinstance(unpack({"v": 1, "s": kept, "b": kept, "t": kept}), Answers)


@few
@given(TYPEABLE, TYPEABLE, st.sets(st.sampled_from(QUESTIONS)))
def test_questions_that_were_not_asked_keep_their_answers(known: Answers, other: Answers, asked: set[str]) -> None:
    read = filled(other).read(known, asked, TODAY)
    assert filled(other).read(read, set(QUESTIONS) - asked, TODAY) == other
    assert filled(known).read(read, asked, TODAY) == known


@given(st.integers(0, 110), st.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_an_age_says_between_which_days_somebody_was_born(age: int, today: date) -> None:
    born = aged(age, today)
    assert full_years(born.first, today) == full_years(born.last, today) == age
    assert full_years(born.first - timedelta(days=1), today) == age + 1
    assert full_years(born.last + timedelta(days=1), today) == age - 1


@few
@given(st.dictionaries(st.from_regex(r"\A[a-z]+(-[0-9]{1,2}(-[a-z]+)?)?\Z"), st.text(max_size=12), max_size=6))
def test_nonsense_never_fails(values: dict[str, str]) -> None:
    AnswersForm(MultiDict(values)).read(Answers(), QUESTIONS, TODAY)


FIELDS = ("born_day", "born_year", "age", "degree", "degree_year", "degree_day", "research_years", "work_years",
          "stays-0-country", "stays-0-since", "stays-0-until", "tests-0-test", "tests-0-result", "citizenships-0",
          "awards-0", "abroad", "tested", "employed")  # fmt: skip


@few
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(min_size=1, max_size=12), min_size=1, max_size=5))
def test_what_is_not_understood_is_said_and_stays_typed(values: dict[str, str]) -> None:
    form = AnswersForm(MultiDict(values))
    read = form.read(Answers(), QUESTIONS, TODAY)
    if read == Answers() and any(
        line_of(value) for name, value in values.items() if name not in ("abroad", "tested", "employed")
    ):
        assert form.all_errors or not any(field.data for field in form if field.name in values)


WRONG = [
    ({"born_year": "1890"}, "born_year", "Please write a whole number from 1900 to 2026."),
    ({"born_year": "1990", "age": "36"}, "age", "Please fill in one of these only, and empty the others."),
    ({"age": "old"}, "age", "Please write a whole number from 0 to 120."),
    ({"born_day": "30.9.2000"}, "born_day", "Please write the date as year-month-day, for example 2020-09-30."),
    ({"born_day": "2030-01-01"}, "born_day", "This day cannot be right. Please look at the year."),
    ({"degree": "phd"}, "degree", "Please choose one of the list."),
    ({"citizenships-0": "XX"}, "citizenships-0", "Please choose one of the list."),
    ({"stays-0-country": "CN"}, "stays-0-since", "Please fill this in, or empty the whole line."),
    (
        {"stays-0-country": "CN", "stays-0-since": "2020-01-02", "stays-0-until": "2020-01-01"},
        "stays-0-until",
        "The stay ends before it begins.",
    ),
    ({"abroad": "yes"}, "stays-0-country", "Please fill in at least one, or answer no."),
    (
        {"awarded": "no", "awards-0": "CN"},
        "awarded",
        "You answered no, but filled in more below. Please empty that, or answer yes.",
    ),
    ({"tests-0-test": "zh-Hans:HSK", "tests-0-result": "12"}, "tests-0-result", "Results of HSK go from 1 to 9."),
    ({"tests-0-test": "zh-Hans:HSK"}, "tests-0-result", "Please fill this in, or empty the whole line."),
    ({"nominated": "yes"}, "nominated_by", "Please fill in at least one, or answer no."),
]


@pytest.mark.parametrize(("values", "name", "message"), WRONG)
def test_each_mistake_is_said_at_its_field(values: dict[str, str], name: str, message: str) -> None:
    form = AnswersForm(MultiDict(values))
    form.read(Answers(), QUESTIONS, TODAY)
    assert [(field.name, said) for field, said in form.all_errors] == [(name, message)]


def test_figures_of_every_script_are_numbers() -> None:
    form = AnswersForm(MultiDict({"born_year": "๑๙๙๐", "tests-0-test": "en:IELTS", "tests-0-result": " 6.50 "}))
    read = form.read(Answers(), QUESTIONS, TODAY)
    assert (read.born, read.tests) == (Day.in_year(1990), (LanguageResult("en", "IELTS", "6.5"),))


BUDDHIST = [
    ({"born_year": "2540"}, "born", Day.in_year(1997)),
    ({"born_year": "๒๕๔๐"}, "born", Day.in_year(1997)),
    ({"born_day": "2540-05-06"}, "born", Day.exactly(date(1997, 5, 6))),
    ({"degree_year": "2560"}, "degree_on", Day.in_year(2017)),
    ({"degree_day": "๒๕๖๐/๓/๑"}, "degree_on", Day.exactly(date(2017, 3, 1))),
    ({"stays-0-country": "CN", "stays-0-since": "2560-01-01"}, "stays", (Stay("CN", date(2017, 1, 1)),)),
]


@pytest.mark.parametrize(("values", "name", "wanted"), BUDDHIST)
def test_years_of_the_buddhist_era_are_years(values: dict[str, str], name: str, wanted: Any) -> None:
    form = AnswersForm(MultiDict(values))
    assert getattr(form.read(Answers(), QUESTIONS, TODAY), name) == wanted
    assert form.all_errors == []


ASKED = [
    (("degree-min", {"degree": "master"}), Answers(), ("degree",)),
    (("degree-min", {"degree": "doctoral", "research_years": 5}), Answers(), ("degree", "research")),
    (("degree-min", {"degree": "doctoral", "research_years": 5}), Answers(degree="master"), ("research",)),
    (("degree-min", {"degree": "doctoral", "research_years": 5}), Answers(degree="doctoral"), ()),
    (("degree-within", {"years": 5}), Answers(degree="master"), ("degree-date",)),
    (("employment", {}), Answers(), ("work",)),
    (("employment", {"years": 2}), Answers(employed=True), ("work-years",)),
    (("employment", {"years": 2}), Answers(employed=False), ()),
    (("age-max", {"age": 35}), Answers(born=Day.in_year(TODAY.year - 36)), ("age",)),
]


@pytest.mark.parametrize(("found", "known", "asked"), ASKED)
def test_only_what_the_rule_needs_and_is_open_is_asked(
    found: tuple[str, dict[str, Any]], known: Answers, asked: tuple[str, ...]
) -> None:
    assert missing([decide(parse_rule(*found), known, TODAY)], known) == asked


@given(ANSWERS, ANSWERS)
def test_what_was_taken_from_elsewhere_is_known(own: Answers, other: Answers) -> None:
    both = own.completed_by(other)
    assert both.completed_by(other) == both
    for name in ANSWERS_OF.values():
        from_other = getattr(own, name) is None and getattr(other, name) is not None
        assert getattr(both, name) == getattr(other if from_other else own, name)
        assert (name in both.completed) == from_other


def test_a_line_names_the_part_of_the_profile_that_gave_its_evidence() -> None:
    rule = parse_rule("degree-min", {"degree": "doctoral", "research_years": 5})
    own, profile = Answers(research_years=2), Answers(degree="master", research_years=9)
    (line,) = check_rules([rule], own.completed_by(profile), TODAY).lines
    assert (line.parts, line.visit) == ((("degrees", "Degrees"),), True)
    (line,) = check_rules([rule], Answers().completed_by(profile), TODAY).lines
    assert (line.parts, line.visit) == ((("degrees", "Degrees"), ("skills", "Topics and skills")), False)
    (line,) = check_rules([rule], Answers(), TODAY).lines
    assert (line.parts, line.visit) == ((), False)


def test_countries_of_the_reader_and_of_this_site_come_first() -> None:
    codes_offered = [code for code, _name in AnswersForm(formdata=None).citizenships[0].choices]
    assert codes_offered[:2] == ["", "CN"]
    assert set(codes_offered[1:13]) == set(COUNTRIES)
    assert len(codes_offered) == len(set(codes_offered)) > 200


@few
@given(st.lists(RULES, max_size=5), TYPEABLE, TYPEABLE)
def test_answering_what_is_missing_leaves_nothing_missing(
    found: list[tuple[str, dict[str, Any]]], known: Answers, whole: Answers
) -> None:
    rules = [parse_rule(*one) for one in found]
    asked = missing([decide(rule, known, TODAY) for rule in rules], known)
    needed = {verdict.rule for rule in rules if (verdict := decide(rule, known, TODAY)).change == "answer"}
    assert bool(asked) >= bool(needed)
    said = filled(whole).read(known, asked, TODAY)
    for rule in rules:
        before, after = decide(rule, known, TODAY), decide(rule, said, TODAY)
        if before.outcome is not Outcome.UNKNOWN and not asked:
            assert after == before


def test_the_form_shows_what_was_answered() -> None:
    answers = Answers(citizenships=("VN",), born=Day.in_year(1990), tests=())
    form = form_of(answers, TODAY)
    assert (form.citizenships[0].data, form.born_year.data, form.tested.data) == ("VN", "1990", "no")
