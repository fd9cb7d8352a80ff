"""Letters about saved searches and listings: whatever opens is told of once, to those who asked for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.alerts import matching, service
from portal.alerts.models import SavedListing, SavedSearch, SharedSearch, SharedSearchKey, StopLink
from portal.alerts.schedule import FREQUENCIES, due_at, zone_of
from portal.core.actor import ANYONE
from portal.demo.builders import deadline, rule
from portal.listings.models import Listing, ListingOpening
from portal.locales import TAGS
from portal.posting.service import move_listing
from portal.researchers.service import save_part
from portal.rights.jobs import end_periods
from portal.site import Site
from tests.moments import NOW
from tests.work.browsing import Watch
from tests.work.publishing import add_posting, add_team
from tests.work.saving import (
    alerts,
    labels_file,
    letters,
    open_listing,
    replace,
    searcher,
    shared_labels,
    tell,
    titles,
)  # fmt: skip

__all__ = ["labels_file", "shared_labels"]  # fixtures of another file
pytestmark = pytest.mark.usefixtures("shared_labels")

ROBOTS = "q=robotics"
PAST, AHEAD = "2026-11-01T17:00", "2027-06-01T17:00"


def openings(site: Site) -> list[tuple[str, str]]:
    with site.sessions() as session:
        rows = session.scalars(sa.select(ListingOpening).order_by(ListingOpening.id))
        return [(row.listing_id, row.cause) for row in rows]


def test_whoever_saved_a_search_gets_a_letter_about_what_is_new_and_nobody_else_does(site: Site) -> None:
    searcher(site, "Linh", language="vi")
    searcher(site, "Ray", ROBOTS)
    searcher(site, "Quiet", frequency="never")
    open_listing(site)
    tell(site)
    (letter,) = letters(site)
    assert (letter.address, letter.language, titles(letter)) == (
        "linh@example.org", "vi", ["Machine learning for rice"],
    )  # fmt: skip
    item = letter.parameters["items"][0]
    assert "/vi/listings/" in item["address"]
    assert item["title_language"] == "en"
    assert item["reasons"][0]["concept"] == "machine-learning"


def test_nothing_is_told_twice_and_what_was_there_before_is_not_new(site: Site) -> None:
    open_listing(site, "Machine learning for floods")
    tell(site)
    searcher(site, "Linh")
    first = open_listing(site)
    for _again in range(3):
        tell(site)
    assert [titles(letter) for letter in letters(site)] == [["Machine learning for rice"]]
    with site.unit_of_work().begin() as session:  # a change that opens nothing is none
        session.get_one(Listing, first).updated_at = site.clock()
    replace(site, first, deadlines=[deadline("host", AHEAD)])
    tell(site)
    assert len(letters(site)) == 1


def dated(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a listing, with its deadline where it is named by `until`."""
    return {**{name: value for name, value in facts.items() if name != "until"}, "deadlines": [
        deadline("host", facts.get("until", AHEAD))
    ]}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"state": "closed"}, {}),
        ({"state": "suspended"}, {}),
        ({"until": PAST}, {"until": AHEAD}),
        ({"until": PAST}, {"until": PAST, "rolling": True}),
        ({"places_total": 4, "places_filled": 4}, {"places_total": 4, "places_filled": 3}),
        ({"places_total": 4, "places_filled": 4}, {"places_total": 4, "places_filled": 4, "waiting_list": True}),
    ],
)
@pytest.mark.database("sqlite")
def test_what_takes_applications_again_is_told_of(site: Site, before: dict[str, Any], after: dict[str, Any]) -> None:
    searcher(site, "Linh")
    listing_id = open_listing(site, **dated(before))
    tell(site)
    assert (openings(site), letters(site)) == ([], [])
    replace(site, listing_id, **dated(after))
    assert openings(site) == [(listing_id, "reopened")]
    tell(site)
    assert len(letters(site)) == 1


