"""Invitations: sent to somebody without a name, answered by that person alone, revealing what they chose."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.core.actor import Actor
from portal.core.audit import AuditEvent
from portal.core.errors import Conflict, NotFound
from portal.indexing import service as indexing
from portal.listings.models import Listing
from portal.listings.queries import find_listings
from portal.matching.invitations import service
from portal.matching.invitations.jobs import end_old_invitations
from portal.matching.invitations.workflow import STATES, STEPS, actions
from portal.matching.models import Invitation
from portal.researchers.labels import PARTS
from portal.researchers.models import Consent, Researcher
from portal.researchers.service import be_findable, remove_profile
from portal.rights.jobs import end_periods
from portal.site import Site
from portal.teams.models import Team
from tests import people
from tests.letters import letters_to
from tests.moments import NOW
from tests.people import browser_of, token_of
from tests.work.browsing import Watch
from tests.work.consenting import NAME, WORDING, add_findable, add_host, add_open_listing

MESSAGE = "Please look at our programme. <b>We</b> would like to meet you."


@dataclass
class World:
    """Somebody who agreed to be found, a host with a listing, and browsers of both."""

    app: Flask
    site: Site
    host: str
    listing_id: str
    public_id: str

    def __post_init__(self) -> None:
        self.editor, self.person = browser_of(self.app, "linh"), browser_of(self.app, "somsy")

    @property
    def people(self) -> str:
        return f"/en/postings/{self.listing_id}/people"

    @property
    def handle(self) -> str:
        return people.handle_of(self.host, self.public_id)

    def invite(self, message: str = MESSAGE, browser: FlaskClient | None = None, **to: str) -> TestResponse:
        address = f"{to.get('people', self.people)}/{to.get('handle', self.handle)}"
        return post(browser or self.editor, address, message=message)

    def answer(self, action: str, browser: FlaskClient | None = None, **fields: Any) -> TestResponse:
        return post(browser or self.person, f"/en/me/invitations/{self.invitation.id}/{action}", **fields)

    def invite_directly(self, user_id: str) -> None:
        with self.site.unit_of_work().begin() as session:
            (listing,) = find_listings(session, [self.listing_id])
            address = self.site.pages.to("matching.invitations")
            service.invite_person(session, listing, self.public_id, "Hello", Actor(user_id), NOW, address)

    @property
    def invitation(self) -> Invitation:
        with self.site.sessions() as session:
            return session.scalars(sa.select(Invitation)).one()

    def seen_by_host(self) -> str:
        return str(self.editor.get(f"{self.people}/{self.handle}").text)

    def consents(self) -> list[tuple[str | None, bool]]:
        with self.site.sessions() as session:
            rows = session.scalars(sa.select(Consent).where(Consent.purpose == "reveal").order_by(Consent.id))
            found = list(rows)
        assert {one.organisation_id for one in found} <= {self.host}
        return [(one.part, one.given) for one in found]


def post(browser: FlaskClient, address: str, **fields: Any) -> TestResponse:
    return browser.post(address, data={"csrf_token": token_of(browser, "/en/account/details"), **fields})


@pytest.fixture
def world(app: Flask, site: Site, organisation_id: str) -> World:
    with site.unit_of_work().begin() as session:
        add_host(session, organisation_id)
        listing_id = add_open_listing(session, organisation_id)
        public_id = add_findable(session, "Somsy", shown=("degrees", "skills", "wishes"), language="lo").public_id
    indexing.drain(site)
    return World(app, site, organisation_id, listing_id, public_id)


def test_an_invitation_reaches_a_person_whom_the_host_does_not_know(world: World) -> None:
    assert world.invite().status_code == 303
    (letter,) = letters_to(world.app, "somsy@example.org")
    assert "Guangxi Test University" in letter.text
    assert "/lo/me/invitations" in letter.text
    listed = world.person.get("/en/me/invitations").text
    assert "Guangxi Test University" in listed
    whole = world.person.get(f"/en/me/invitations/{world.invitation.id}").text
    assert "Please look at our programme. &lt;b&gt;We&lt;/b&gt;" in whole
    assert "Why it fits" in whole
    assert "Invited, not answered yet" in world.editor.get(world.people).text
    with world.site.sessions() as session:
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "researcher.invited")).one()
    assert (event.actor_id, event.organisation_id, event.object_id) == ("linh", world.host, world.listing_id)
    assert "somsy" not in repr(event.details)


def test_accepting_reveals_the_name_and_what_was_ticked(world: World) -> None:
    world.invite()
    assert NAME["family"] not in world.seen_by_host()
    assert world.answer("accept", parts=["email", "languages"]).status_code == 303
    page = world.seen_by_host()
    for told in (*NAME.values(), "somsy@example.org", "Lao"):
        assert told in page
    assert "1998" not in page
    assert "Citizenship</dt>" not in page  # the background was not ticked
    assert world.consents() == [("name", True), ("email", True), ("languages", True)]
    assert [one.text.count("accepted") > 0 for one in letters_to(world.app, "linh@example.org")] == [True]
    assert "Vongsa" not in letters_to(world.app, "linh@example.org")[0].text


def test_interest_reveals_nothing(world: World) -> None:
    world.invite()
    assert world.answer("interest").status_code == 303
    page = world.seen_by_host()
    assert "Interested, without a name" in page
    assert NAME["family"] not in page
    assert world.consents() == []
    assert world.answer("accept").status_code == 303  # and later the name alone
    assert NAME["family"] in world.seen_by_host()
    assert "somsy@example.org" not in world.seen_by_host()


def test_a_yes_can_be_taken_back_and_takes_everything_with_it(world: World) -> None:
    world.invite()
    world.answer("accept", parts=["email", "background"])
    assert "1 May 1998" in world.seen_by_host()  # whom one knows one may know the birthday of
    assert world.answer("decline").status_code == 303
    page = world.seen_by_host()
    for told in (*NAME.values(), "somsy@example.org", "1998"):
        assert told not in page
    assert "Declined" in page
    assert world.consents() == [(one, given) for given in (True, False) for one in ("name", "email", "background")]
    assert world.answer("accept", parts=["email"]).status_code == 422


def test_what_was_answered_is_seen_also_when_the_listing_is_closed(world: World) -> None:
    world.invite()
    with world.site.unit_of_work().begin() as session:
        session.get_one(Listing, world.listing_id).state = "closed"
    world.answer("accept")
    assert world.handle in world.editor.get(world.people).text
    assert NAME["family"] in world.seen_by_host()


def test_a_suspended_person_or_a_dropped_profile_reveals_nothing(world: World) -> None:
    world.invite()
    world.answer("accept", parts=["email"])
    with world.site.unit_of_work().begin() as session:
        session.get_one(User, "somsy").suspended_at = NOW
    assert world.editor.get(f"{world.people}/{world.handle}").status_code == 404
    with world.site.unit_of_work().begin() as session:
        session.get_one(User, "somsy").suspended_at = None
        session.delete(session.get_one(Researcher, "somsy"))
    assert world.editor.get(f"{world.people}/{world.handle}").status_code == 404
    assert world.handle not in world.editor.get(world.people).text


def test_an_old_yes_reveals_nothing_of_a_profile_begun_later(world: World, watch: Watch) -> None:
    world.invite()
    world.answer("accept", parts=["email"])
    assert NAME["family"] in world.seen_by_host()
    watch.pass_by(days=1)
    with world.site.unit_of_work().begin() as session:
        remove_profile(session, "somsy", watch.now)
        world.public_id = _begin_anew(session, watch.now)
    indexing.drain(world.site)
    assert NAME["family"] not in world.seen_by_host()
    assert "Somebody you invited" not in (page := world.editor.get(world.people).text)
    assert "Accepted" not in page
    for _time in range(2):
        end_periods(world.site, "listing-invitations")
    assert (world.invitation.state, world.invitation.revealed) == ("expired", [])
    assert world.consents() == [(one, given) for given in (True, False) for one in ("name", "email")]
    assert world.answer("accept").status_code == 422


def test_a_profile_begun_anew_may_be_invited_to_the_same_listing(world: World, watch: Watch) -> None:
    world.invite()
    world.answer("accept", parts=["email"])
    watch.pass_by(days=1)
    with world.site.unit_of_work().begin() as session:
        remove_profile(session, "somsy", watch.now)
        world.public_id = _begin_anew(session, watch.now)
    assert world.invite("Again, please.").status_code == 303
    assert (world.invitation.state, world.invitation.revealed) == ("sent", [])
    assert world.consents() == [(one, given) for given in (True, False) for one in ("name", "email")]
    assert NAME["family"] not in world.seen_by_host()
    assert world.invite().status_code == 422  # and now once again only once
    assert world.answer("accept").status_code == 303
    assert NAME["family"] in world.seen_by_host()


@pytest.mark.parametrize("way", ["is found no more", "refuses the host", "deletes the profile"])
def test_who_withdraws_at_the_same_moment_is_not_invited_afterwards(world: World, way: str) -> None:
    ends: list[str] = []

    def invite() -> None:
        try:
            world.invite_directly("linh")
            ends.append("sent")
        except NotFound as error:
            ends.append(error.code)

    host = threading.Thread(target=invite)
    with world.site.unit_of_work().begin() as session:
        if way == "refuses the host":
            service.refuse_host(session, "somsy", world.host, NOW)
        elif way == "deletes the profile":
            remove_profile(session, "somsy", NOW)
        else:
            be_findable(session, "somsy", False, WORDING, NOW)
        session.flush()
        host.start()
        host.join(0.5)
        assert ends == []  # the host waits for what the person has begun
    host.join()
    assert ends == ["person.unknown"]
    assert letters_to(world.app, "somsy@example.org") == []


def test_an_invitation_stays_as_long_as_its_profile(world: World) -> None:
    world.invite()
    world.answer("accept", parts=["email"])
    end_periods(world.site, "listing-invitations")
    assert world.invitation.state == "accepted"
    assert "somsy@example.org" in world.seen_by_host()


def _begin_anew(session: Session, now: datetime) -> str:
    new = add_findable(session, "Somsy")
    new.created_at = now  # the builder's moment is the one before
    return new.public_id


def test_declining_tells_the_host_nothing_else_and_may_refuse_it_for_ever(world: World) -> None:
    world.invite()
    assert world.answer("decline", refuse="y").status_code == 303
    letter = letters_to(world.app, "max@example.org")[0]
    assert "declined" in letter.text
    assert world.editor.get(f"{world.people}/{world.handle}").status_code == 404
    with world.site.unit_of_work().begin() as session:
        second = add_open_listing(session, world.host, "Robots for fruit")
    assert world.invite(people=f"/en/postings/{second}/people").status_code == 404
    assert "Organisations that may not invite you" in world.person.get("/en/me/invitations").text
    assert post(world.person, f"/en/me/invitations/refused/{world.host}/admit").status_code == 303
    assert world.invite(people=f"/en/postings/{second}/people").status_code == 303


def test_only_one_invitation_to_a_listing(world: World) -> None:
    world.invite()
    again = world.invite()
    assert again.status_code == 422
    assert "has invited this person to this listing already" in again.text
    assert len(letters_to(world.app, "somsy@example.org")) == 1


@pytest.mark.parametrize("message", ["", "   ", "x" * 1001, "\u202e"])
def test_a_message_that_cannot_be_sent(world: World, message: str) -> None:
    answer = world.invite(message)
    assert answer.status_code == 422
    if len(message) > 1000:
        assert message in answer.text  # nothing is lost
    assert letters_to(world.app, "somsy@example.org") == []


def test_two_editors_at_once_send_one_invitation(world: World) -> None:
    barrier, outcomes = threading.Barrier(2), list[str]()

    def invite(user_id: str) -> None:
        barrier.wait()
        try:
            world.invite_directly(user_id)
            outcomes.append("sent")
        except Conflict as conflict:
            outcomes.append(conflict.code)

    threads = [threading.Thread(target=invite, args=(one,)) for one in ("linh", "max")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["invitation.there", "sent"]
    assert len(letters_to(world.app, "somsy@example.org")) == 1


def test_an_answer_and_a_withdrawal_at_once_leave_one_of_them(world: World) -> None:
    world.invite()
    barrier, outcomes = threading.Barrier(2), list[str]()

    def take(action: str) -> None:
        barrier.wait()
        try:
            with world.site.unit_of_work().begin() as session:
                own = session.get_one(Invitation, world.invitation.id)
                if action == "withdraw":
                    service.withdraw_invitation(session, own, Actor("linh"), NOW)
                else:
                    address = world.site.pages.to("matching.people", listing_id=world.listing_id)
                    service.accept_invitation(session, own, ["email"], "en", NOW, address)
            outcomes.append("done")
        except Conflict as conflict:
            outcomes.append(conflict.code)

    threads = [threading.Thread(target=take, args=(one,)) for one in ("withdraw", "accept")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "invitation.decided"]
    assert (world.invitation.state == "accepted") == bool(world.consents())


def test_a_team_has_a_limit_a_day_and_what_fails_does_not_count(world: World, watch: Watch, monkeypatch: Any) -> None:
    with world.site.unit_of_work().begin() as session:
        added = [add_findable(session, f"P{number}").public_id for number in range(21)]
    handles = [people.handle_of(world.host, one) for one in added]
    for _time in range(3):
        assert world.invite("").status_code == 422
    answers = [world.invite(handle=one).status_code for one in handles]
    assert answers == [303] * 20 + [429]
    watch.pass_by(days=1, seconds=1)
    assert world.invite(handle=handles[-1]).status_code == 303


def test_a_person_is_not_invited_more_than_some_times_a_week(world: World, watch: Watch) -> None:
    with world.site.unit_of_work().begin() as session:
        listings = [add_open_listing(session, world.host, f"Robots {number}") for number in range(6)]
    answers = [world.invite(people=f"/en/postings/{one}/people").status_code for one in listings]
    assert answers == [303] * 5 + [429]
    watch.pass_by(days=7, seconds=1)
    assert world.invite(people=f"/en/postings/{listings[-1]}/people").status_code == 303


def test_suspended_teams_and_reviewers_invite_nobody(world: World) -> None:
    assert world.invite(browser=browser_of(world.app, "ray")).status_code == 403
    with world.site.unit_of_work().begin() as session:
        session.get_one(Team, world.host).suspended_at = NOW
    assert world.invite().status_code == 404
    assert letters_to(world.app, "somsy@example.org") == []


@pytest.mark.parametrize("action", ["accept", "interest", "decline"])
def test_nobody_answers_for_another(world: World, action: str) -> None:
    world.invite()
    for user_id in ("linh", "max"):
        assert world.answer(action, browser_of(world.app, user_id)).status_code == 404
    with world.site.unit_of_work().begin() as session:
        people.add_person(session, "Mo", "moderator")
    browser = browser_of(world.app, "mo")
    assert world.answer(action, browser).status_code == 404
    assert browser.get(f"/en/me/invitations/{world.invitation.id}").status_code == 404
    assert world.invitation.state == "sent"


def test_a_host_takes_an_invitation_back_until_it_is_answered(world: World) -> None:
    world.invite()
    withdraw = f"{world.people}/{world.handle}/withdraw"
    assert post(browser_of(world.app, "ray"), withdraw).status_code == 403
    assert post(world.editor, withdraw).status_code == 303
    assert world.invitation.state == "withdrawn"
    assert world.answer("accept").status_code == 422
    assert "The host took it back" in world.person.get("/en/me/invitations").text


def test_what_nobody_answers_ends(world: World, watch: Watch) -> None:
    world.invite()
    watch.pass_by(days=30)
    assert "Accept and show my name" not in world.person.get(f"/en/me/invitations/{world.invitation.id}").text
    assert world.answer("accept").status_code == 422  # also before the job comes by
    end_old_invitations(world.site)
    end_old_invitations(world.site)
    assert world.invitation.state == "expired"


def test_what_may_be_revealed_is_named_as_the_parts_of_the_profile_are(world: World) -> None:
    world.invite()
    page = world.person.get(f"/en/me/invitations/{world.invitation.id}").text
    found = re.findall(r'name="parts" type="checkbox" value="([a-z]+)"> <label[^>]*>([^<]*)<', page)
    assert dict(found) == {**{part: PARTS[part] for part in PARTS if part != "name"}, **dict(found[:2])}
    assert tuple(dict(found)) == service.REVEALABLE
    for said in ("date of birth", "stays", "awards"):
        assert said in dict(found)["background"]


@pytest.mark.parametrize("fields", [{"parts": ["name; DROP"]}, {"parts": ["user_id"]}, {"parts": ["password_hash"]}])
def test_nothing_else_can_be_ticked(world: World, fields: dict[str, Any]) -> None:
    world.invite()
    assert world.answer("accept", **fields).status_code == 422
    assert world.invitation.state == "sent"


def test_what_fails_half_way_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_parameters: object) -> None:
        raise OSError("the machine goes down")

    monkeypatch.setattr(service, "post", fail)
    with pytest.raises(OSError, match="goes down"):
        world.invite_directly("linh")
    with world.site.sessions() as session:
        assert session.scalars(sa.select(Invitation)).all() == []
        assert not session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "researcher.invited")).all()


def test_the_workflow_has_no_way_back_to_an_end() -> None:
    ends = {"declined", "withdrawn", "expired"}
    assert {source for step in STEPS.values() for source in step.sources} == set(STATES) - ends
    assert {step.target for step in STEPS.values()} == set(STATES) - {"sent"}
    assert actions("host", "accepted") == ()
