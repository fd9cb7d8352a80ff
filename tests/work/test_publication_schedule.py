"""What happens by itself: publishing what is due, closing what has expired, asking whether it is still right."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from portal.core.errors import NotFound
from portal.demo.builders import make_organisation
from portal.listings.models import Listing
from portal.listings.time import ANSWERED_WITHIN, ASKED_AFTER, unconfirmed_since
from portal.mail.models import Letter
from portal.posting import service
from portal.posting.models import ListingVersion, Posting, StillRightQuestion
from portal.posting.publication import reminders, schedule
from portal.site import Site
from portal.teams.models import Team
from tests import people
from tests.moments import NOW
from tests.work.publishing import LINH, SOON, add_posting, add_team, at, letters

DAY = timedelta(days=1)


@pytest.fixture
def team(site: Site, organisation_id: str) -> str:
    with site.unit_of_work().begin() as session:
        add_team(session, organisation_id)
    return organisation_id


def add(site: Site, team: str, draft: str, listing: str | None = None, **values: Any) -> str:
    content = values.pop("content", {})
    with site.unit_of_work().begin() as session:
        posting = add_posting(site, session, team, draft, listing, **content)
        for name, value in values.items():
            setattr(posting, name, value)
        return posting.listing_id


def test_it_is_published_when_its_time_has_come(site: Site, team: str) -> None:
    listing_id = add(site, team, "scheduled")
    assert not schedule.publish_due(site)
    assert schedule.publish_due(at(site, SOON))
    assert not schedule.publish_due(at(site, SOON))
    with site.sessions() as session:
        assert session.get_one(Listing, listing_id).posted_at == SOON
        assert session.get_one(Posting, listing_id).state == "none"
        assert letters(session) == [("listing-published", "vi", "linh@example.org")]


def test_what_is_no_longer_right_goes_back(site: Site, team: str) -> None:
    listing_id = add(site, team, "scheduled", content={"mode": None})
    assert schedule.publish_due(at(site, SOON))
    with site.sessions() as session:
        posting = session.get_one(Posting, listing_id)
        assert (posting.state, posting.publish_at, posting.reason_codes) == ("returned", None, ["no-longer-complete"])
        assert letters(session) == [("posting-schedule-failed", "vi", "linh@example.org")]
        assert session.get(Listing, listing_id) is None


def test_what_nobody_has_looked_at_needs_trust_at_its_time(site: Site, team: str) -> None:
    unseen = add(site, team, "scheduled", accepted_at=None)
    assert schedule.publish_due(at(site, SOON))
    assert not schedule.publish_due(at(site, SOON))
    with site.sessions() as session:
        posting = session.get_one(Posting, unseen)
        assert (posting.state, posting.publish_at, session.get(Listing, unseen)) == ("in-review", SOON, None)
        assert letters(session) == [("posting-held", "vi", "linh@example.org")]


def test_a_trusted_team_publishes_at_its_time(site: Site, team: str) -> None:
    listing_id = add(site, team, "scheduled", accepted_at=None)
    with site.unit_of_work().begin() as session:
        session.get_one(Team, team).trusted = True
    assert schedule.publish_due(at(site, SOON))
    with site.sessions() as session:
        assert session.get_one(Listing, listing_id).state == "published"


def test_a_suspended_team_publishes_nothing(site: Site, team: str) -> None:
    add(site, team, "scheduled")
    with site.unit_of_work().begin() as session:
        session.get_one(Team, team).suspended_at = NOW
    assert not schedule.publish_due(at(site, SOON))


def test_what_has_expired_is_closed_once(site: Site, team: str) -> None:
    listing_id = add(site, team, "none", "published", expire_at=SOON)
    assert not schedule.close_expired(site)
    assert schedule.close_expired(at(site, SOON))
    assert not schedule.close_expired(at(site, SOON))
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        assert session.get_one(Listing, listing_id).state == "closed"
        service.move_listing(session, posting, "show", LINH, SOON)
    assert not schedule.close_expired(at(site, SOON + DAY))


@pytest.mark.parametrize("state", ["suspended", "closed", "archived"])
def test_what_nobody_sees_does_not_expire(site: Site, team: str, state: str) -> None:
    add(site, team, "none", state, expire_at=SOON)
    assert not schedule.close_expired(at(site, SOON))


def both(job: Callable[[Site], bool], site: Site) -> list[bool]:
    """Two workers do a job at the same moment."""
    barrier = Barrier(2)

    def work() -> bool:
        barrier.wait()
        return job(site)

    with ThreadPoolExecutor(2) as pool:
        return [future.result() for future in [pool.submit(work), pool.submit(work)]]


def test_two_workers_publish_once(site: Site, team: str) -> None:
    listing_id = add(site, team, "scheduled")
    for _round in range(3):
        both(schedule.publish_due, at(site, SOON))
    with site.sessions() as session:
        versions = session.scalars(sa.select(ListingVersion).where(ListingVersion.listing_id == listing_id)).all()
        assert len(versions) == 1
        assert len(letters(session)) == 1


def test_two_workers_close_once(site: Site, team: str) -> None:
    listing_id = add(site, team, "none", "published", expire_at=SOON)
    both(schedule.close_expired, at(site, SOON))
    with site.sessions() as session:
        listing = session.get_one(Listing, listing_id)
        assert (listing.state, listing.version) == ("closed", 2)


def test_a_crash_leaves_it_as_it_was(site: Site, team: str, monkeypatch: pytest.MonkeyPatch) -> None:
    listing_id = add(site, team, "scheduled")

    def crash(*_arguments: Any, **_parameters: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(schedule, "tell_team", crash)
        with pytest.raises(SystemExit):
            schedule.publish_due(at(site, SOON))
    with site.sessions() as session:
        assert session.get_one(Posting, listing_id).state == "scheduled"
        assert session.get(Listing, listing_id) is None
    assert schedule.publish_due(at(site, SOON))


def test_teams_are_asked_after_sixty_days_once(site: Site, team: str) -> None:
    listing_id = add(site, team, "none", "published")
    later = NOW + ASKED_AFTER
    reminders.ask_still_right(at(site, later - DAY))
    with site.sessions() as session:
        assert letters(session) == []
    for _round in range(2):
        both(reminders.ask_still_right, at(site, later))
    reminders.ask_still_right(at(site, later + DAY))
    with site.sessions() as session:
        assert letters(session) == [("listing-still-right", "vi", "linh@example.org")]
        assert session.get_one(Posting, listing_id).asked_at == later
    with site.unit_of_work().begin() as session:
        service.confirm_listing(session, session.get_one(Posting, listing_id), LINH, later + DAY)
    reminders.ask_still_right(at(site, later + ASKED_AFTER))
    reminders.ask_still_right(at(site, later + ASKED_AFTER + DAY))
    with site.sessions() as session:
        assert len(letters(session)) == 2


def test_teams_are_asked_before_each_deadline(site: Site, team: str) -> None:
    deadlines = [
        {"purpose": "home-nomination", "local_time": "2026-12-10T17:00:00", "zone": "Asia/Shanghai"},
        {"purpose": "host", "local_time": "2026-12-20T17:00:00", "zone": "Asia/Shanghai"},
    ]
    add(site, team, "none", "published", content={"deadlines": deadlines})
    asked = []
    for day in range(60):
        reminders.ask_still_right(at(site, NOW + day * DAY))
        with site.sessions() as session:
            asked.append(len(letters(session)))
    told = [NOW + day * DAY for day in range(1, 60) if asked[day] > asked[day - 1]]
    # The first mornings at 8:00 UTC that are less than seven days before 9:00 UTC.
    assert [moment.date().isoformat() for moment in told] == ["2026-12-04", "2026-12-14"]


def test_one_letter_asks_about_all_listings_of_a_team(site: Site, team: str) -> None:
    deadlines = [{"purpose": "host", "local_time": "2027-01-23T17:00:00", "zone": "Asia/Shanghai"}]
    near = add(site, team, "none", "published", content={"deadlines": deadlines})
    old = [add(site, team, "none", "published") for _number in range(40)]
    soon, fresh = add(site, team, "none", "published"), add(site, team, "none", "published")
    with site.unit_of_work().begin() as session:
        session.get_one(Listing, soon).confirmed_at = NOW + reminders.TOGETHER
        session.get_one(Listing, fresh).confirmed_at = NOW + reminders.TOGETHER + DAY
    for _round in range(2):
        both(reminders.ask_still_right, at(site, NOW + ASKED_AFTER))
    with site.sessions() as session:
        letter = session.scalars(sa.select(Letter)).one()
        assert (letter.template, letter.parameters["number"]) == ("listings-still-right", 42)
        assert letter.parameters["address"].endswith(f"/vi/organisations/{team}/postings/still-right")
        assert len(letter.parameters["listings"]) == reminders.MOST_NAMED
        assert letter.parameters["listings"][0]["why"] == "deadline"  # what is urgent stands first
        asked = session.scalars(sa.select(Posting.listing_id).where(Posting.asked_at.is_not(None)))
        assert set(asked) == {near, soon, *old}


def test_teams_that_do_not_answer_are_asked_again(site: Site, team: str) -> None:
    add(site, team, "none", "published")
    asked = []
    for day in range(0, 200, 20):
        reminders.ask_still_right(at(site, NOW + day * DAY))
        with site.sessions() as session:
            asked.append(len(letters(session)))
    assert asked == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]


def test_teams_are_asked_one_by_one(site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        other = make_organisation(session, "University Elsewhere").id
        people.add_member(session, people.add_person(session, "Otto"), other, "manager")
    for organisation_id in (team, team, other):
        add(site, organisation_id, "none", "published")
    reminders.ask_still_right(at(site, NOW + ASKED_AFTER))
    with site.sessions() as session:
        assert {(template, address) for template, _language, address in letters(session)} == {
            ("listings-still-right", "linh@example.org"), ("listing-still-right", "otto@example.org"),
        }  # fmt: skip


@pytest.mark.parametrize("state", ["suspended", "closed", "archived"])
def test_nobody_is_asked_about_what_nobody_sees(site: Site, team: str, state: str) -> None:
    add(site, team, "none", state)
    reminders.ask_still_right(at(site, NOW + ASKED_AFTER))
    with site.sessions() as session:
        assert letters(session) == []


def test_the_link_confirms_its_own_listing_alone(site: Site, team: str) -> None:
    listing_id, later = add(site, team, "none", "published"), NOW + ASKED_AFTER
    reminders.ask_still_right(at(site, later))
    other = add(site, team, "none", "published")
    with site.unit_of_work().begin() as session:
        token = session.scalars(sa.select(Letter)).one().parameters["address"].rpartition("/")[2]
        assert token not in [question.digest for question in session.scalars(sa.select(StillRightQuestion))]
        for wrong in (other, "nothing0"):
            with pytest.raises(NotFound):
                reminders.check_link(session, wrong, token)
        with pytest.raises(NotFound):
            reminders.check_link(session, listing_id, token + "x")
        reminders.answer(session, session.get_one(Posting, listing_id), token, LINH, later)
        assert session.get_one(Listing, listing_id).confirmed_at == later
        assert session.get_one(Posting, listing_id).asked_at is None


def test_readers_are_told_after_thirty_days_more(site: Site, team: str) -> None:
    listing_id = add(site, team, "none", "published")
    with site.sessions() as session:
        listing = session.get_one(Listing, listing_id)
        assert unconfirmed_since(listing, NOW + ASKED_AFTER + ANSWERED_WITHIN - DAY) is None
        assert unconfirmed_since(listing, NOW + ASKED_AFTER + ANSWERED_WITHIN) == NOW
        listing.demonstration = True
        assert unconfirmed_since(listing, NOW + ASKED_AFTER + ANSWERED_WITHIN) is None
