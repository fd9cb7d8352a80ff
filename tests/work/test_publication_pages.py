"""Pages about publication, as whole requests: proposing, the queue, the decision, versions, the link of a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from portal.core.audit import AuditEvent
from portal.listings.models import Listing
from portal.listings.time import ASKED_AFTER
from portal.locales import TAGS
from portal.mail.models import Letter
from portal.mail.pages import PATHS
from portal.moderation.listings.checklist import CHECKS
from portal.posting import service
from portal.posting.editing.choices import ZONE_OF_COUNTRY, ZONES
from portal.posting.models import Posting
from portal.posting.publication import reminders
from portal.posting.publication.reasons import ALL as REASONS
from portal.posting.publication.versions import compare, differences, pieces
from portal.posting.workflow import STEPS
from portal.site import Site
from portal.teams.models import Team
from portal.web.public import address_of
from tests import people
from tests.moments import NOW
from tests.people import token_of
from tests.work.publishing import CONTENT, LINH, MO, TEXTS, add_posting, add_team, at, known


@pytest.fixture
def team(site: Site, organisation_id: str) -> str:
    with site.unit_of_work().begin() as session:
        add_team(session, organisation_id)
    return organisation_id


@pytest.fixture
def linh(app: Flask, site: Site, team: str) -> FlaskClient:
    browser = app.test_client()
    people.sign_in(browser, site, "linh")
    return browser


@pytest.fixture
def mo(app: Flask, site: Site, team: str) -> FlaskClient:
    browser = app.test_client()
    people.sign_in(browser, site, "mo")
    return browser


def add(site: Site, team: str, draft: str = "editing", listing: str | None = None, **content: Any) -> str:
    with site.unit_of_work().begin() as session:
        return add_posting(site, session, team, draft, listing, **content).listing_id


def state(site: Site, listing_id: str) -> tuple[str, str | None]:
    with site.sessions() as session:
        listing = session.get(Listing, listing_id)
        return session.get_one(Posting, listing_id).state, listing.state if listing else None


def test_what_is_wrong_stands_on_the_page(linh: FlaskClient, site: Site, team: str) -> None:
    listing_id = add(site, team, mode=None, deadlines=[{"purpose": "host"}, {"purpose": "host", "zone": "Mars/Base"}])
    page = linh.get(f"/en/postings/{listing_id}/publication").text
    assert "Mode" in page
    assert "Deadlines 2" in page
    assert "Propose for publication" not in page


def test_a_plan_is_read_from_the_clock_of_its_zone(linh: FlaskClient, site: Site, team: str) -> None:
    listing_id = add(site, team)
    address = f"/en/postings/{listing_id}/publication"
    assert f'<option selected value="{ZONE_OF_COUNTRY["CN"]}">' in linh.get(address).text
    assert '<details class="fold">' in linh.get(address).text  # most want it as soon as possible
    data = {
        "when": "later", "publish_on": "2026-12-01", "publish_time": "09:00", "zone": "Asia/Shanghai", "expires": "y",
        "expire_on": "2027-01-31", "expire_time": "23:59", "csrf_token": token_of(linh, address),
    }  # fmt: skip
    answer = linh.post(address, data=data)
    assert (answer.status_code, answer.location) == (303, address)
    with site.sessions() as session:
        posting = session.get_one(Posting, listing_id)
        assert posting.publish_at is not None
        assert posting.expire_at is not None
        assert (posting.publish_at.isoformat(), posting.zone) == ("2026-12-01T01:00:00+00:00", "Asia/Shanghai")
        assert posting.expire_at.isoformat() == "2027-01-31T15:59:00+00:00"
    for tag in TAGS:
        assert linh.get(f"/{tag}/postings/{listing_id}/publication").status_code == 200
    assert "1 Dec 2026, 09:00" in linh.get(address).text
    with site.unit_of_work().begin() as session:
        session.get_one(Posting, listing_id).state = "returned"
    assert '<details class="fold" open>' in linh.get(address).text  # the plan is kept, and shown


@pytest.mark.parametrize(("draft", "listing", "there"), [("editing", None, False), ("editing", "published", True)])
def test_numbers_are_beside_the_versions(
    linh: FlaskClient, site: Site, team: str, draft: str, listing: str | None, there: bool
) -> None:
    listing_id = add(site, team, draft, listing)
    for page in ("", "/publication", "/versions"):
        assert (f"/postings/{listing_id}/numbers" in linh.get(f"/en/postings/{listing_id}{page}").text) is there


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"when": "yesterday"}, "Not a valid choice."),
        ({"when": "later"}, "Please choose a day."),
        ({"when": "later", "publish_on": "31.12.2026"}, "Not a valid date value."),
        ({"when": "later", "publish_on": "2026-11-22"}, "This moment is over."),
        ({"when": "later", "publish_on": "2036-11-22"}, "Nothing is planned more than two years ahead."),
        ({"when": "later", "publish_on": "2026-12-22", "publish_time": "25:00"}, "Not a valid time value."),
        ({"expires": "y"}, "Please choose a day."),
        ({"expires": "y", "expire_on": "2026-11-20"}, "This moment is over."),
        ({"zone": "Mars/Base"}, "Not a valid choice."),
        (
            {"when": "later", "publish_on": "2026-12-22", "expires": "y", "expire_on": "2026-12-21"},
            "taken down before it is published",
        ),
    ],
)
def test_plans_that_cannot_be_read(
    linh: FlaskClient, site: Site, team: str, wrong: dict[str, str], sentence: str
) -> None:
    listing_id = add(site, team)
    address = f"/en/postings/{listing_id}/publication"
    data = {"when": "now", "zone": "Asia/Shanghai", "csrf_token": token_of(linh, address), **wrong}
    answer = linh.post(address, data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert '<details class="fold" open>' in answer.text
    assert state(site, listing_id) == ("editing", None)
    if "publish_on" in wrong:
        assert wrong["publish_on"] in answer.text  # nothing typed is lost


def test_an_incomplete_draft_is_not_proposed(linh: FlaskClient, site: Site, team: str) -> None:
    listing_id = add(site, team, mode=None)
    address = f"/en/postings/{listing_id}/publication"
    token = token_of(linh, "/en/account")
    answer = linh.post(address, data={"when": "now", "zone": "UTC", "csrf_token": token})
    assert answer.status_code == 422
    assert "not right yet" in answer.text


def test_trusted_teams_publish_at_once_and_close_and_show(linh: FlaskClient, site: Site, team: str) -> None:
    with site.unit_of_work().begin() as session:
        session.get_one(Team, team).trusted = True
    listing_id = add(site, team)
    address = f"/en/postings/{listing_id}/publication"
    assert "Propose for publication" not in linh.get(address).text
    linh.post(address, data={"when": "now", "zone": "UTC", "csrf_token": token_of(linh, address)})
    assert state(site, listing_id) == ("none", "published")
    for action, wanted in (
        ("close", "closed"),
        ("archive", "archived"),
        ("show", "published"),
        ("confirm", "published"),
    ):
        assert f'value="{action}"' in linh.get(address).text
        data = {"action": action, "csrf_token": token_of(linh, address)}
        assert linh.post(f"/en/postings/{listing_id}/move", data=data).status_code == 303
        assert state(site, listing_id) == ("none", wanted)
        public = linh.get(f"/en/listings/{listing_id}")
        assert public.status_code == (404 if wanted == "archived" else 200)
        assert ("Nobody can apply any more." in public.text) == (wanted == "closed")
    data = {"action": "suspend", "csrf_token": token_of(linh, address)}
    assert linh.post(f"/en/postings/{listing_id}/move", data=data).status_code == 400
    data["action"] = "archive"
    assert linh.post(f"/en/postings/{listing_id}/move", data=data).status_code == 409


def test_taking_back(linh: FlaskClient, site: Site, team: str) -> None:
    listing_id = add(site, team, "in-review")
    address = f"/en/postings/{listing_id}/publication"
    linh.post(f"/en/postings/{listing_id}/withdraw", data={"csrf_token": token_of(linh, address)})
    assert state(site, listing_id) == ("editing", None)
    again = linh.post(f"/en/postings/{listing_id}/withdraw", data={"csrf_token": token_of(linh, address)})
    assert again.status_code == 409


def decision(mo: FlaskClient, listing_id: str, **values: Any) -> dict[str, Any]:
    address = f"/en/moderation/listings/{listing_id}"
    revision = re.search(r'name="revision"[^>]*value="(\d+)"', mo.get(address).text)
    assert revision
    return {"revision": revision[1], "csrf_token": token_of(mo, address), **values}


def test_the_queue_and_the_decision(mo: FlaskClient, site: Site, team: str) -> None:
    texts = [{"language": "vi", "origin": "human", "title": "Robot cho lúa", "summary": "…", "description": "Hai năm."}]
    listing_id = add(site, team, "in-review", translations=[*CONTENT["translations"], *texts])
    queue = mo.get("/en/moderation/listings").text
    assert "Robots for rice" in queue
    assert "Guangxi Test University" in queue
    address = f"/en/moderation/listings/{listing_id}"
    page = mo.get(f"{address}?text=vi").text
    assert "Hai năm." in page
    assert "Proposed by Linh" in page
    ticked = {f"check_{code}": "y" for code in CHECKS}
    half = mo.post(address, data=decision(mo, listing_id, decision="accept", check_host="y"))
    assert half.status_code == 422
    assert half.text.count("Not ticked.") >= len(CHECKS) - 1
    answer = mo.post(address, data=decision(mo, listing_id, decision="accept", trust="y", **ticked))
    assert (answer.status_code, answer.location) == (303, "/en/moderation/listings")
    assert state(site, listing_id) == ("none", "published")
    assert "Nothing waits." in mo.get("/en/moderation/listings").text
    with site.sessions() as session:
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "posting.accepted")).one()
        assert event.details["checks"] == dict.fromkeys(CHECKS, True)
        assert session.get_one(Team, team).trusted


def test_returning_needs_a_reason(mo: FlaskClient, linh: FlaskClient, site: Site, team: str) -> None:
    listing_id = add(site, team, "in-review")
    address = f"/en/moderation/listings/{listing_id}"
    bare = mo.post(address, data=decision(mo, listing_id, decision="return"))
    assert bare.status_code == 422
    assert "Say what has to change" in bare.text
    unknown = mo.post(address, data=decision(mo, listing_id, decision="return", reasons="ugly"))
    assert unknown.status_code == 422
    long = mo.post(address, data=decision(mo, listing_id, decision="return", text="x" * 4001))
    assert long.status_code == 422
    assert "x" * 4001 in long.text
    data = decision(mo, listing_id, decision="return", reasons=["asks-fee"], text="Xin sửa <b>học phí</b>.")
    assert mo.post(address, data=data).status_code == 303
    page = linh.get(f"/en/postings/{listing_id}/publication").text
    assert REASONS["asks-fee"] in page
    assert "Xin sửa &lt;b&gt;học phí&lt;/b&gt;." in page


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("return", "Mo has returned it already."),
        ("accept", "Mo has accepted it already."),
        ("withdraw", "The team has taken it back."),
        ("save", "The draft has changed since you opened it."),
    ],
)
def test_the_second_is_told(mo: FlaskClient, site: Site, team: str, action: str, sentence: str) -> None:
    listing_id = add(site, team, "in-review")
    data = decision(mo, listing_id, decision="return", reasons=["duplicate"])
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        if action == "accept":
            service.accept_posting(session, posting, known(site, session), MO, NOW)
        elif action == "return":
            service.return_posting(session, posting, "x", MO, NOW)
        else:
            service.withdraw_posting(session, posting, LINH, NOW)
        if action == "save":
            service.save_draft(session, posting, {"credits": 9}, posting.revision, LINH, NOW)
            service.submit_posting(session, posting, known(site, session), LINH, NOW)
    before = state(site, listing_id)
    assert mo.post(f"/en/moderation/listings/{listing_id}", data=data).status_code == 303
    assert sentence in mo.get("/en/moderation/listings").text
    assert state(site, listing_id) == before


def test_suspending_and_reinstating(mo: FlaskClient, linh: FlaskClient, site: Site, team: str) -> None:
    listing_id = add(site, team, "none", "published")
    address = f"/en/moderation/listings/{listing_id}"
    token = token_of(mo, address)
    assert mo.post(f"{address}/suspend", data={"csrf_token": token}).status_code == 422
    data = {"csrf_token": token, "reasons": ["money-unclear"], "text": "Học bổng?"}
    assert mo.post(f"{address}/suspend", data=data).status_code == 303
    assert state(site, listing_id) == ("none", "suspended")
    assert linh.get(f"/en/listings/{listing_id}").status_code == 404
    assert "Học bổng?" in linh.get(f"/en/postings/{listing_id}/publication").text
    assert mo.post(f"{address}/suspend", data=data).status_code == 409
    assert mo.post(f"{address}/reinstate", data={"csrf_token": token_of(mo, address)}).status_code == 303
    assert state(site, listing_id) == ("none", "published")


def publish_again(site: Site, listing_id: str, **changes: Any) -> None:
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        service.edit_posting(session, posting, LINH, NOW)
        service.save_draft(session, posting, changes, posting.revision, LINH, NOW)
        service.publish_posting(session, posting, known(site, session), LINH, NOW + timedelta(days=1))


CHANGES: dict[str, Any] = {
    "months_min": 3, "months_max": 6, "starts_from": "2027-03-01", "concepts": ["machine-learning"], "isced": ["0613"],
    "levels": ["master"], "working_languages": ["vi"], "rolling": True, "place": "city-nanning", "credits": 12,
    "apply_url": "https://example.org/apply", "stages": ["interview"], "decided_by": "funder",
    "money": [{"item": "stipend", "payer": "host", "amount": "3000.00", "currency": "CNY", "per": "month"}],
    "deadlines": [{"purpose": "host", "local_time": "2027-01-10T17:00:00", "zone": "Asia/Shanghai"}],
    "rules": [{"kind": "age-max", "parameters": {"age": 35}}], "criteria": [{"code": "language", "weight": 40}],
    "documents": [{"kind": "cv"}], "base_certifications": ["CCNA"],
    "translations": [{"language": "en", "origin": "source", **TEXTS, "description": "Three years in the fields."}],
}  # fmt: skip


def test_versions_are_listed_compared_and_restored(linh: FlaskClient, site: Site, team: str) -> None:
    listing_id = add(site, team, "none", "published")
    with site.sessions() as session:
        place = min(known(site, session).places)  # type: ignore[call-overload]
    partners = [{"organisation_id": team, "role": "home"}]
    degrees = [{"degree": "master", "organisation": team}]
    publish_again(site, listing_id, **{**CHANGES, "place": place, "partners": partners, "joint_degrees": degrees})
    address = f"/en/postings/{listing_id}/versions"
    page = linh.get(address).text
    assert page.count("Linh") >= 2
    assert "compare?from=1&amp;to=2" in page
    found = linh.get(f"{address}/compare?from=2&to=1").text
    for words in (
        "CN¥3,000 a month", "Not older than 35", "Vietnamese", "Machine learning", "1 Mar 2027", "10 Jan 2027, 17:00",
        "<del>Two</del><ins>Three</ins> years", "Master", "CCNA", "not stated", "Home institution", "Interview", "Yes",
    ):  # fmt: skip
        assert words in found, words
    for raw in ("{&#39;", "stipend&#", "machine-learning", "age-max", "home-nomination", "Decimal"):
        assert raw not in found, raw
    for tag in TAGS:
        assert linh.get(f"/{tag}/postings/{listing_id}/versions/compare?from=1&to=2").status_code == 200
    assert "Nothing: the two say the same." in linh.get(f"{address}/compare?from=1&to=1").text
    answer = linh.post(f"{address}/1/restore", data={"csrf_token": token_of(linh, address)})
    assert answer.status_code == 303
    assert state(site, listing_id) == ("editing", "published")
    with site.sessions() as session:
        content = session.get_one(Posting, listing_id).content
        assert content is not None
        assert content["credits"] is None
        assert session.get_one(Listing, listing_id).credits == 12


@pytest.mark.parametrize(
    "query", ["", "?from=1", "?from=1&to=9", "?from=x&to=1", "?from=-1&to=1", f"?from=1&to={2**70}"]
)
def test_versions_that_are_not_there(linh: FlaskClient, site: Site, team: str, query: str) -> None:
    listing_id = add(site, team, "none", "published")
    assert linh.get(f"/en/postings/{listing_id}/versions/compare{query}").status_code == 404
    token = token_of(linh, f"/en/postings/{listing_id}/publication")
    for number in (0, 9, 2**70):
        address = f"/en/postings/{listing_id}/versions/{number}/restore"
        assert linh.post(address, data={"csrf_token": token}).status_code == 404


def test_the_link_of_a_letter_confirms_after_a_click(linh: FlaskClient, site: Site, team: str) -> None:
    listing_id = add(site, team, "none", "published")
    reminders.ask_still_right(at(site, NOW + ASKED_AFTER))
    with site.sessions() as session:
        link = session.scalars(sa.select(Letter)).one().parameters["address"]
    address = link.partition("5000")[2].replace("/vi/", "/en/")
    page = linh.get(address)
    assert "It is still right" in page.text
    with site.sessions() as session:
        assert session.get_one(Posting, listing_id).asked_at is not None  # looking alone changes nothing
    assert linh.post(address, data={"csrf_token": token_of(linh, address)}).status_code == 303
    with site.sessions() as session:
        assert session.get_one(Posting, listing_id).asked_at is None
        assert session.scalars(sa.select(AuditEvent.event).where(AuditEvent.event == "listing.confirmed")).all()
    assert linh.get(address + "x").status_code == 404


def test_the_public_page_has_a_bar_for_the_team_alone(
    app: Flask, linh: FlaskClient, mo: FlaskClient, site: Site, team: str
) -> None:
    listing_id = add(site, team, "none", "published")
    address = f"/en/listings/{listing_id}"
    assert "You belong to this organisation." in linh.get(address).text
    assert "Look at it as a moderator" in mo.get(address).text
    visitor = app.test_client().get(address)
    assert "own-bar" not in visitor.text
    assert "Set-Cookie" not in {name for name, value in visitor.headers if "session" in value}
    assert visitor.headers["Cache-Control"] == "private, no-cache"


def test_readers_are_told_of_what_nobody_confirms(app: Flask, site: Site, team: str) -> None:
    listing_id = add(site, team, "none", "published")
    with site.unit_of_work().begin() as session:
        session.get_one(Listing, listing_id).confirmed_at = NOW - timedelta(days=91)
    assert "Not confirmed since 24 Aug 2026" in app.test_client().get(f"/en/listings/{listing_id}").text


def test_letters_lead_to_pages_that_there_are(app: Flask, site: Site) -> None:
    values = {"listing_id": "abc", "claim_id": "def", "token": "t-_0", "organisation_id": "o-1"}
    with app.test_request_context("/"):
        for endpoint in PATHS:
            (rule,) = app.url_map.iter_rules(endpoint)
            own = {name: values[name] for name in rule.arguments if name in values}
            built = address_of(endpoint, language="th", **own)
            assert site.pages.to(endpoint, **own)("th") == built


class Form:
    """The macros of a letter's form, as plain text."""

    def paragraph(self, text: str) -> Markup:
        return Markup("{}\n").format(text)

    def quote(self, text: str, language: str | None = None) -> Markup:
        return Markup("> {} {}\n").format(language, text)

    def button(self, text: str, address: str) -> Markup:
        return Markup("[{}]({})\n").format(text, address)