@pytest.mark.parametrize(("action", "state"), [("show", "closed"), ("reinstate", "suspended")])
def test_steps_of_the_workflow_open_listings(site: Site, organisation_id: str, action: str, state: str) -> None:
    with site.unit_of_work().begin() as session:
        add_team(session, organisation_id)
        posting = add_posting(site, session, organisation_id, "none", "published")
        close = "close" if state == "closed" else "suspend"
        move_listing(session, posting, close, ANYONE, NOW)
        move_listing(session, posting, action, ANYONE, NOW)
        listing_id = posting.listing_id
    assert openings(site) == [(listing_id, "new"), (listing_id, "reopened")]


def test_what_closes_before_the_letter_is_left_out_and_no_letter_is_empty(site: Site, watch: Watch) -> None:
    searcher(site, "Linh", frequency="daily")
    listing_id = open_listing(site)
    tell(site)
    replace(site, listing_id, state="closed")
    watch.pass_by(days=1)
    tell(site)
    assert letters(site) == []
    assert [alert.told_at is not None for alert in alerts(site)] == [True]


def test_a_daily_letter_has_all_of_a_day_and_comes_in_the_morning(site: Site, watch: Watch) -> None:
    searcher(site, "Somchai", frequency="daily", language="th")
    open_listing(site, "Machine learning for rice")
    watch.pass_by(hours=2)
    open_listing(site, "Machine learning for tea")
    tell(site)
    assert letters(site) == []
    watch.now = datetime(2026, 11, 24, 0, 29, tzinfo=UTC)
    tell(site)
    assert letters(site) == []
    watch.now = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # half past seven in Bangkok
    tell(site)
    assert [sorted(titles(letter)) for letter in letters(site)] == [
        ["Machine learning for rice", "Machine learning for tea"]
    ]


def test_searches_of_one_person_share_a_letter_and_a_listing_stands_there_once(site: Site) -> None:
    searcher(site, "Linh", "q=machine+learning", "country=CN")
    open_listing(site)
    tell(site)
    (letter,) = letters(site)
    assert len(letter.parameters["items"]) == 1
    assert letter.parameters["items"][0]["searches"] == ["Mine: country=CN", "Mine: q=machine+learning"]
    with site.sessions() as session:
        assert [link.search_id for link in session.scalars(sa.select(StopLink))] == [None]


def test_one_letter_has_no_more_than_it_can_show(site: Site) -> None:
    searcher(site, "Linh")
    for number in range(25):
        open_listing(site, f"Machine learning {number}")
    tell(site)
    (letter,) = letters(site)
    assert (len(letter.parameters["items"]), letter.parameters["number"], letter.parameters["more"]) == (20, 25, 5)


def test_what_is_offered_instead_causes_no_letter(site: Site) -> None:
    searcher(site, "Linh", "q=machine+learning+logistics")
    open_listing(site)
    tell(site)
    assert letters(site) == []


def test_a_search_for_what_one_may_apply_for_goes_by_the_profile(site: Site) -> None:
    user_id = searcher(site, "Linh", "eligible=1&q=machine+learning")
    with site.unit_of_work().begin() as session:
        save_part(session, user_id, "background", {"citizenships": ["VN"]}, NOW)
    open_listing(site, "Machine learning for Lao", rules=[rule("citizenship", countries=["LA"])])
    open_listing(site, "Machine learning for all", rules=[rule("age-max", age=30)])  # the age is not known
    tell(site)
    assert [titles(letter) for letter in letters(site)] == [["Machine learning for all"]]


def test_whoever_wants_to_know_when_it_opens_again_is_told_once(site: Site) -> None:
    user_id = searcher(site, "Linh", ROBOTS, language="th")
    listing_id = open_listing(site, state="closed")
    with site.unit_of_work().begin() as session:
        service.save_listing(session, user_id, listing_id, NOW)
        service.note_listing(session, user_id, listing_id, "for my cousin", True)
    for state in ("published", "closed", "published"):
        replace(site, listing_id, state=state)
        tell(site)
    (letter,) = letters(site, "saved-listing-open")
    assert (letter.address, letter.language, titles(letter)) == (
        "linh@example.org", "th", ["Machine learning for rice"],
    )  # fmt: skip
    with site.sessions() as session:
        saved = session.scalars(sa.select(SavedListing)).one()
        assert (saved.tell, saved.note) == (False, "for my cousin")


