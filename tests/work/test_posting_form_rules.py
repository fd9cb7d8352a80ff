"""What the form stands on, without a site: sections go both ways, advice, sentences, merging."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import FieldList
from wtforms.fields.core import UnboundField

from portal.demo.builders import new_listing
from portal.listings import eligibility, records
from portal.listings.record_parts import Known
from portal.listings.records import to_record
from portal.listings.typed import Day, Decimal, Whole, lines_of
from portal.posting.drafts.advice import advise
from portal.posting.drafts.checking import Problem, read_draft
from portal.posting.drafts.completeness import questions, state_of
from portal.posting.drafts.merging import Typed, marks_of, merge
from portal.posting.drafts.sections import BY_CODE, SECTIONS, section_of, sections_of
from portal.posting.editing.forms import FORMS
from portal.posting.sentences import ADVICE, AT, sentence
from portal.web.fields import typed_fields
from portal.web.sentences import REASONS
from tests.moments import NOW

KNOWN = Known({"org"}, {"machine-learning"}, {"nanning"}, {"0613"})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["2027-03-01", "source", "host"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "parameters", "origin", "local_time", "zone", "countries", "age"]), inner
        )
    ),
    max_leaves=8,
)
CONTENT = st.dictionaries(st.sampled_from([key for section in SECTIONS for key in section.keys]), JSON, max_size=8)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.code)
def test_a_record_comes_back_as_it_was(section: Any) -> None:
    record = to_record(new_listing("A listing", months_min=3, months_max=6))
    assert section.values(record) == {key: record[key] for key in section.keys}


def test_every_fact_of_a_listing_is_in_a_section() -> None:
    """But what the site itself knows."""
    own = {"id", "version", "state", "demonstration", "posted_at", "updated_at", "confirmed_at", "organisation_id"}
    record = to_record(new_listing("A listing", months_min=3, months_max=6))
    assert {key for section in SECTIONS for key in section.keys} == record.keys() - own


@given(CONTENT)
def test_nothing_in_a_draft_breaks_its_pages(content: dict[str, Any]) -> None:
    read_draft(content, KNOWN)
    problems = advise(content, NOW)
    questions(content)
    for section in SECTIONS:
        once = section.values(content)
        assert section.values({**content, **once}) == once
        state_of(section, content, problems)


@pytest.mark.parametrize(
    ("shape", "typed", "value"),
    [
        (Whole(), "12", 12), (Whole(), "๑๒", 12), (Whole(), "12,500", 12500), (Whole(), "1 200", 1200),
        (Whole(), "a dozen", "a dozen"), (Whole(), "12.5", "12.5"), (Whole(), "-3", "-3"), (Whole(), "²", "²"),
        (Whole(), "9" * 5000, "9" * 5000), (Whole(), " ", None), (Decimal(), "1,5", 1.5), (Decimal(), "3.0", 3),
        (Decimal(money=True), "12.500", "12500.00"), (Decimal(money=True), "1.234.567,8", "1234567.80"),
        (Decimal(money=True), "12,5", "12.50"), (Decimal(money=True), "1,234.56", "1234.56"),
        (Decimal(money=True), "1.234,567", "1.234,567"), (Decimal(money=True), "a lot", "a lot"),
        (Day(), "2027-3-1", "2027-03-01"), (Day(), "2027年3月1日", "2027-03-01"), (Day(), "1 March", "1 March"),
    ],
)  # fmt: skip
def test_what_is_typed_is_read(shape: Any, typed: str, value: Any) -> None:
    assert shape.read(typed) == value
    assert shape.read(shape.show(value)) == value


def test_prose_keeps_its_lines_and_loses_what_nobody_sees() -> None:
    assert lines_of("a\r\n\r\n- b\r\n  - c\u202e\x07\ufeff d\n\n\n\n\n\ne  ") == "a\n\n- b\n  - c d\n\n\ne"
    assert lines_of("សាកល\u200bវិទ្យាល័យ") == "សាកល\u200bវិទ្យាល័យ"
    assert lines_of("\u200b \n\u200b") == ""


def test_dates_and_times_that_are_none_come_back() -> None:
    time = BY_CODE["time"]
    typed = {"deadlines": [{"purpose": "host", "date": "soon", "time": "5 pm", "zone": "Mars/Base"}]}
    content = time.read(typed, {})
    shown = time.show(content)["deadlines"][0]
    assert (shown["date"], shown["time"]) == ("soon", "5 pm")
    assert time.read(time.show(content), content) == content


def draft(**changes: Any) -> dict[str, Any]:
    listing = new_listing("A listing", organisation_id="org", place="nanning", contact_email="office@example.org")
    return {**to_record(listing), **changes}


def deadline(purpose: str, local_time: str) -> dict[str, str]:
    return {"purpose": purpose, "local_time": local_time, "zone": "Asia/Shanghai"}


def rule(kind: str, **parameters: Any) -> dict[str, Any]:
    return {"kind": kind, "parameters": parameters}


TEXT = {"language": "en", "origin": "source", "title": "T", "summary": "Long enough.", "description": "Short."}
WRONG: list[tuple[dict[str, Any], str, str, bool]] = [
    ({"translations": [TEXT]}, "translations[0].summary", "summary-longer", True),
    ({"translations": [{**TEXT, "summary": "x" * 601, "description": "x" * 900}]}, "translations[0].summary",
     "summary-long", True),
    ({"contact_email": None}, "contact_email", "contact-missing", True),
    ({"contact_email": "nobody"}, "contact_email", "no-address", False),
    ({"place": None}, "place", "place-missing", True),
    ({"months_min": 0, "months_max": 0}, "months_min", "no-time", False),
    ({"deadlines": [deadline("host", "2020-01-01T17:00")]}, "deadlines[0].local_time", "deadline-past", True),
    ({"deadlines": [deadline("host", "2026-12-20T17:00"), deadline("home-nomination", "2026-12-21T17:00")]},
     "deadlines[1].local_time", "deadline-order", False),
    ({"rolling": True}, "rolling", "rolling-with-deadline", True),
    ({"starts_from": "2026-12-10", "starts_until": None}, "starts_from", "start-before-deadline", False),
    ({"starts_from": "2020-01-01", "starts_until": "2020-02-01", "deadlines": []}, "starts_until", "start-past", True),
    ({"result_on": "2026-12-01"}, "result_on", "result-before-deadline", False),
    ({"places_total": 0}, "places_total", "no-places", False),
    ({"places_total": 9, "places_per_country": 1}, "places_per_country", "quota-too-small", True),
    ({"money": [{"item": "fee", "payer": "participant"}]}, "money[0].amount", "amount-missing", True),
    ({"money": [{"item": "stipend", "payer": "host", "amount": "5.00", "currency": "CNY"}]}, "money[0].per",
     "period-missing", True),
    ({"rules": [rule("age-max", age=10)]}, "rules[0].parameters.age", "age-excludes-all", False),
    ({"rules": [rule("degree-min", degree="doctoral"), rule("age-max", age=20)]}, "rules[1].parameters.age",
     "age-below-degree", True),
    ({"rules": [rule("citizenship", countries=["VN"]), rule("citizenship-excluded", countries=["VN"])]},
     "rules[1].parameters.countries", "citizens-none", False),
    ({"criteria": [{"code": "language", "weight": 70}]}, "criteria[0].weight", "weights-do-not-add-up", False),
    ({"partners": [{"organisation_id": "org", "role": "home"}] * 2}, "partners[1].role", "partner-twice", False),
    ({"kind": "joint-programme"}, "partners", "partner-missing", True),
]  # fmt: skip


def test_a_good_draft_gets_no_advice() -> None:
    assert advise(draft(), NOW) == []
    assert read_draft(draft(), KNOWN)[1] == []


@pytest.mark.parametrize(("changes", "field", "reason", "warning"), WRONG, ids=lambda value: str(value)[:40])
def test_advice_names_the_field(changes: dict[str, Any], field: str, reason: str, warning: bool) -> None:
    content = draft(**changes)
    found = {(one.field, one.reason, one.warning) for one in advise(content, NOW)}
    assert (field, reason, warning) in found
    section = section_of(field)
    assert section is not None
    name = section.field_of(field, content)
    assert name is not None
    assert typed_name(name) in field_names(section.code)


def test_every_advice_is_tried_and_has_a_sentence() -> None:
    assert {reason for _changes, _field, reason, _warning in WRONG} == set(ADVICE)


def test_every_reason_of_records_has_a_sentence() -> None:
    reasons: set[str] = set()
    for module in (records, eligibility):
        folder = Path(str(module.__file__)).parent
        for name in ("records", "record_parts", "shapes", "eligibility"):
            text = (folder / f"{name}.py").read_text("utf-8")
            reasons |= set(re.findall(r'reason="([\w-]+)"', text))
            reasons |= set(re.findall(r'broken\([^,]+, "([\w-]+)"', text))
            reasons |= (
                set(re.findall(r'reason = "([\w-]+)" if .* else "([\w-]+)"', text)[0]) if name == "shapes" else set()
            )
    assert reasons == set(REASONS)
    assert {reason for _end, reason in AT} <= reasons


def typed_name(name: str) -> str:
    return "-".join("0" if part.isdigit() else part for part in name.split("-"))


def field_names(code: str) -> set[str]:
    """The names of all fields of a section's form, those of rows in the first row."""
    return set(_names(FORMS[code], ""))


