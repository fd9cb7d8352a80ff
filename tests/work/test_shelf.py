"""The list of an organisation's listings: narrowed, searched, in order, in pages; several changed at once."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from portal.core.actor import Actor
from portal.core.paging import page_number
from portal.demo.builders import make_organisation
from portal.listings.models import Listing
from portal.posting.models import Posting
from portal.posting.shelf import service
from portal.posting.shelf.forms import asked_of, read_filter
from portal.posting.shelf.page import PER_PAGE
from portal.posting.shelf.queries import ORDERS, STATES, ShelfFilter, list_entries, narrowed
from portal.posting.workflow import BY_ACTION
from portal.site import Site
from tests import people
from tests.moments import NOW
from tests.work.publishing import LISTINGS, TEXTS, add_posting, add_team

ENGLISH = {"language": "en", "origin": "source", **TEXTS}
THAI = {"language": "th", "origin": "human", "title": "หุ่นยนต์เพื่อข้าว", "summary": "ก", "description": "ข"}
UNFINISHED = {"language": "vi", "origin": "human", "title": "Rô-bốt", "summary": "", "description": ""}


def due(day: str) -> dict[str, Any]:
    return {"deadlines": [{"purpose": "host", "local_time": f"{day}T17:00:00", "zone": "Asia/Shanghai"}]}


@pytest.fixture
def team(site: Site, organisation_id: str) -> str:
    with site.unit_of_work().begin() as session:
        add_team(session, organisation_id)
    return organisation_id


@pytest.fixture
def linh(app: Flask, team: str) -> FlaskClient:
    return people.browser_of(app, "linh")


def add(site: Site, team: str, draft: str = "none", listing: str | None = "published", **content: Any) -> str:
    with site.unit_of_work().begin() as session:
        return add_posting(site, session, team, draft, listing, **content).listing_id


def found(site: Site, team: str, **wanted: str) -> list[str]:
    with site.sessions() as session:
        entries = list_entries(session, team)
    return [one.id for one in narrowed(entries, ShelfFilter(**wanted), NOW)]


def state(site: Site, listing_id: str) -> str:
    with site.sessions() as session:
        return session.get_one(Listing, listing_id).state


# --- narrowing -----------------------------------------------------------------------------------------------------


def test_drafts_and_published_ones_are_found_by_state_kind_and_language(site: Site, team: str) -> None:
    draft = add(site, team, "editing", None, translations=[ENGLISH, UNFINISHED])
    both = add(site, team, "editing", "published", translations=[ENGLISH, THAI])
    closed = add(site, team, "none", "closed", kind="scholarship")
    assert set(found(site, team)) == {draft, both, closed}
    assert set(found(site, team, state="editing")) == {draft, both}
    assert found(site, team, state="published") == [both]
    assert found(site, team, state="closed") == [closed]
    assert found(site, team, kind="scholarship") == [closed]
    assert set(found(site, team, lacks="th")) == {draft, closed}
    assert set(found(site, team, lacks="vi")) == {draft, both, closed}  # a text without its parts is none
    assert found(site, team, lacks="en") == []


@pytest.mark.parametrize("draft", ["none", "editing"])
@pytest.mark.parametrize(
    ("text", "number"),
    [("robots rice", 1), ("ROBOTS", 1), ("หุ่นยนต์", 1), ("GX-2027/3", 1), ("gx-2027", 1), ("rice nothing", 0), ("", 2)],
)
def test_titles_in_all_languages_and_references_are_searched(
    site: Site, team: str, draft: str, text: str, number: int
) -> None:
    one = add(site, team, draft, reference="GX-2027/3", translations=[ENGLISH, THAI])
    add(site, team, draft, translations=[{**ENGLISH, "title": "Something else"}])
    assert len(found(site, team, text=text)) == number
    assert (one in found(site, team, text=text)) == bool(number)
    assert found(site, team, text=one) == [one]


def test_what_can_be_missed_stands_first(site: Site, team: str) -> None:
    late, near = add(site, team, **due("2027-03-01")), add(site, team, "editing", None, **due("2026-12-01"))
    over, long_over = add(site, team, **due("2026-11-01")), add(site, team, **due("2026-01-01"))
    none = add(site, team)
    rolling = add(site, team, rolling=True, **due("2026-12-02"))
    order = found(site, team, order="deadline")
    assert order[:2] == [near, late]
    assert set(order[2:4]) == {none, rolling}
    assert order[4:] == [over, long_over]


def test_what_changed_last_stands_first(site: Site, team: str) -> None:
    first, second = add(site, team), add(site, team, "editing", None)
    for listing_id, later in ((second, 1), (first, 2)):
        with site.unit_of_work().begin() as session:
            session.get_one(Posting, listing_id).saved_at = NOW + timedelta(hours=later)
        assert found(site, team)[0] == listing_id


def test_others_are_not_listed(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        other = make_organisation(session, "University Elsewhere").id
        people.add_member(session, people.add_person(session, "Otto"), other, "manager")
    add(site, other)
    assert found(site, team) == []


@given(st.dictionaries(st.sampled_from(["q", "state", "kind", "lacks", "order"]), st.text(max_size=300)))
def test_any_address_can_be_read(asked: dict[str, str]) -> None:
    wanted = read_filter(asked)
    assert read_filter(asked_of(wanted)) == wanted
    assert wanted.state in ("", *STATES)
    assert wanted.order in ORDERS


@given(st.text(max_size=8))
def test_any_page_number_can_be_read(text: str) -> None:
    assert page_number(text) >= 1


def test_the_page_narrows_and_counts(site: Site, team: str, linh: FlaskClient) -> None:
    add(site, team, reference="GX-1")
    add(site, team, "editing", None, translations=[{**ENGLISH, "title": "Silk"}])
    address = f"/en/organisations/{team}/postings"
    page = linh.get(address).text
    assert "All (2)" in page
    assert "Published (1)" in page
    assert "Draft (1)" in page
    assert "in 1 of 11 languages" in page
    assert "GX-1" in page
    assert "Silk" not in linh.get(f"{address}?q=robots").text
    assert "No listing is like that." in linh.get(f"{address}?q=nothing&state=closed").text
    assert linh.get(f"{address}?state=%01&page=x&kind=y&lacks=zz&order=%F0").status_code == 200
    assert linh.get(f"{address}?page=9").status_code == 404


def test_many_are_shown_in_pages(site: Site, team: str, linh: FlaskClient) -> None:
    ids = [add(site, team, "editing", None) for _number in range(PER_PAGE + 3)]
    address = f"/en/organisations/{team}/postings"
    pages = [linh.get(address).text, linh.get(f"{address}?page=2").text]
    assert [sum(f'value="{one}"' in page for one in ids) for page in pages] == [PER_PAGE, 3]
    assert "With all 28 on all pages" in pages[0]


# --- several at once -----------------------------------------------------------------------------------------------


def send(client: FlaskClient, team: str, action: str, ids: list[str], query: str = "", **data: str) -> TestResponse:
    token = people.token_of(client, "/en/account")
    sent = {"csrf_token": token, "action": action, "listing": ids, **data}
    return client.post(f"/en/organisations/{team}/postings/several{query}", data=sent)


def test_what_would_change_is_seen_before_it_changes(site: Site, team: str, linh: FlaskClient) -> None:
    open_one, closed, draft = add(site, team), add(site, team, "none", "closed"), add(site, team, "editing", None)
    held = add(site, team, "none", "suspended")
    ids = [open_one, closed, draft, held]
    page = send(linh, team, "close", ids).text
    assert "1 listing will change." in page
    for sentence in ("It is closed.", "Nothing of it is published yet.", "It is suspended by the team of this site."):
        assert sentence in page
    assert state(site, open_one) == "published"
    answer = send(linh, team, "close", ids, sure="1")
    assert answer.status_code == 303
    page = linh.get(answer.location).text
    assert "Done for 1 listing." in page
    assert "3 stay as they were:" in page
    assert [state(site, one) for one in (open_one, closed, held)] == ["closed", "closed", "suspended"]


def test_archiving_wants_closing_first(site: Site, team: str, linh: FlaskClient) -> None:
    open_one, closed = add(site, team), add(site, team, "none", "closed")
    assert "Close it first." in send(linh, team, "archive", [open_one, closed]).text
    send(linh, team, "archive", [open_one, closed], sure="1")
    assert (state(site, open_one), state(site, closed)) == ("published", "archived")


def test_everything_that_is_asked_for_is_confirmed(site: Site, team: str, linh: FlaskClient) -> None:
    wanted = [add(site, team, reference=f"A-{number}") for number in range(PER_PAGE + 1)]
    other = add(site, team, reference="B-1")
    with site.unit_of_work().begin() as session:
        for listing_id in (*wanted, other):
            session.get_one(Listing, listing_id).confirmed_at = NOW - timedelta(days=70)
    assert "26 listings will change." in send(linh, team, "confirm", [], "?q=a-", everything="1").text
    answer = send(linh, team, "confirm", [], "?q=a-", everything="1", sure="1")
    assert answer.location.endswith("?q=a-")
    with site.sessions() as session:
        confirmed = {one for one in (*wanted, other) if session.get_one(Listing, one).confirmed_at == NOW}
    assert confirmed == set(wanted)


def test_what_is_chosen_is_taken_away_as_a_workbook(site: Site, team: str, linh: FlaskClient) -> None:
    one, _other = add(site, team, department="=HYPERLINK(1)"), add(site, team)
    answer = send(linh, team, "export", [one])
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    codes = [cell.value for cell in sheet[2]]
    rows = [dict(zip(codes, [cell.value for cell in cells], strict=True)) for cells in sheet.iter_rows(min_row=3)]
    assert [(row["id"], row["department"]) for row in rows if row["id"]] == [(one, "'=HYPERLINK(1)")]


@pytest.mark.parametrize(
    ("action", "ids", "sentence"),
    [
        ("close", [], "Tick at least one listing."),
        ("explode", ["x"], "Choose what is to be done with them."),
        ("", [], "Choose what is to be done with them."),
        ("close", [str(number) for number in range(service.MOST + 1)], "At most 500 listings at once."),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_lost(
    site: Site, team: str, linh: FlaskClient, action: str, ids: list[str], sentence: str
) -> None:
    listing_id = add(site, team)
    answer = send(linh, team, action, [*ids, listing_id] if ids else ids)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'id="tick-{listing_id}"' in answer.text
    assert (" checked>" in answer.text) == bool(ids)


def test_listings_of_others_and_unknown_ones_are_left_alone(site: Site, team: str, linh: FlaskClient) -> None:
    with site.unit_of_work().begin() as session:
        other = make_organisation(session, "University Elsewhere").id
        people.add_member(session, people.add_person(session, "Otto"), other, "manager")
    foreign = add(site, other)
    answer = send(linh, team, "close", [foreign, "nothing"], sure="1")
    assert answer.status_code == 303
    assert state(site, foreign) == "published"
    assert service.move_each(site, [foreign], "close", Actor("linh", None, {team: "editor"})).refused == (foreign,)
    assert "Robots" not in send(linh, team, "close", [foreign]).text


def test_reviewers_take_away_but_change_nothing(app: Flask, site: Site, team: str) -> None:
    listing_id, ray = add(site, team), people.browser_of(app, "ray")
    assert 'value="close"' not in ray.get(f"/en/organisations/{team}/postings").text
    assert send(ray, team, "close", [listing_id], sure="1").status_code == 403
    assert send(ray, team, "export", [listing_id]).status_code == 200
    assert state(site, listing_id) == "published"


@pytest.mark.parametrize("action", service.ACTIONS)
@pytest.mark.parametrize("listing", LISTINGS)
def test_refusals_say_what_the_workflow_says(action: str, listing: str | None) -> None:
    assert (service.refusal(action, listing) is None) == (listing in BY_ACTION[action].sources)


# --- still right? --------------------------------------------------------------------------------------------------


def test_one_click_confirms_all_that_was_asked_about(site: Site, team: str, linh: FlaskClient) -> None:
    asked = [add(site, team) for _number in range(3)]
    quiet, closed = add(site, team), add(site, team, "none", "closed")
    with site.unit_of_work().begin() as session:
        for listing_id in (*asked, closed):
            session.get_one(Posting, listing_id).asked_at = NOW
    address = f"/en/organisations/{team}/postings/still-right"
    assert "Are 3 listings still right?" in linh.get(f"/en/organisations/{team}/postings").text
    page = linh.get(address).text
    assert [one for one in (*asked, quiet, closed) if f'value="{one}"' in page] == asked
    assert send(linh, team, "confirm", asked, sure="1").status_code == 303
    with site.sessions() as session:
        assert {session.get_one(Posting, one).asked_at for one in asked} == {None}
    assert "Nothing is asked about" in linh.get(address).text
