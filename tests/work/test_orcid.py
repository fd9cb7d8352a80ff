"""Signing in with ORCID: linked, taken off, refused, and while ORCID is away; against a real provider here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.researchers.models import Researcher
from portal.researchers.orcid_sign_in import client as orcid_client
from portal.settings import Settings
from portal.site import Site
from tests import people
from tests.letters import letters_to
from tests.people import PASSWORD, browser_of, token_of
from tests.work.browsing import newest_link
from tests.work.orcid_server import CLIENT_ID, CLIENT_SECRET, Provider, running_provider

ID = "0000-0002-1825-0097"
MINE, BACK = "/en/me/orcid", "/en/orcid/back"


@pytest.fixture(scope="module")
def provider_process() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(provider_process: Provider) -> Provider:
    """As new for each test."""
    fresh = Provider(url=provider_process.url)
    provider_process.__dict__.update(fresh.__dict__)
    return provider_process


@pytest.fixture
def settings(settings: Settings, provider: Provider) -> Settings:
    return replace(
        settings, orcid_url=provider.url, orcid_client_id=CLIENT_ID, orcid_client_secret=CLIENT_SECRET,
        site_url="http://127.0.0.1:5000",
    )  # fmt: skip


@pytest.fixture
def ming(site: Site) -> str:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Ming")
        people.add_person(session, "Lan", language="vi")
    return "ming"


def at_orcid(leaving: TestResponse) -> str:
    """What a browser does there; the address at which it comes back to us."""
    assert leaving.status_code == 303
    answer = requests.get(leaving.location, allow_redirects=False, timeout=10)
    assert answer.headers["Location"].startswith("http://127.0.0.1:5000/en/orcid/back?")
    return answer.headers["Location"].removeprefix("http://127.0.0.1:5000")


def go(client: FlaskClient, address: str = "/en/sign-in/orcid") -> TestResponse:
    """To ORCID and back."""
    return client.get(at_orcid(client.get(address)))


def allow(client: FlaskClient, password: str = PASSWORD) -> TestResponse:
    return client.post(MINE, data={"present": password, "csrf_token": token_of(client, MINE)})


def link(client: FlaskClient) -> TestResponse:
    allow(client)
    return go(client, f"{MINE}/link")


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/en/account").status_code == 200


def test_linked_signed_in_with_and_taken_off(app: Flask, ming: str) -> None:
    browser = browser_of(app, ming)
    assert link(browser).location == MINE
    assert ID in browser.get(MINE).text
    other = browser_of(app)
    assert "/en/sign-in/orcid" in other.get("/en/sign-in").text
    back = go(other, "/en/sign-in/orcid?next=/en/me/orcid")
    assert (back.status_code, back.location) == (303, MINE)
    assert ID in other.get(MINE).text
    assert "not your present password" in allow(other, "something else").text
    assert allow(other).status_code == 303
    assert ID not in other.get(MINE).text
    third = browser_of(app)
    assert "No account is linked" in third.get(go(third).location).text
    assert not is_signed_in(third)
    subjects = [letter.subject for letter in letters_to(app, "ming@example.org")]
    assert "An ORCID iD was linked to your account" in subjects
    assert "An ORCID iD was taken off your account" in subjects


def test_an_id_that_somebody_else_has_is_refused_without_a_hint(app: Flask, site: Site, ming: str) -> None:
    link(browser_of(app, ming))
    lan = browser_of(app, "lan")
    said = lan.get(link(lan).location).text
    assert "cannot be linked to your account" in said
    assert "Ming" not in said
    with site.sessions() as read:
        assert read.get_one(Researcher, "ming").orcid == ID
        assert (found := read.get(Researcher, "lan")) is None or found.orcid is None


def test_the_second_step_is_asked_for_as_after_the_password(app: Flask, site: Site, ming: str) -> None:
    link(browser_of(app, ming))
    secret = pyotp.random_base32()
    with site.unit_of_work().begin() as work:
        work.get_one(User, ming).totp_secret = secret
    browser = browser_of(app)
    assert go(browser).location.startswith("/en/sign-in/code")
    assert not is_signed_in(browser)
    code = pyotp.TOTP(secret).at(site.clock())
    data = {"code": code, "csrf_token": token_of(browser, "/en/sign-in/code")}
    assert browser.post("/en/sign-in/code", data=data).status_code == 303
    assert is_signed_in(browser)


def test_a_suspended_account_stays_shut(app: Flask, site: Site, ming: str) -> None:
    link(browser_of(app, ming))
    with site.unit_of_work().begin() as work:
        work.get_one(User, ming).suspended_at = site.clock()
    browser = browser_of(app)
    assert "suspended" in browser.get(go(browser).location).text
    assert not is_signed_in(browser)


@pytest.mark.parametrize("kept", [(), ("orcid",)])
def test_a_reset_asks_whether_the_id_is_still_theirs(app: Flask, site: Site, ming: str, kept: tuple[str, ...]) -> None:
    link(browser_of(app, ming))
    browser = browser_of(app)
    asked = {"email": "ming@example.org", "csrf_token": token_of(browser, "/en/forgotten-password")}
    browser.post("/en/forgotten-password", data=asked)
    address = newest_link(site, "ming@example.org", "reset")
    assert f'ORCID: <b dir="auto">{ID}</b>' in browser.get(address).text
    chosen = {"password": "three words apart", "keep": list(kept), "csrf_token": token_of(browser, address)}
    assert browser.post(address, data=chosen).status_code == 303
    go(browser)
    assert is_signed_in(browser) == bool(kept)
    taken_off = "An ORCID iD was taken off your account"
    assert [letter.subject for letter in letters_to(app, "ming@example.org")].count(taken_off) == (not kept)


@pytest.mark.database("sqlite")
def test_linking_asks_for_the_password_first(app: Flask, ming: str) -> None:
    browser = browser_of(app, ming)
    assert browser.get(f"{MINE}/link").location == MINE
    assert "not your present password" in allow(browser, "guessed").text
    assert browser.get(f"{MINE}/link").location == MINE


@pytest.mark.database("sqlite")
def test_people_come_back_in_the_language_they_left_in(app: Flask, ming: str) -> None:
    browser = browser_of(app)
    first = browser.get(at_orcid(browser.get("/vi/sign-in/orcid")))
    assert first.location.startswith("/vi/orcid/back?code=")
    assert browser.get(first.location).location == "/vi/sign-in"


@pytest.mark.database("sqlite")
def test_what_others_have_begun_does_not_end_here(app: Flask, provider: Provider, ming: str) -> None:
    link(browser_of(app, ming))
    theirs = browser_of(app)
    stolen = at_orcid(theirs.get("/en/sign-in/orcid"))
    victim = browser_of(app)
    asked = len(provider.asked)
    assert victim.get(stolen).location == "/en/sign-in"  # signs nobody in as somebody else
    victim.get("/en/sign-in/orcid")
    victim.get(stolen)  # nor where something of their own had begun
    assert not is_signed_in(victim)
    assert len(provider.asked) == asked, "the code is not even looked at"


@pytest.mark.database("sqlite")
def test_a_link_begun_by_somebody_else_in_this_browser_links_nothing(app: Flask, site: Site, ming: str) -> None:
    browser = browser_of(app, ming)
    allow(browser)
    back = at_orcid(browser.get(f"{MINE}/link"))
    people.sign_in(browser, site, "lan")
    browser.get(back)
    with site.sessions() as read:
        assert not [one for one in read.query(Researcher) if one.orcid]


@pytest.mark.database("sqlite")
def test_a_code_works_once(app: Flask, ming: str) -> None:
    link(browser_of(app, ming))
    browser = browser_of(app)
    back = at_orcid(browser.get("/en/sign-in/orcid"))
    assert browser.get(back).location == "/en/account"
    again = browser_of(app)
    assert again.get(back).location == "/en/sign-in"


WRONG_TOKENS = {
    "another nonce": {"claims": {"nonce": "guessed"}},
    "for somebody else": {"claims": {"aud": "APP-OTHER"}},
    "from somebody else": {"claims": {"iss": "https://elsewhere.example"}},
    "over": {"claims": {"exp": 1}},
    "no iD": {"claims": {"sub": "ming"}},
    "a wrong iD": {"claims": {"sub": "0000-0002-1825-0098"}},
    "signed by somebody else": {"signed_by": "thief"},
    "no token": {"says": ('{"access_token": "x", "token_type": "bearer"}', 200, {"Content-Type": "application/json"})},
    "no JSON": {"says": ("<html>", 200, {})},
    "another code": {"says": ('{"error": "invalid_grant"}', 400, {"Content-Type": "application/json"})},
}


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("name", WRONG_TOKENS)
def test_tokens_that_are_not_for_us(name: str, app: Flask, provider: Provider, ming: str) -> None:
    link(browser_of(app, ming))
    provider.__dict__.update(WRONG_TOKENS[name])
    browser = browser_of(app)
    page = browser.get(go(browser).location)
    assert "could not be taken" in page.text
    assert not is_signed_in(browser)


OUTAGES = {
    "down": {"says": ("", 503, {})},
    "elsewhere": {"says": ("", 302, {"Location": "http://127.0.0.1:9/"})},
    "too much": {"says": ("x" * 300_000, 200, {})},
    "too late": {"waits": 1.0},
}


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("name", OUTAGES)
def test_an_outage_leads_back_and_the_password_works(
    name: str, app: Flask, provider: Provider, ming: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orcid_client, "TIMEOUT", 0.5)
    provider.__dict__.update(OUTAGES[name])
    browser = browser_of(app)
    page = browser.get(go(browser).location)
    assert "does not answer" in page.text or "could not be taken" in page.text
    data = {"email": "ming@example.org", "password": PASSWORD, "csrf_token": token_of(browser, "/en/sign-in")}
    assert browser.post("/en/sign-in", data=data).location == "/en/account"


@pytest.mark.database("sqlite")
def test_who_says_no_there_is_back_as_before(app: Flask, provider: Provider, ming: str) -> None:
    provider.denied = True
    browser = browser_of(app, ming)
    page = browser.get(link(browser).location)
    assert "Nothing was changed" in page.text
    assert is_signed_in(browser)


@pytest.mark.database("sqlite")
def test_what_goes_to_orcid(app: Flask, provider: Provider, ming: str) -> None:
    leaving = urlsplit(browser_of(app).get("/en/sign-in/orcid?next=https://evil.example").location)
    asked = parse_qs(leaving.query)
    assert f"{leaving.scheme}://{leaving.netloc}{leaving.path}" == f"{provider.url}/oauth/authorize"
    assert asked["redirect_uri"] == ["http://127.0.0.1:5000/en/orcid/back"]
    assert set(asked) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?code=x&state=x", "?error=access_denied", "?code=%01&state=%01"]
)
def test_guessed_answers(query: str, app: Flask, ming: str) -> None:
    browser = browser_of(app)
    assert browser.get(f"{BACK}{query}").location == "/en/sign-in"
    assert not is_signed_in(browser)