def _names(form: Any, prefix: str) -> Iterator[str]:
    for name, field in vars(form).items():
        if isinstance(field, UnboundField):
            yield f"{prefix}{name}"
            if field.field_class is FieldList:
                yield from _names(field.args[0].args[0], f"{prefix}{name}-0-")


@pytest.mark.parametrize(
    ("field", "reason"),
    [("rules[0].parameters.any_of[0].minimum", "unknown-code"), ("concepts[3]", "unknown-code"),
     ("deadlines[0].zone", "unknown-zone"), ("joint_degrees[0].degree", "missing-field"), ("isced[0]", "unknown-code"),
     ("apply_steps[1]", "unknown-code"), ("translations[0].title", "missing-field"),
     ("documents[0].languages[0]", "unknown-code")],
)  # fmt: skip
def test_places_of_a_record_are_fields_of_the_form(field: str, reason: str) -> None:
    section = section_of(field)
    assert section is not None
    name = section.field_of(field, draft())
    assert name is not None
    assert typed_name(name) in field_names(section.code)


def test_texts_in_other_languages_are_not_of_this_form() -> None:
    content = draft()
    content["translations"].append({"language": "vi", "origin": "human", "title": "", "summary": "", "description": ""})
    texts = BY_CODE["texts"]
    assert texts.field_of("translations[1].title", content) is None
    assert texts.values(content)["translations"] == content["translations"]