PARAMETERS: dict[str, Any] = {
    "title": "Robots <for> rice", "address": "https://exchange.example/en", "publish_at": NOW.isoformat(),
    "zone": "Asia/Bangkok", "reasons": list(REASONS), "reason": "Vì sao?", "reason_language": "vi", "why": "age",
    "confirmed_on": "2026-11-23", "state": "archived",
}  # fmt: skip


def letters_of_steps() -> Iterator[str]:
    yield reminders.LETTER
    yield from sorted({step.letter for step in STEPS if step.letter})


@pytest.mark.parametrize("letter", list(letters_of_steps()))
@pytest.mark.parametrize("tag", TAGS)
def test_letters_can_be_written_in_every_language(app: Flask, letter: str, tag: str) -> None:
    with app.test_request_context(f"/{tag}/"):
        app.preprocess_request()
        module: Any = app.jinja_env.get_template(f"mail/{letter}.html").module
        p = SimpleNamespace(**PARAMETERS)
        assert "Robots" in module.subject(p)
        assert f"]({PARAMETERS['address']})" in module.body(Form(), p)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("two years in Nanning", "three years in Nanning", "-two-+three+ years in Nanning"),
        ("学习人工智能", "学习数据科学", "学习-人工智能-+数据科学+"),
        ("เรียนสองปี", "เรียนสามปี", "เรียน-สอง-+สาม+ปี"),
        ("", "new", "+new+"),
        ("gone", "", "-gone-"),
    ],
)
def test_prose_is_compared_by_words(old: str, new: str, shown: str) -> None:
    marks = {"same": "", "gone": "-", "new": "+"}
    assert "".join(f"{marks[run.state]}{run.text}{marks[run.state]}" for run in compare(old, new)) == shown


