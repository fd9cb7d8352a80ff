"""What is kept of a person: seen, taken along, deleted. The deletion is judged by looking into everything there is."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import SignIn, User
from portal.core.audit import AuditEvent
from portal.core.database import empty_log
from portal.core.holding import AT_ONCE, count_rows
from portal.indexing.service import drain, rebuild
from portal.listings.models import Listing
from portal.locales import TAGS
from portal.mail import queue
from portal.mail.models import Letter
from portal.mail.service import post
from portal.posting.models import BulkImport, ListingVersion, Posting
from portal.researchers.models import ProfileView, Researcher
from portal.rights.export import IN_MEMORY, write_archive
from portal.rights.jobs import end_periods, keeping_of
from portal.rights.queries import person_of
from portal.rights.registry import HOLDINGS
from portal.site import Site
from portal.teams.models import ApiKey, Membership
from tests.moments import NOW
from tests.people import PASSWORD, add_member, add_person, browser_of, token_of
from tests.work.browsing import Watch, letters_to
from tests.work.keeping import ADDRESS, DEGREE, ID, LETTER, OTHER, PAPER, TABLE, TRACES, fill, places_of

SURE = {"present": PASSWORD, "typed": ADDRESS}

# The index keeps a mark at the id of who is gone, so that nothing that comes late brings them back; nobody can tell
# any more whose it was.
MARKS = {"people_documents.id", *(f"{name}.sqlite3{end}" for name in ("portal", "search") for end in ("", "-wal"))}


@pytest.fixture
def filled(site: Site, organisation_id: str) -> str:
    """The public id of somebody of whom everything is kept."""
    with site.unit_of_work().begin() as session:
        fill(session, site, organisation_id)
    with site.sessions() as read:
        return read.get_one(Researcher, ID).public_id


@pytest.fixture
def mine(app: Flask, filled: str) -> FlaskClient:
    return browser_of(app, ID)


def sent(browser: FlaskClient, address: str, **fields: str) -> object:
    return browser.post(address, data={**fields, "csrf_token": token_of(browser, address)})


def archive_of(browser: FlaskClient) -> zipfile.ZipFile:
    answer = sent(browser, "/en/me/data/export", present=PASSWORD)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_somebody_has_something_in_every_declared_column(site: Site, mine: FlaskClient) -> None:
    """Else nothing here would prove anything about a table that is added."""
    with site.sessions() as read:
        me = person_of(read.get_one(User, ID))
        nothing = [
            f"{rows.table.name}.{rows.column.key}"
            for holding in HOLDINGS
            for rows in holding.rows
            if not count_rows(read, rows, me)
        ]
    assert nothing == []


def test_the_page_shows_all_of_it_and_who_saw_what(mine: FlaskClient) -> None:
    page = mine.get("/en/me/data").text
    for said in (
        ADDRESS, DEGREE, LETTER, PAPER, "Who saw my profile", "Guangxi Test University",
        "Edition of the words: 2026-1", "24 months", "Allowed",
    ):  # fmt: skip
        assert said in page
    assert "argon2" not in page
    assert "otherone" not in page.lower(), "who looked, or decided, is named by the organisation alone"


def test_what_there_is_nothing_of_stands_in_one_line(app: Flask, site: Site) -> None:
    with site.unit_of_work().begin() as session:
        add_person(session, "Newcomer")
    page = browser_of(app, "newcomer").get("/en/me/data").text
    kept, _line, nothing = page.partition('<h2 id="seen">')[0].partition("Nothing of you is kept of these kinds")
    assert re.findall(r'<summary><b>([^<]+)</b> <span class="state">(\d+)', kept)[0] == ("Your account", "1")
    assert 'class="state">0<' not in page
    assert nothing.count("<details") == 0
    for name in ("Your profile", "Saved searches", "Invitations you sent"):
        assert name in nothing
        assert name not in kept


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("tag", TAGS)
def test_the_pages_can_be_read_in_every_language(mine: FlaskClient, tag: str) -> None:
    for path in ("me/data", "me/data/export", "me/data/delete", "me/data/deleted", "privacy"):
        assert mine.get(f"/{tag}/{path}").status_code == 200


def test_the_page_on_privacy_is_made_of_the_declarations(client: FlaskClient) -> None:
    page = client.get("/en/privacy").text
    for holding in HOLDINGS:
        assert re.sub("[’']", "", holding.name) in re.sub("[’']|&#39;", "", page)


def test_the_archive_has_all_and_explains_itself(site: Site, mine: FlaskClient) -> None:
    archive = archive_of(mine)
    assert archive.testzip() is None
    read = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {f"{holding.code}.json" for holding in HOLDINGS} <= set(read)
    assert json.loads(read["profile.json"])["profile_parts.user_id"][0]["content"] == [
        {"level": "master", "subject": DEGREE}
    ]
    assert json.loads(read["account.json"])["users.id"][0]["email"] == ADDRESS
    assert f"%PDF-1.4 {PAPER}" in read[f"claims/1-{PAPER}.pdf"]
    assert read["imports/1-mine.csv"] == TABLE
    assert "profile.json: Your profile" in read["README.txt"]
    everything = "".join(text for name, text in read.items() if name != "README.txt")
    for secret in ("argon2", "secret", "otherone", "moderator"):
        assert secret not in everything, secret
    with site.sessions() as session:
        events = session.scalars(sa.select(AuditEvent.event).where(AuditEvent.actor_id == ID)).all()
    assert events.count("data.exported") == 1


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    "name", ["../../mine.csv", "C:\\..\\mine.csv", "/etc/mine.csv", "..mine.csv", "a/..\\.mine.csv"]
)
def test_no_file_in_the_archive_leads_elsewhere(site: Site, mine: FlaskClient, name: str) -> None:
    with site.unit_of_work().begin() as session:
        session.execute(sa.update(BulkImport).values(name=name))
    names = [one for one in archive_of(mine).namelist() if one.startswith("imports/")]
    assert names == ["imports/1-mine.csv"]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("contact", [ADDRESS.upper(), ADDRESS.title()])
def test_a_contact_is_taken_out_however_it_is_written(site: Site, mine: FlaskClient, contact: str) -> None:
    with site.unit_of_work().begin() as session:
        session.scalars(sa.select(Listing)).one().contact_email = contact
        posting = session.scalars(sa.select(Posting)).one()
        posting.content = {**posting.content, "contact_email": contact}
        version = session.scalars(sa.select(ListingVersion)).one()
        version.record = {**version.record, "contact_email": contact}
    sent(mine, "/en/me/data/delete", **SURE)
    with site.sessions() as read:
        listing = read.scalars(sa.select(Listing)).one()
        assert (listing.contact_name, listing.contact_email) == (None, None)
        assert read.scalars(sa.select(Posting.content)).all() == [{"title": "Robots"}]
        assert read.scalars(sa.select(ListingVersion.record)).all() == [{"kind": "x"}]


def test_only_with_the_password_and_not_too_often(mine: FlaskClient) -> None:
    assert sent(mine, "/en/me/data/export", present="wrong").status_code == 422
    for _time in range(5):
        archive_of(mine)
    assert sent(mine, "/en/me/data/export", present=PASSWORD).status_code == 429


@pytest.mark.database("sqlite")
def test_a_big_archive_is_a_file_and_not_in_memory(site: Site, mine: FlaskClient) -> None:
    with site.unit_of_work().begin() as session:
        for _number in range(AT_ONCE + 1):
            post(session, "x" * 60, "en", ADDRESS, NOW)
    with site.sessions() as read:
        person = person_of(read.get_one(User, ID))
        small = write_archive(keeping_of(site, read), person, "")
        assert not small._rolled  # type: ignore[attr-defined]
        with write_archive(keeping_of(site, read), person, LETTER * IN_MEMORY) as big:
            assert len(json.loads(zipfile.ZipFile(big).read("letters.json"))["letters.address"]) >= AT_ONCE + 1
        small.close()


def test_nothing_of_a_person_is_found_anywhere_after_the_deletion(
    app: Flask, site: Site, mine: FlaskClient, filled: str
) -> None:
    traces = (*TRACES, filled)
    rebuild(site)
    assert len(places_of(site, *traces)) > 25, "the eye must see it while it is there"
    elsewhere = browser_of(app, ID)
    answer = sent(mine, "/en/me/data/delete", **SURE)
    assert (answer.status_code, answer.location) == (303, "/en/me/data/deleted")
    assert mine.get(answer.location).status_code == 200
    for browser in (mine, elsewhere):
        assert browser.get("/en/account").status_code == 303, "signed out at once"
    drain(site)
    end_periods(site, "profile")
    send_the_last_letter(site)
    assert places_of(site, *TRACES) == set()
    assert places_of(site, filled) <= MARKS


def send_the_last_letter(site: Site) -> None:
    (letter,) = letters_to(site, ADDRESS)
    assert letter.template == "account-deleted"
    with site.unit_of_work().begin() as session:
        queue.mark_sent(session, letter.id, NOW)
    empty_log(site.database)


def test_what_others_need_stays_without_the_person(site: Site, mine: FlaskClient, organisation_id: str) -> None:
    sent(mine, "/en/me/data/delete", **SURE)
    with site.sessions() as read:
        listing = read.scalars(sa.select(Listing)).one()
        assert (listing.state, listing.contact_name, listing.contact_email) == ("published", None, None)
        posting = read.get_one(Posting, listing.id)
        assert (posting.content, posting.saved_by, posting.submitted_by) == ({"title": "Robots"}, None, None)
        key = read.get_one(ApiKey, "key")
        assert (key.created_by, key.revoked_at) == (None, NOW)
        view = read.scalars(sa.select(ProfileView)).one()
        assert (view.user_id, view.organisation_id) == ("otherone", organisation_id)
        by = {event.event: event for event in read.scalars(sa.select(AuditEvent))}
        alias = by["account.deleted"].actor_id
        assert alias == view.seen_by == by["account.signed-in"].actor_id == by["account.suspended"].object_id
        assert by["account.suspended"].details == by["log.exported"].details == {}
        assert by["claim.refused"].details == {"reason": "stays"}
        assert by["account.suspended"].actor_id == "moderator"
    (letter,) = letters_to(site, OTHER, "account-gone")
    assert letter.parameters["keys"] == "Catalogue"
    waiting = [one.parameters.get("member") for one in letters_to(site, OTHER, "team-joined") if not one.sent_at]
    assert waiting == ["Somebody else"]


@pytest.mark.parametrize("wrong", [{"present": "wrong"}, {"typed": "somebody@example.org"}, {"typed": ""}])
def test_nobody_deletes_by_mistake(site: Site, mine: FlaskClient, wrong: dict[str, str]) -> None:
    answer = sent(mine, "/en/me/data/delete", **{**SURE, **wrong})
    assert answer.status_code == 422
    with site.sessions() as read:
        assert read.get(User, ID) is not None


def test_the_last_manager_of_a_team_that_others_need_hands_over_first(
    app: Flask, site: Site, organisation_id: str
) -> None:
    with site.unit_of_work().begin() as session:
        add_member(session, add_person(session, NAME_OF_LAST), organisation_id, "manager")
        add_member(session, add_person(session, "Ed"), organisation_id, "editor")
    browser = browser_of(app, "lasting")
    page = browser.get("/en/me/data/delete").text
    assert "You are the last manager of" in page
    assert 'name="present"' not in page
    token = token_of(browser, "/en/me/data/export")
    data = {"present": PASSWORD, "typed": "lasting@example.org", "csrf_token": token}
    assert browser.post("/en/me/data/delete", data=data).status_code == 422
    with site.unit_of_work().begin() as session:
        session.execute(sa.update(Membership).where(Membership.user_id == "ed").values(role="manager"))
    assert sent(browser, "/en/me/data/delete", present=PASSWORD, typed="lasting@example.org").status_code == 303


NAME_OF_LAST = "Lasting"


def test_alone_in_a_team_the_drafts_go_too(app: Flask, site: Site, organisation_id: str) -> None:
    with site.unit_of_work().begin() as session:
        add_member(session, add_person(session, "Lone"), organisation_id, "manager")
        session.add(Posting(listing_id="draft", organisation_id=organisation_id, content={"title": "Mine alone"},
                            created_at=NOW, saved_at=NOW, saved_by="lone"))  # fmt: skip
    browser = browser_of(app, "lone")
    assert sent(browser, "/en/me/data/delete", present=PASSWORD, typed="Lone@Example.org").status_code == 303
    with site.sessions() as read:
        assert read.get(Posting, "draft") is None


def test_somebody_who_can_run_the_site_is_left(app: Flask, site: Site) -> None:
    with site.unit_of_work().begin() as session:
        add_person(session, "Root", "administrator")
    browser = browser_of(app, "root")
    assert "last administrator" in browser.get("/en/me/data/delete").text
    data = {"present": PASSWORD, "typed": "root@example.org", "csrf_token": token_of(browser, "/en/me/data/export")}
    assert browser.post("/en/me/data/delete", data=data).status_code == 422
    with site.unit_of_work().begin() as session:
        assert session.get(User, "root") is not None
        add_person(session, "Second", "administrator")
    assert sent(browser, "/en/me/data/delete", present=PASSWORD, typed="root@example.org").status_code == 303


def test_administrators_see_nothing_of_a_profile(app: Flask, site: Site, filled: str) -> None:
    with site.unit_of_work().begin() as session:
        add_person(session, "Root", "administrator")
    page = browser_of(app, "root").get(f"/en/moderation/people/{ID}").text
    for private in (DEGREE, filled, "/me/data", PAPER):
        assert private not in page


def test_who_is_signed_in_is_seen_on_that_day(app: Flask, site: Site, watch: Watch, filled: str) -> None:
    browser = browser_of(app, ID)
    with site.unit_of_work().begin() as session:
        session.get_one(User, ID).warned_on = NOW.date()
        session.execute(sa.update(SignIn).values(seen_at=NOW))
    watch.pass_by(days=3)
    browser.get("/en/account")
    with site.sessions() as read:
        user = read.get_one(User, ID)
        assert (user.seen_on, user.warned_on) == (watch.now.date(), None)
        assert read.scalars(sa.select(Letter).where(Letter.template == "profile-ends")).all() == []