def test_nobody_suspended_or_unconfirmed_gets_letters(site: Site) -> None:
    for name, values in (("Linh", {"suspended_at": NOW}), ("Mo", {"confirmed_at": None})):
        user_id = searcher(site, name)
        with site.unit_of_work().begin() as session:
            for column, value in values.items():
                setattr(session.get_one(User, user_id), column, value)
    open_listing(site)
    tell(site)
    assert letters(site) == []


def test_other_times_for_letters_count_for_what_waits(site: Site) -> None:
    user_id = searcher(site, "Linh", frequency="weekly")
    open_listing(site)
    tell(site)
    with site.unit_of_work().begin() as session:
        user, search = session.get_one(User, user_id), session.scalars(sa.select(SavedSearch)).one()
        service.change_search(session, user, search.id, "Mine", "at-once", site.clock())
    tell(site)
    assert len(letters(site)) == 1


def test_equal_searches_are_asked_once_and_go_with_the_last(site: Site) -> None:
    first, second = searcher(site, "Linh"), searcher(site, "Mo")
    searcher(site, "Ray", ROBOTS)
    with site.sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SharedSearch)) == 2
    for user_id in (first, second):
        with site.unit_of_work().begin() as session:
            session.execute(sa.delete(User).where(User.id == user_id))
    end_periods(site, "saved-searches")
    with site.sessions() as session:
        assert [one.query for one in session.scalars(sa.select(SharedSearch))] == [ROBOTS]
        assert set(session.scalars(sa.select(SharedSearchKey.digest))) == {
            session.scalars(sa.select(SharedSearch)).one().digest
        }


def test_old_openings_are_forgotten_and_waiting_ones_are_not(site: Site, watch: Watch) -> None:
    searcher(site, "Linh")
    open_listing(site)
    tell(site)
    watch.pass_by(days=91)
    open_listing(site, "Machine learning for tea", deadlines=[deadline("host", AHEAD)])
    end_periods(site, "saved-searches")
    assert len(openings(site)) == 1
    assert alerts(site) == []


def test_searches_are_read_anew_when_labels_change(site: Site) -> None:
    searcher(site, "Linh")
    with site.unit_of_work().begin() as session:
        session.execute(sa.update(SharedSearch).values(read_with="before"))
        session.execute(sa.delete(SharedSearchKey))
    open_listing(site)
    tell(site)
    assert len(letters(site)) == 1


def test_two_workers_at_once_tell_of_it_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    searcher(site, "Linh")
    open_listing(site)
    found = matching._find

    def other(*arguments: Any) -> Any:
        matches = found(*arguments)
        monkeypatch.setattr(matching, "_find", found)
        assert matching.match_some(site)  # the other worker is faster
        return matches

    monkeypatch.setattr(matching, "_find", other)
    assert matching.match_some(site)
    assert len(alerts(site)) == 1


@settings(max_examples=200)
@given(
    st.sampled_from(FREQUENCIES[:3]),
    st.sampled_from(TAGS),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - made aware below
)
def test_letters_are_due_soon_and_in_the_morning(frequency: str, language: str, naive: datetime) -> None:
    now = naive.replace(tzinfo=UTC)
    due = due_at(frequency, language, now)
    if frequency == "at-once":
        assert due == now
        return
    assert now < due <= now + timedelta(days=7 if frequency == "weekly" else 1)
    local = due.astimezone(zone_of(language))
    assert (local.hour, local.minute) == (7, 30)
    assert frequency != "weekly" or local.weekday() == 0