TEXT = st.text(alphabet="ab ·,\nกขะ็ສະ人工ကြ️😀", max_size=40)


@given(TEXT, TEXT)
def test_a_comparison_holds_both_texts(old: str, new: str) -> None:
    assert "".join(pieces(old)) == old
    runs = list(compare(old, new))
    assert "".join(run.text for run in runs if run.state != "new") == old
    assert "".join(run.text for run in runs if run.state != "gone") == new


def test_differences_leave_out_what_tells_of_the_record() -> None:
    old = {**CONTENT, "version": 1, "updated_at": "2026-01-01", "money": [], "credits": None}
    new = {**CONTENT, "version": 2, "updated_at": "2026-02-01", "credits": 5}
    found = differences(old, new)
    assert [fact.code for fact in found.facts] == ["credits"]
    assert found.texts == ()


def test_every_zone_is_known(app: Flask) -> None:
    from zoneinfo import ZoneInfo

    assert all(ZoneInfo(zone) for zone in ZONES)


def test_what_is_due_is_done_by_a_command(app: Flask, site: Site, team: str) -> None:
    from click.testing import CliRunner

    from portal.cli.postings import postings

    listing_id = add(site, team, "scheduled")
    with site.unit_of_work().begin() as session:
        session.get_one(Posting, listing_id).publish_at = NOW - timedelta(days=400)
    found = CliRunner().invoke(postings, ["run-due"], obj=site.settings, catch_exceptions=False)
    assert found.output == "What was due is done.\n"
    assert state(site, listing_id) == ("none", "published")


def test_a_word_repeated_a_thousand_times_is_compared_at_once() -> None:
    runs = list(compare("word " * 4900, "word other " * 2450))
    assert "".join(run.text for run in runs if run.state != "gone") == "word other " * 2450
