"""What hosts see of people who fit: only those who agreed, only what they show, and never who they are."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.accounts.limits import LIMITS, Limit
from portal.accounts.models import User
from portal.core.actor import Actor
from portal.demo.builders import make_organisation, rule
from portal.indexing import service as indexing
from portal.listings.document import to_card
from portal.listings.models import Listing
from portal.listings.queries import find_listings
from portal.matching.fit import Offer, Seeker, fit
from portal.matching.invitations.service import invite_person, refuse_host
from portal.matching.models import Invitation
from portal.matching.people import page as pages
from portal.matching.people.candidates import Candidate, people_for
from portal.researchers import service
from portal.researchers.models import ProfileView
from portal.researchers.queries import list_views, shown_profile
from portal.site import Site
from search.errors import EngineUnavailable
from tests import people
from tests.moments import NOW
from tests.people import browser_of
from tests.work.consenting import NAME, WORDING, add_findable, add_host, add_open_listing

LINH = Actor("linh")
# Every fact of every part, so that nothing stands in one page alone.
FULL: dict[str, Any] = {
    "background": {
        "citizenships": ["LA", "VN"], "born_on": "1998-05-17", "residence": "MM", "awards_from": ["BN"],
        "stays": [{"country": "KH", "since": "2020-01-02", "until": "2020-12-30"}],
    },
    "degrees": [
        {"level": "doctoral", "subject": "Rice fields", "isced": "0714", "completed_on": "2024-06-01"},
        {"level": "master", "subject": "Water gates", "at": {"name": "Unlisted college", "country": "MY"}},
    ],
    "posts": [{"kind": "teaching", "title": "Lecturer", "since": "2022-08-01", "at": {"name": "Small school"}}],
    "publications": [
        {"title": "Wet robots", "kind": "book", "year": 2019, "venue": "Paddy Press", "authors": ["S. Vongsa"],
         "doi": "10.1000/182", "url": "https://example.org/wet"},
    ],
    "languages": [
        {"language": "lo", "level": "native"},
        {"language": "zh-Hans", "level": "B2", "tests": [{"test": "HSK", "result": "5", "taken_on": "2023-03-04"}]},
    ],
    "skills": {"concepts": ["machine-learning"], "isced": ["0613"], "summary": "I harvest.", "research_years": 7},
    "wishes": {
        "kinds": ["joint-programme"], "countries": ["CN"], "levels": ["postdoctoral"], "modes": ["onsite"],
        "starts_from": "2027-03-01", "months_min": "6", "funding": "full", "concepts": ["robotics"],
    },
}  # fmt: skip
# Part → words of it that no other part and no listing has.
TELLING = {
    "background": ["1998", "Myanmar", "2020", "Brunei", "Vietnam"],
    "degrees": ["Rice fields", "Water gates", "Unlisted college", "Doctoral degree", "2024"],
    "posts": ["Lecturer", "Small school", "Employed at present"],
    "publications": ["Book", "2019"],
    "languages": ["own language", "HSK 5"],
    "skills": ["I harvest.", "Years of research: 7"],
    "wishes": ["I need everything paid", "2027"],
}
NEVER = [
    *NAME.values(), "S. Vongsa", "Wet robots", "10.1000/182", "Paddy Press", "example.org/wet", "1998-05", "17 May",
]  # fmt: skip
RULES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("citizenship", {"countries": ["LA"]}), ("age-max", {"age": 60}), ("no-concurrent-award", {}),
    ("residence-max", {"country": "KH", "months": 24, "of_last": 36}), ("degree-within", {"years": 9}),
    ("degree-min", {"degree": "bachelor", "research_years": 5}), ("employment", {"years": 1}),
    ("language-test", {"any_of": [{"language": "zh-Hans", "test": "HSK", "minimum": "4"}]}),
)  # fmt: skip
PART = re.compile(r'<section class="profile-part written">.*?</section>', re.DOTALL)


@dataclass
class World:
    """A host with one listing, and its site."""

    site: Site
    host: str
    listing_id: str

    def add(self, name: str, **options: Any) -> str:
        with self.site.unit_of_work().begin() as session:
            public_id = add_findable(session, name, **options).public_id
        indexing.drain(self.site)
        return public_id

    def handle(self, public_id: str) -> str:
        return people.handle_of(self.host, public_id)

    def fitting(self, actor: Actor = LINH) -> list[Candidate]:
        with self.site.sessions() as session:
            (listing,) = find_listings(session, [self.listing_id])
            return people_for(self.site, session, listing, actor)

    def views(self, user_id: str) -> list[ProfileView]:
        with self.site.sessions() as session:
            return list(list_views(session, user_id))


@pytest.fixture
def world(site: Site, organisation_id: str) -> World:
    with site.unit_of_work().begin() as session:
        add_host(session, organisation_id)
        listing_id = add_open_listing(session, organisation_id)
    return World(site, organisation_id, listing_id)


@pytest.fixture
def editor(app: Flask, world: World) -> FlaskClient:
    return browser_of(app, "linh")


def test_those_who_fit_come_first_and_those_who_may_not_apply_last(world: World) -> None:
    fits = world.add("Fits")
    other = world.add("Other", skills={"concepts": ["linguistics"]}, wishes={"kinds": ["scholarship"]})
    barred = world.add("Barred", background={"citizenships": ["FR"]})
    found = world.fitting()
    assert [one.person.public_id for one in found] == [fits, other, barred]
    assert [one.outcome for one in found] == ["met", "met", "unmet"]


def test_host_and_person_have_the_same_reasons(world: World) -> None:
    world.add("Somsy")
    (found,) = world.fitting()
    with world.site.sessions() as session:
        (listing,) = find_listings(session, [world.listing_id])
        own = Seeker.of(shown_profile(session, "somsy"), world.site.thesaurus)
        assert fit(own, Offer.of(to_card(listing))) == found.fit
    assert found.fit.score == sum(one.weight * one.value for one in found.fit.parts) / sum(
        one.weight for one in found.fit.parts
    )


def test_the_page_shows_what_is_shown_and_no_name(world: World, editor: FlaskClient) -> None:
    public_id = world.add("Somsy", shown=("name", "degrees", "skills"))
    listed = editor.get(f"/en/postings/{world.listing_id}/people").text
    handle = world.handle(public_id)
    whole = editor.get(f"/en/postings/{world.listing_id}/people/{handle}").text
    assert "Researcher · Master’s degree · Laos" in listed
    assert "Robotics" in whole
    assert "Robots that harvest rice" in whole
    for page in (listed, whole):
        for secret in (*NAME.values(), "somsy", "somsy@example.org", "1998", "Citizenship, age"):
            assert secret not in page.replace(handle, "")


def full(world: World, shown: tuple[str, ...]) -> str:
    """Where the host sees somebody whose profile says everything, of which some parts are shown."""
    degrees = [{**FULL["degrees"][0], "at": {"organisation_id": world.host}}, FULL["degrees"][1]]
    public_id = world.add("Somsy", shown=shown, **{**FULL, "degrees": degrees})
    return f"/en/postings/{world.listing_id}/people/{world.handle(public_id)}"


def read(page: str, address: str) -> str:
    """What people read on a page, without the id, in which any figures may stand."""
    return re.sub(r"<[^>]*>", "", page.partition("<main")[2]).replace(address.rpartition("/")[2], "")


def ask(world: World) -> None:
    """Have a listing that asks for everything."""
    rules = [rule(kind, **values) for kind, values in RULES]
    with world.site.unit_of_work().begin() as session:
        world.listing_id = add_open_listing(session, world.host, "Robots by many rules", rules=rules)


def test_the_host_sees_what_the_preview_shows_and_nothing_else(world: World, app: Flask, editor: FlaskClient) -> None:
    address = full(world, tuple(FULL))
    preview = browser_of(app, "somsy").get("/en/me/profile/preview").text
    whole = editor.get(address).text
    assert len(PART.findall(preview)) == len(FULL)
    assert PART.findall(whole) == PART.findall(preview)
    background, degrees = PART.findall(whole)[:2]
    assert "<dd>1998</dd>" in background
    assert "Guangxi Test University" in degrees  # of the directory, by its name
    for page in (preview, whole):
        assert [word for word in NEVER if word in page] == []


@pytest.mark.parametrize("hidden", FULL)
def test_of_a_part_that_is_not_shown_nothing_stands_in_the_pages(
    world: World, app: Flask, editor: FlaskClient, hidden: str
) -> None:
    ask(world)
    address = full(world, tuple(part for part in FULL if part != hidden))
    person, people_there = (editor.get(one).text for one in (address, address.rpartition("/")[0]))
    assert PART.findall(person) == PART.findall(browser_of(app, "somsy").get("/en/me/profile/preview").text)
    whole, listed = (read(page, address) for page in (person, people_there))
    for text in (whole, listed):
        assert [word for word in (*TELLING[hidden], *NEVER) if word in text] == []
    for part, words in TELLING.items():
        assert part == hidden or [word for word in words if word not in whole] == []


def test_conditions_that_ask_for_a_part_which_is_not_shown_are_open(world: World, editor: FlaskClient) -> None:
    ask(world)
    address = full(world, tuple(FULL))

    def conditions() -> list[bool]:
        told = re.findall(r'<li class="(met|unmet|unknown)">(.*?)</li>', editor.get(address).text, re.DOTALL)
        assert all(("not answered" in text) == (outcome == "unknown") for outcome, text in told)
        return [outcome != "unknown" for outcome, _text in told]

    assert conditions() == [True] * len(RULES)
    with world.site.unit_of_work().begin() as session:
        service.show_part(session, "somsy", "background", "me", WORDING, NOW)
    assert conditions() == [False] * 4 + [True] * 4


def test_nobody_is_shown_who_withdrew_even_while_the_index_lags(world: World, editor: FlaskClient) -> None:
    public_id = world.add("Somsy")
    with world.site.unit_of_work().begin() as session:
        service.be_findable(session, "somsy", False, WORDING, NOW)
    assert [hit for hit, _version in world.site.people.versions()] == [public_id]  # the index has not been told
    handle = world.handle(public_id)
    assert handle not in editor.get(f"/en/postings/{world.listing_id}/people").text
    assert editor.get(f"/en/postings/{world.listing_id}/people/{handle}").status_code == 404


def test_a_part_that_is_not_shown_any_more_is_gone_at_once(world: World, editor: FlaskClient) -> None:
    public_id = world.add("Somsy")
    address = f"/en/postings/{world.listing_id}/people/{world.handle(public_id)}"
    assert "National University of Laos" in editor.get(address).text
    with world.site.unit_of_work().begin() as session:
        service.show_part(session, "somsy", "degrees", "me", WORDING, NOW)
    assert "National University of Laos" not in editor.get(address).text


@pytest.mark.parametrize(
    "change", ["suspended", "unconfirmed", "nothing shown", "refuses the host", "looks themselves"]
)
def test_who_else_is_not_shown(world: World, change: str) -> None:
    world.add("Somsy", **({"shown": ()} if change == "nothing shown" else {}))
    with world.site.unit_of_work().begin() as session:
        user = session.get_one(User, "somsy")
        if change == "suspended":
            user.suspended_at = NOW
        elif change == "unconfirmed":
            user.confirmed_at = None
        elif change == "refuses the host":
            refuse_host(session, "somsy", world.host, NOW)
    actor = Actor("somsy") if change == "looks themselves" else LINH
    assert world.fitting(actor) == []


def test_each_person_sees_who_looked_and_at_what(world: World, editor: FlaskClient) -> None:
    public_id = world.add("Somsy", shown=("degrees", "skills"))
    world.add("Empty", shown=())
    address = f"/en/postings/{world.listing_id}/people"
    for _time in range(2):
        editor.get(address)
    (view,) = world.views("somsy")
    assert (view.organisation_id, view.seen_by, view.day) == (world.host, "linh", NOW.date())
    assert view.parts == ["degrees", "skills"]
    with world.site.unit_of_work().begin() as session:
        service.show_part(session, "somsy", "skills", "me", WORDING, NOW)
        service.show_part(session, "somsy", "languages", "hosts", WORDING, NOW)
    editor.get(f"{address}/{world.handle(public_id)}")
    (view,) = world.views("somsy")
    assert view.parts == ["degrees", "languages", "skills"]  # what was seen this day, whatever is shown by now
    assert world.views("empty") == []


def test_two_pages_at_once_are_both_noted(world: World) -> None:
    world.add("Somsy")

    def note(session: Session, part: str) -> None:
        service.note_views(session, {"somsy": [part]}, world.host, "linh", NOW.date())

    def look() -> None:
        with world.site.unit_of_work().begin() as session:
            note(session, "skills")

    other = threading.Thread(target=look)
    with world.site.unit_of_work().begin() as session:
        note(session, "degrees")
        session.flush()
        other.start()
        other.join(0.5)
    other.join()
    assert [one.parts for one in world.views("somsy")] == [["degrees", "skills"]]


def test_whom_a_line_under_invited_shows_was_seen(world: World, editor: FlaskClient) -> None:
    public_id = world.add("Somsy", shown=("degrees", "skills"))
    _invite(world, public_id)
    with world.site.unit_of_work().begin() as session:
        session.get_one(Listing, world.listing_id).state = "closed"
    page = editor.get(f"/en/postings/{world.listing_id}/people").text
    assert "Master’s degree" in page
    assert [one.parts for one in world.views("somsy")] == [["degrees"]]  # the line says nothing of skills


def test_who_refuses_the_host_is_not_under_invited(world: World, editor: FlaskClient) -> None:
    public_id = world.add("Somsy")
    _invite(world, public_id)
    with world.site.unit_of_work().begin() as session:
        refuse_host(session, "somsy", world.host, NOW)
    page = editor.get(f"/en/postings/{world.listing_id}/people").text
    assert world.handle(public_id) not in page
    assert "Master’s degree" not in page
    assert world.views("somsy") == []
    with world.site.unit_of_work().begin() as session:
        session.execute(sa.update(Invitation).values(state="accepted", revealed=["name"]))
    page = editor.get(f"/en/postings/{world.listing_id}/people").text
    assert f"people/{world.handle(public_id)}" in page  # what was told for this listing can still be read
    assert "Master’s degree" not in page


def _invite(world: World, public_id: str) -> None:
    with world.site.unit_of_work().begin() as session:
        (listing,) = find_listings(session, [world.listing_id])
        invite_person(session, listing, public_id, "Hello", LINH, NOW, world.site.pages.to("matching.invitations"))


def test_people_are_looked_for_only_so_often(
    world: World, editor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "people-person", Limit(1, timedelta(hours=1)))
    for status in (200, 429):
        assert editor.get(f"/en/postings/{world.listing_id}/people").status_code == status


def test_names_are_looked_up_only_so_often(editor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "find-person", Limit(1, timedelta(hours=1)))
    for status in (200, 429):
        assert editor.get("/en/me/profile/find/concepts?q=rice").status_code == status


def test_people_of_one_page_alone_are_seen(world: World, editor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PER_PAGE", 1)
    first, second = map(world.handle, (world.add("Somsy"), world.add("Kham", skills={"concepts": ["linguistics"]})))
    page = editor.get(f"/en/postings/{world.listing_id}/people").text
    assert (first in page, second in page) == (True, False)
    assert (len(world.views("somsy")), len(world.views("kham"))) == (1, 0)
    assert second in editor.get(f"/en/postings/{world.listing_id}/people?page=2").text
    assert editor.get(f"/en/postings/{world.listing_id}/people?page=3").status_code == 404


def test_many_people_cost_no_more_questions_to_the_database_than_a_few(world: World, editor: FlaskClient) -> None:
    asked: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    def questions() -> int:
        asked.clear()
        assert editor.get(f"/en/postings/{world.listing_id}/people").status_code == 200
        return len(asked)

    world.add("First")
    questions()  # what is remembered between requests is asked for once
    event.listen(world.site.database, "before_cursor_execute", count)
    world.add("Second")  # each time somebody is seen who was not
    few = questions()
    assert few
    for number in range(8):
        world.add(f"P{number}")
    assert questions() == few


def test_an_index_that_is_away_is_said(world: World, editor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_asked: object) -> None:
        raise EngineUnavailable("away")

    world.add("Somsy")
    monkeypatch.setattr(world.site.people, "about", fail)
    answer = editor.get(f"/en/postings/{world.listing_id}/people")
    assert answer.status_code == 200
    assert "People cannot be searched at the moment" in answer.text


def test_for_a_listing_that_is_closed_nobody_is_looked_for(world: World, editor: FlaskClient) -> None:
    handle = world.handle(world.add("Somsy"))
    with world.site.unit_of_work().begin() as session:
        session.get_one(Listing, world.listing_id).state = "closed"
    page = editor.get(f"/en/postings/{world.listing_id}/people").text
    assert "while the listing is published" in page
    assert handle not in page
    assert editor.get(f"/en/postings/{world.listing_id}/people/{handle}").status_code == 404
    assert world.views("somsy") == []


def test_other_teams_find_nobody_by_this_listing(app: Flask, world: World) -> None:
    handle = world.handle(world.add("Somsy"))
    with world.site.unit_of_work().begin() as session:
        other = make_organisation(session, "Another university").id
        people.add_member(session, people.add_person(session, "Otto"), other, "manager")
    browser = browser_of(app, "otto")
    for path in ("people", f"people/{handle}"):
        assert browser.get(f"/en/postings/{world.listing_id}/{path}").status_code == 404
    assert world.views("somsy") == []


def test_two_organisations_know_a_person_by_two_ids(app: Flask, world: World, editor: FlaskClient) -> None:
    public_id = world.add("Somsy")
    with world.site.unit_of_work().begin() as session:
        other = make_organisation(session, "Another university").id
        people.add_member(session, people.add_person(session, "Otto"), other, "manager")
        listing_id = add_open_listing(session, other, "Robots elsewhere")
    lists = [
        editor.get(f"/en/postings/{world.listing_id}/people").text,
        browser_of(app, "otto").get(f"/en/postings/{listing_id}/people").text,
    ]
    handles = [world.handle(public_id), people.handle_of(other, public_id)]
    assert [[one in page for one in (*handles, public_id)] for page in lists] == [
        [True, False, False],
        [False, True, False],
    ]
    for wrong in (handles[1], public_id, "", "0" * 12, "u" * 12, "../../somebody", "0" * 11):
        assert editor.get(f"/en/postings/{world.listing_id}/people/{wrong}").status_code == 404
