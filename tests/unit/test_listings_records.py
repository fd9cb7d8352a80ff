"""Listings as JSON: what is written is read back the same, and mistakes are named."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.demo.builders import deadline, money_line, new_listing, partner, rule, translation
from portal.listings import codes
from portal.listings.importing import read_file, read_listings, write_listings
from portal.listings.models import Criterion, DocumentWanted, Listing
from portal.listings.record_parts import Known
from portal.listings.records import from_record, to_record
from portal.locales import COUNTRIES, TAGS

KNOWN = Known(
    organisations={"gxu", "hust", "nuol"},
    concepts={"machine-learning", "fintech", "robotics"},
    places={"nanning", "ha-noi"},
    isced={"0613", "0714"},
)
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=40
).filter(lambda text: text.strip())
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2035, 1, 1))
MOMENTS = st.datetimes(
    datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2035-01-01"), timezones=st.just(UTC)
)
CLOCKS = st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2035-01-01"))
COUNTS = st.none() | st.integers(0, 500)
AMOUNTS = st.none() | st.decimals(0, 10**9, places=2)


def some(values: tuple[str, ...] | set[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(values)), unique=True, max_size=4)


@st.composite
def whole_listings(draw: st.DrawFn) -> Listing:
    """A listing with every fact drawn, as its host might have filled it in."""
    kind = draw(st.sampled_from(codes.KINDS))
    languages = draw(st.lists(st.sampled_from(TAGS), min_size=1, max_size=3, unique=True))
    months = sorted(draw(st.lists(st.integers(1, 480), min_size=2, max_size=2)))
    places = sorted(draw(st.lists(st.integers(0, 500), min_size=2, max_size=2)))
    starts = draw(st.none() | st.tuples(st.dates(date(2025, 1, 1), date(2030, 1, 1)), st.integers(0, 200)))
    return new_listing(
        "drawn",
        id=draw(st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=1, max_size=12)),
        kind=kind,
        state=draw(st.sampled_from(codes.STATES)),
        demonstration=draw(st.booleans()),
        source_language=languages[0],
        scheme=draw(st.none() | TEXT),
        source_url=draw(st.none() | st.just("https://example.org/notice?id=1")),
        source_checked_on=draw(DAYS),
        posted_at=draw(MOMENTS),
        updated_at=draw(MOMENTS),
        confirmed_at=draw(st.none() | MOMENTS),
        organisation_id=draw(st.none() | st.sampled_from(sorted(["gxu", "hust"]))),
        country=draw(st.sampled_from(COUNTRIES)),
        place=draw(st.none() | st.just("nanning")),
        department=draw(st.none() | TEXT),
        isced=draw(some({"0613", "0714"})),
        concepts=draw(some({"machine-learning", "fintech"})),
        concepts_refused=draw(some({"robotics"})),
        levels=draw(some(codes.LEVELS)),
        mode=draw(st.sampled_from(codes.MODES)),
        working_languages=draw(some(TAGS)),
        award=draw(st.sampled_from(codes.AWARDS)),
        credits=draw(COUNTS),
        outputs=draw(some(codes.OUTPUTS)),
        starts_from=starts[0] if starts else None,
        starts_until=date.fromordinal(starts[0].toordinal() + starts[1]) if starts else None,
        months_min=Decimal(months[0]) / 10,
        months_max=Decimal(months[1]) / 10,
        rolling=draw(st.booleans()),
        result_on=draw(DAYS),
        places_total=places[1],
        places_per_country=places[0],
        places_filled=places[0],
        waiting_list=draw(st.booleans()),
        base_certifications=draw(st.lists(TEXT, unique=True, max_size=2)),
        base_open_to_third_parties=draw(st.none() | st.booleans()),
        joint_degrees=draw(st.sampled_from([[], [{"degree": "master", "organisation": "gxu"}]])),
        stages=draw(some(codes.STAGES)),
        decided_by=draw(st.none() | st.sampled_from(codes.DECIDERS)),
        translations=[
            translation(
                language, draw(TEXT), "human" if place else "source", summary=draw(TEXT), description=draw(TEXT)
            )
            for place, language in enumerate(languages)
        ],
        partners=[partner("nuol", draw(st.sampled_from(codes.PARTNER_ROLES)))] if draw(st.booleans()) else [],
        deadlines=[deadline("host", draw(CLOCKS), draw(st.sampled_from(["Asia/Yangon", "Asia/Dili"])))],
        money=[
            money_line(item, draw(st.sampled_from(codes.MONEY_PAYERS)), draw(AMOUNTS), per="month")
            for item in draw(some(codes.MONEY_ITEMS))
        ],
        rules=[rule("age-max", age=draw(st.integers(1, 99))), rule("nomination", by="ministry")],
        documents=[
            DocumentWanted(kind=name, count=1, languages=["en"], notarised_translation=False, due="later", pages_max=3)
            for name in draw(some(codes.DOCUMENTS))
        ],
        criteria=[
            Criterion(code=code, weight=draw(st.none() | st.integers(0, 100))) for code in draw(some(codes.CRITERIA))
        ],
    )


@given(whole_listings())
def test_what_is_written_is_read_back_the_same(listing: Listing) -> None:
    record = to_record(listing)
    assert to_record(from_record(json.loads(json.dumps(record)), KNOWN)) == record


@given(st.lists(whole_listings(), max_size=3, unique_by=lambda listing: listing.id))
def test_a_file_has_one_listing_a_line(listings: list[Listing]) -> None:
    lines = list(write_listings(listings))
    assert all(line.count("\n") == 1 for line in lines)
    found = read_listings([*lines, "\n"], KNOWN)
    assert [to_record(listing) for listing in found] == [to_record(listing) for listing in listings]


def record() -> dict[str, Any]:
    return to_record(new_listing("x"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(record())), JSON)
def test_no_value_whatever_breaks_the_reader(field: str, value: Any) -> None:
    refused: Invalid | None = None
    try:
        assert from_record({**record(), field: value}, KNOWN)
    except Invalid as error:
        refused = error
    if refused is not None:
        assert refused.code == "record.broken"
        assert refused.parameters["field"]
        assert refused.parameters["reason"]


def set_in(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        name, _, key = path.partition(".")
        if key:
            data[name][0][key] = value
        else:
            data[name] = value

    return change


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        (set_in("id", None), "id", "missing-field"),
        (set_in("id", "../x"), "id", "wrong-type"),
        (set_in("kind", "gift"), "kind", "unknown-code"),
        (set_in("colour", "red"), "colour", "unknown-field"),
        (set_in("posted_at", "2026-11-02T01:00"), "posted_at", "wrong-type"),
        (set_in("country", "FR"), "country", "unknown-code"),
        (set_in("organisation_id", "nobody"), "organisation_id", "unknown-reference"),
        (set_in("place", "atlantis"), "place", "unknown-reference"),
        (set_in("concepts", ["machine-learning", "alchemy"]), "concepts[1]", "unknown-code"),
        (set_in("months_min", 9), "months_max", "out-of-range"),
        (set_in("months_max", "many"), "months_max", "wrong-type"),
        (set_in("places_filled", 9), "places_total", "out-of-range"),
        (set_in("places_total", -1), "places_total", "out-of-range"),
        (set_in("apply_url", "javascript:alert(1)"), "apply_url", "wrong-type"),
        (set_in("source_language", "vi"), "translations", "one-source-wanted"),
        (set_in("department", "a\x00b"), "department", "control-character"),
        (set_in("scheme", "\ud83d"), "scheme", "control-character"),
        (set_in("translations.title", "x" * 301), "translations[0].title", "too-long"),
        (set_in("translations.title", "  "), "translations[0].title", "missing-field"),
        (set_in("deadlines.zone", "Mars/Olympus"), "deadlines[0].zone", "unknown-zone"),
        (set_in("deadlines.local_time", "2026-12-20T17:00+08:00"), "deadlines[0].local_time", "wrong-type"),
        (set_in("money.amount", "NaN"), "money[0].amount", "out-of-range"),
        (set_in("money.amount", "1.005"), "money[0].amount", "out-of-range"),
        (set_in("money.currency", None), "money[0].currency", "amount-and-currency-go-together"),
        (set_in("money.currency", "yuan"), "money[0].currency", "too-long"),
        (set_in("rules.parameters", {"countries": ["ASEAN"]}), "rules[0].parameters.countries[0]", "unknown-code"),
        (set_in("rules.kind", "wish"), "rules[0].kind", "unknown-code"),
        (set_in("documents.notarised_translation", "yes"), "documents[0].notarised_translation", "wrong-type"),
        (set_in("criteria", {}), "criteria", "wrong-type"),
    ],
)
def test_a_mistake_is_named_by_line_and_field(
    change: Callable[[dict[str, Any]], None], field: str, reason: str
) -> None:
    broken = record()
    change(broken)
    with pytest.raises(Invalid) as caught:
        read_listings([json.dumps(record()), "", json.dumps(broken)], KNOWN)
    assert caught.value.code == "record.broken"
    assert caught.value.parameters["line"] == 3
    assert (caught.value.parameters["field"], caught.value.parameters["reason"]) == (field, reason)


@pytest.mark.parametrize("line", ["{", "[]", "7", '"text"', "[" * 100_000])
def test_what_is_no_object_is_refused(line: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_listings([line], KNOWN)
    assert caught.value.parameters["line"] == 1


def test_the_same_id_twice_is_refused() -> None:
    line = json.dumps(record())
    with pytest.raises(Invalid) as caught:
        read_listings([line, line], KNOWN)
    assert caught.value.parameters["reason"] == "repeated-id"


def test_derived_facts_may_be_there_and_are_not_believed() -> None:
    listing = from_record({**record(), "funding": "none", "open_to": ["US"], "url": "https://example.org"}, KNOWN)
    assert to_record(listing) == record()


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "listings.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    for unreadable in (path, tmp_path):
        with pytest.raises(Invalid) as caught:
            read_file(unreadable, KNOWN)
        assert caught.value.code == "file.unreadable"