FIELDS = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), min_size=3, max_size=3)


@given(FIELDS, FIELDS, FIELDS)
def test_merging_keeps_what_each_changed(base: dict[str, int], mine: dict[str, int], theirs: dict[str, int]) -> None:
    found = merge(mine, theirs, Typed(mine, marks_of(base)))
    for name, before in base.items():
        if mine[name] in (before, theirs[name]):
            assert name not in found.changes
        elif theirs[name] == before:
            assert found.changes[name] == mine[name]
            assert name not in found.disputed
        else:
            assert name in found.disputed
    left = merge(mine, theirs, Typed(mine, marks_of(base), found.disputed))
    assert not left.disputed


def test_names_that_no_field_has_are_left_out() -> None:
    names = [
        "title",
        "money-0-item",
        "rules-1-any_of-2-test",
        "money-²-item",
        "money-1234-item",
        "__class__",
        "a.b",
        "-",
    ]
    kept = typed_fields(MultiDict([(name, "x") for name in names]))
    assert list(kept) == names[:3]


def test_sections_depend_on_the_kind() -> None:
    assert "base" in {one.code for one in sections_of("training-base")}
    assert "base" not in {one.code for one in sections_of("scholarship")}
    assert len(sections_of(["not", "a", "kind"])) == len(sections_of("scholarship"))


def test_a_joint_programme_begins_with_its_partners() -> None:
    codes = [one.code for one in sections_of("joint-programme")]
    assert codes.index("partners") == codes.index("host") + 1
    assert sorted(codes) == sorted(["joint", *(one.code for one in sections_of("scholarship"))])
    alone = {"kind": "joint-programme"}
    named = {**alone, "partners": [{"organisation_id": "x", "role": "home"}]}
    for content, answered, state in ((alone, False, "missing"), (named, True, "begun")):
        assert [one.answered for one in questions(content) if one.code == "with"] == [answered]
        assert state_of(BY_CODE["partners"], content, advise(content, NOW)) == state
    scholarship = {"kind": "scholarship"}
    assert "with" not in {one.code for one in questions(scholarship)}
    assert state_of(BY_CODE["partners"], scholarship, advise(scholarship, NOW)) == "empty"


@pytest.mark.parametrize(
    ("purposes", "nominated", "answered"),
    [
        (["host"], False, True), (["agency"], False, True), (["home-nomination"], False, False),
        (["home-nomination"], True, True), (["referee", "documents"], True, False), ([], True, False),
    ],
)  # fmt: skip
def test_by_when_is_answered_by_the_last_day_to_apply(purposes: list[str], nominated: bool, answered: bool) -> None:
    rows = [{"purpose": purpose, "local_time": "2027-03-01T12:00", "zone": "UTC"} for purpose in purposes]
    rules = [{"kind": "nomination", "by": "home-institution"}] if nominated else []
    found = questions({"deadlines": rows, "rules": rules})
    assert [one.answered for one in found if one.code == "when"] == [answered]


def test_sentences_fill_in_numbers(app: Any) -> None:
    with app.test_request_context("/en/"):
        said = sentence(Problem("places_per_country", "quota-too-small", {"most": 12}))
        huge = sentence(Problem("places_per_country", "quota-too-small", {"most": 10**30}))
    assert "at most 12 places" in said
    assert f"at most {10**30} places" in huge
