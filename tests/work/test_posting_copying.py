"""Copies of records: dates asked anew or moved by a year, whatever a draft holds; and the new draft itself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal.core.actor import Actor
from portal.posting import service
from portal.posting.copying.records import a_year_later, begin_anew, names_year, next_cycle
from portal.posting.models import Posting
from portal.posting.translations.texts import states_of
from portal.site import Site
from tests import people
from tests.moments import NOW

days = st.dates(date(1950, 1, 1), date(2099, 12, 31))
moments = st.builds(datetime.combine, days, st.times())
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | days.map(date.isoformat),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    ["id", "starts_from", "result_on", "deadlines", "rules", "translations", "partners", "places_filled", "money"]
)
records = st.dictionaries(keys, json)


@given(moments)
def test_a_year_later_is_the_same_day(moment: datetime) -> None:
    later = datetime.fromisoformat(a_year_later(moment.isoformat()))
    expected_day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    assert (later.year, later.month, later.day) == (moment.year + 1, moment.month, expected_day)
    assert later.time() == moment.time()


@given(days, days)
def test_the_order_of_days_stays(first: date, second: date) -> None:
    one, two = (date.fromisoformat(a_year_later(day.isoformat())) for day in sorted((first, second)))
    assert one <= two


@pytest.mark.parametrize(
    ("value", "later"),
    [
        ("2028-02-29", "2029-02-28"),
        ("2027-02-28", "2028-02-28"),
        ("2028-02-29T17:00:00", "2029-02-28T17:00:00"),
        ("T17:00", "T17:00"),
        ("next spring", "next spring"),
        ("2100-01-01", "2100-01-01"),
        ("๒๐๒๗-๐๑-๐๑", "๒๐๒๗-๐๑-๐๑"),
        (None, None),
        (2027, 2027),
        (["2027-01-01"], ["2027-01-01"]),
    ],
)
def test_what_is_no_date_stays(value: Any, later: Any) -> None:
    assert a_year_later(value) == later


@given(records)
def test_copies_take_everything_but_what_is_the_listings_own(record: dict[str, Any]) -> None:
    before = repr(record)
    for copy in (begin_anew(record), next_cycle(record)):
        assert copy.keys() == record.keys() - {"id", "places_filled"}
        for key in copy.keys() - {"starts_from", "result_on", "deadlines", "rules"}:
            assert copy[key] == record[key]
    assert repr(record) == before


def test_all_dates_are_moved_or_left_out() -> None:
    record = {
        "id": "abc", "version": 4, "state": "closed", "confirmed_at": "x", "starts_from": "2027-03-01",
        "starts_until": None, "result_on": "2028-02-29",
        "deadlines": [{"purpose": "host", "local_time": "2027-01-31T17:00:00", "zone": "Asia/Bangkok"}, "nonsense"],
        "rules": [{"kind": "age-max", "parameters": {"age": 44, "on": "2027-01-01"}}, {"kind": "nomination"}],
        "money": [{"amount": "5.00"}],
    }  # fmt: skip
    later = next_cycle(record)
    assert later == {
        "starts_from": "2028-03-01", "starts_until": None, "result_on": "2029-02-28",
        "deadlines": [{"purpose": "host", "local_time": "2028-01-31T17:00:00", "zone": "Asia/Bangkok"}, "nonsense"],
        "rules": [{"kind": "age-max", "parameters": {"age": 44, "on": "2028-01-01"}}, {"kind": "nomination"}],
        "money": [{"amount": "5.00"}],
    }  # fmt: skip
    anew = begin_anew(record)
    assert anew["starts_from"] is None
    assert anew["deadlines"][0] == {"purpose": "host", "local_time": None, "zone": "Asia/Bangkok"}
    assert anew["rules"][0]["parameters"] == {"age": 44}


@pytest.mark.parametrize("text", ["in 2027", "พ.ศ. ๒๕๗๐", "2027年", "១៧ មីនា ២០២៧", "(1998)"])
def test_years_are_seen_in_any_script(text: str) -> None:
    assert names_year({"description": text})


@pytest.mark.parametrize("text", ["12027", "20270", "5000 baht", "room 1234", "", None])
def test_other_numbers_are_no_years(text: str | None) -> None:
    assert not names_year({"title": text})


def _text(language: str, origin: str, title: str) -> dict[str, str]:
    return {"language": language, "origin": origin, "title": title, "summary": "…", "description": "…"}


@pytest.fixture
def listing_id(site: Site, client: FlaskClient, organisation_id: str) -> str:
    """A posting with a translation that names a year, one that names none and one that is out of date."""
    texts = [
        _text("en", "source", "Robots"), _text("th", "human", "หุ่นยนต์ ๒๕๗๐"), _text("vi", "human", "Rô-bốt"),
        _text("lo", "human", "ຫຸ່ນຍົນ"),
    ]  # fmt: skip
    with site.unit_of_work().begin() as session:
        people.add_member(session, people.add_person(session, "Linh"), organisation_id)
        content = {
            "kind": "scholarship", "country": "CN", "source_language": "en", "translations": texts,
            "starts_from": "2027-03-01",
        }  # fmt: skip
        posting = service.begin_posting(session, organisation_id, content, Actor("linh"), NOW)
        session.flush()
        changed = [_text("en", "source", "Robots and drones"), *texts[1:]]
        service.save_draft(session, posting, {"translations": changed}, 0, Actor("linh"), NOW)
        again = [changed[0], {**texts[1], "summary": "!"}, {**texts[2], "summary": "!"}, texts[3]]
        service.save_draft(session, posting, {"translations": again}, 1, Actor("linh"), NOW)
    people.sign_in(client, site, "linh")
    return posting.listing_id


def test_a_copy_begins_a_draft_and_marks_texts_with_years(site: Site, client: FlaskClient, listing_id: str) -> None:
    address = f"/en/postings/{listing_id}/copy"
    token = people.token_of(client, address)
    answer = client.post(address, data={"csrf_token": token, "way": "cycle"})
    assert answer.status_code == 303
    new_id = answer.location.split("/")[3]
    assert new_id != listing_id
    with site.sessions() as session:
        new = session.get_one(Posting, new_id)
        content = new.content or {}
        assert content["id"] == new_id
        assert content["starts_from"] == "2028-03-01"
        assert states_of(session, new_id, content) == {"en": "ready", "th": "dates", "vi": "ready", "lo": "outdated"}
    assert "Please check the dates" in client.get(f"/en/postings/{new_id}/languages").text


def test_a_wrong_way_is_told(client: FlaskClient, listing_id: str) -> None:
    address = f"/en/postings/{listing_id}/copy"
    answer = client.post(address, data={"csrf_token": people.token_of(client, address), "way": "sideways"})
    assert answer.status_code == 422
    assert "Please choose one." in answer.text
