"""What people type about themselves ↔ the JSON of a part; every mistake named at its field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.listings.typed import line_of
from portal.researchers import labels
from portal.researchers import profile as p
from portal.researchers.checking import Known, problems_of
from portal.researchers.hints import HINTS, open_hints
from portal.researchers.parts import TYPED, WINDOW, Seen, field_of, held_rows, read_typed, show_part
from portal.researchers.records import LISTS, read_part, write_part
from tests.unit.test_researchers import PROFILES

ANYTHING = Known({"org"}, {"machine-learning", "CN", "TH", "VN", "MM", "LA"}, {"zh-Hans"})
TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", "master", "2026-02-01", "soon", "5", "CN", "HSK", "machine-learning"]
)


def typed_of(shown: Any) -> st.SearchStrategy[Any]:
    """Anything that a form may send for what it shows."""
    if isinstance(shown, dict):
        return st.fixed_dictionaries({name: typed_of(value) for name, value in shown.items()})
    if isinstance(shown, list):
        return st.lists(typed_of(shown[0]) if shown else TEXTS, max_size=3)
    return TEXTS


def cleaned(content: Any) -> Any:
    """JSON whose texts are as forms leave them; where nothing is left of one, a letter stands for it."""
    if isinstance(content, dict):
        return {name: cleaned(value) for name, value in content.items()}
    if isinstance(content, list):
        return [cleaned(value) for value in content]
    return (line_of(content) or "x") if isinstance(content, str) else content


def empty(shape: Any) -> Any:
    """What a shape shows, with a row where it has rows."""
    if columns := getattr(shape, "columns", None):
        row = {name: empty(one) for name, one in columns.items()}
        return [row]
    return shape.show(None)


FORMS = {
    part: {**how.show({}), **{key: empty(shape) for key, shape in how.shapes.items()}} for part, how in TYPED.items()
}


@given(PROFILES)
def test_what_a_form_shows_is_read_back(profile: p.Profile) -> None:
    for part in p.PARTS:
        content = cleaned(write_part(getattr(profile, part)))
        assert (
            write_part(
                read_part(
                    part,
                    read_typed(
                        part, show_part(part, content), content, Seen(held=held_rows(part, show_part(part, content)))
                    ),
                )
            )
            == content
        ), part


@given(st.sampled_from(p.PARTS).flatmap(lambda part: st.tuples(st.just(part), typed_of(FORMS[part]))))
def test_whatever_is_typed_is_read_or_told(case: tuple[str, dict[str, Any]]) -> None:
    part, typed = case
    content = read_typed(part, typed)
    problems = problems_of(part, content, typed, ANYTHING)
    if not problems:
        read_part(part, content)
    for problem in problems:
        field = field_of(problem.place)
        assert field.split("-")[0] in FORMS[part], field
        assert not set(field) & set("[]."), field


@given(
    st.sampled_from(LISTS), st.integers(0, 3 * WINDOW), st.integers(0, 4), st.integers(0, 2 * WINDOW),
    st.sampled_from(["take", "keep", "more"]),
)  # fmt: skip
def test_a_window_changes_its_own_rows_alone(part: str, length: int, number: int, where: int, what: str) -> None:
    keys = {"degrees": "subject", "posts": "title", "publications": "title", "languages": "language"}
    content = [{keys[part]: f"row {place}"} for place in range(length)]
    start = number * WINDOW
    shown = show_part(part, content, start)
    held, rows = held_rows(part, shown), shown[part]
    assert held == len(content[start : start + WINDOW])
    if what == "take":
        del rows[where : where + 1]
    if what == "more":
        rows.insert(where, {**dict.fromkeys(rows[0] if rows else (), ""), keys[part]: "new"})
    after = [row[keys[part]] for row in read_typed(part, shown, content, Seen(1, start, held))]
    expected = [row[keys[part]] for row in content]
    window = expected[start : start + held]
    if what == "take":
        del window[where : where + 1]
    if what == "more":
        window.insert(where, "new")
    assert after == [*expected[:start], *window, *expected[start + held :]]


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ("name.given", "given"), ("background.citizenships[2]", "citizenships"),
        ("background.stays[1].since", "stays-1-since"), ("degrees[21].at.organisation_id", "degrees-1-organisation_id"),
        ("degrees[20].at.name", "degrees-0-place"), ("publications[20].authors[3]", "publications-0-authors"),
        ("languages[20].tests[2].result", "languages-0-tests-2-result"), ("degrees", "degrees"),
    ],
)  # fmt: skip
def test_a_place_leads_to_its_field(place: str, field: str) -> None:
    assert field_of(place, 20 if "[2" in place and place.partition("[")[0] in LISTS else 0) == field


@given(st.builds(Seen, *[st.integers(0, 99_999)] * 3), st.text(max_size=12))
def test_what_a_page_has_seen_is_carried(seen: Seen, other: str) -> None:
    assert Seen.read(str(seen)) == seen
    assert Seen.read(other) in (Seen(), Seen.read(other.strip()))


def test_none_is_an_answer_and_silence_is_not() -> None:
    silent = read_typed("background", {"abroad": "", "awarded": ""})
    assert silent == {}
    assert read_typed("background", {"abroad": "no", "awarded": "no"}) == {"stays": [], "awards_from": []}


def test_every_hint_has_words_and_goes_once_it_is_followed() -> None:
    assert {hint.name for hint in HINTS} == set(labels.HINTS)
    assert sum(map(len, open_hints(p.Profile()).values())) == len(HINTS)
    assert not {"name", "publications"} & {hint.part for hint in HINTS}


@given(PROFILES)
def test_names_and_publications_change_no_hint(profile: p.Profile) -> None:
    parts = [part for part in p.PARTS if part not in ("name", "publications")]
    assert open_hints(profile) == open_hints(profile.showing(tuple(parts)))


def test_every_code_has_words() -> None:
    for codes, words in (
        (p.POST_KINDS, labels.POST_KINDS), (p.PUBLICATION_KINDS, labels.PUBLICATION_KINDS), (p.SPOKEN, labels.SPOKEN),
        (p.FUNDING_NEEDS, labels.FUNDING_NEEDS), (p.PARTS, labels.PARTS), (p.AUDIENCES, labels.AUDIENCES),
    ):  # fmt: skip
        assert set(codes) == set(words)
