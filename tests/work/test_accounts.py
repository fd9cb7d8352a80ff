"""Accounts, as people meet them: signing up and in, passwords, addresses, browsers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from portal.accounts.browsers import browser_of
from portal.accounts.links import new_link, use_link
from portal.accounts.models import SignIn, User
from portal.accounts.passwords import LONGEST, SHORTEST, check_password, hash_password, is_password
from portal.accounts.queries import get_user
from portal.core.audit import AuditEvent
from portal.core.errors import Gone, Invalid
from portal.rights.jobs import end_periods
from portal.site import Site
from portal.web.addresses import own_address
from tests import people
from tests.moments import NOW
from tests.people import PASSWORD, token_of
from tests.work.browsing import FIREFOX, Send, Watch, letters_to, newest_link

WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"
NEW = "words that nobody puts together"


@pytest.fixture
def linh(site: Site) -> str:
    """The address of somebody with an account."""
    with site.unit_of_work().begin() as session:
        return people.add_person(session, "Linh", language="vi").email


def sign_up(
    send: Send, email: str = "mai@example.org", password: str = NEW, address: str = "/vi/sign-up"
) -> TestResponse:
    return send(address, name="Mai", email=email, password=password)


def sign_in(send: Send, email: str = "linh@example.org", password: str = PASSWORD, **kw: Any) -> TestResponse:
    return send("/en/sign-in", email=email, password=password, **kw)


def events(site: Site) -> list[str]:
    with site.sessions() as session:
        return list(session.scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)))


def test_signing_in_and_out(site: Site, client: FlaskClient, send: Send, linh: str) -> None:
    address = "/en/sign-in?next=/en/account/details"
    assert send(address, email=linh, password="something else").status_code == 422
    answer = send(address, email=f" {linh.upper()} ", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/en/account/details")
    page = client.get("/vi/account")
    assert "Linh" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    client.post("/en/sign-out", data={"csrf_token": token_of(client, "/en/account")})
    assert client.get("/en/account").location == "/en/sign-in?next=/en/account"
    with site.sessions() as session:
        assert session.scalars(sa.select(SignIn)).all() == []


def test_an_account_is_made_and_confirmed(site: Site, client: FlaskClient, send: Send, watch: Watch) -> None:
    assert sign_up(send, address="/vi/sign-up?next=/vi/topics").location == "/vi/mail-sent"
    assert sign_in(send, "mai@example.org", NEW).location == "/en/mail-sent"
    assert client.get("/en/account").status_code == 303
    first, second = letters_to(site, "mai@example.org")
    assert {first.language, second.language} == {"vi"}
    links = {one.parameters["address"].partition("/vi/confirm/")[2].partition("?")[0] for one in (first, second)}
    answers = {client.get(f"/vi/confirm/{token}").status_code: token for token in links}
    assert set(answers) == {200, 410}  # the newer letter replaces the older one
    link = f"/vi/confirm/{answers[200]}?next=/vi/topics"
    assert "without an account" in client.get("/en/topics").text
    assert "without an account" not in client.get(link.replace("/vi/", "/en/")).text
    assert send(link, password="another password").status_code == 422
    watch.pass_by(hours=47)
    assert send(link, password=NEW).location == "/vi/topics"
    said = '<p class="notice done" role="status">'
    assert [said in client.get("/vi/about").text for _visit in range(2)] == [True, False]  # said once, where one lands
    assert "Mai" in client.get("/en/account").text
    assert client.get(link).status_code == 410
    assert "account.confirmed" in events(site)


def test_a_link_ends_after_two_days(site: Site, client: FlaskClient, send: Send, watch: Watch) -> None:
    sign_up(send)
    link = newest_link(site, "mai@example.org", "confirm")
    watch.pass_by(hours=48)
    page = client.get(link.replace("/vi/", "/en/"))
    assert (page.status_code, "used already" in page.text) == (410, True)


def test_what_nobody_confirms_is_forgotten(site: Site, send: Send, linh: str, watch: Watch) -> None:
    sign_up(send)
    watch.pass_by(days=8)
    sign_up(send, "somchai@example.org")
    end_periods(site, "account")
    with site.sessions() as session:
        assert set(session.scalars(sa.select(User.email))) == {linh, "somchai@example.org"}


def test_a_link_that_two_follow_at_once_works_once(site: Site, linh: str) -> None:
    with site.unit_of_work().begin() as session:
        token = new_link(session, get_user(session, "linh"), "reset", NOW)

    def follow(_number: int) -> bool:
        try:
            with site.unit_of_work().begin() as session:
                use_link(session, token, "reset", NOW)
        except Gone:
            return False
        return True

    with ThreadPoolExecutor(6) as people_at_once:
        assert sum(people_at_once.map(follow, range(6))) == 1


def test_nobody_learns_who_has_an_account(site: Site, client: FlaskClient, send: Send, linh: str) -> None:
    new, known = sign_up(send, "mai@example.org"), sign_up(send, linh)
    assert (new.status_code, new.location, new.data) == (known.status_code, known.location, known.data)
    assert [letter.template for letter in letters_to(site, linh)] == ["already-registered"]
    assert letters_to(site, linh)[0].language == "vi"
    asked, unasked = (send("/en/forgotten-password", email=email) for email in (linh, "nobody@example.org"))
    assert (asked.status_code, asked.location, asked.data) == (unasked.status_code, unasked.location, unasked.data)
    assert letters_to(site, "nobody@example.org") == []
    wrong, unknown = sign_in(send, linh, "no such password"), sign_in(send, "nobody@example.org", "no such password")
    assert (wrong.status_code, wrong.text.count("do not belong together")) == (422, 2)
    assert unknown.text.count("do not belong together") == 2
    with site.sessions() as session:
        assert is_password(session.scalars(sa.select(User).where(User.email == linh)).one().password_hash, PASSWORD)


def test_an_address_cannot_be_taken_in_advance(site: Site, client: FlaskClient, send: Send) -> None:
    """Somebody signs up with an address of somebody else, who later does so too and follows the link."""
    sign_up(send, password="the password of a stranger")
    newest_link(site, "mai@example.org", "confirm")
    sign_up(send, password=NEW)
    link = newest_link(site, "mai@example.org", "confirm")
    assert send(link, password="the password of a stranger").status_code == 422
    assert send(link, password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "Please fill this in."),
        ("name", "x" * 121, "At most 120 characters"),
        ("email", "", "Please fill this in."),
        ("email", "mai", "like name@university.edu"),
        ("email", "mai@", "like name@university.edu"),
        ("email", "mai@example.org, linh@example.org", "like name@university.edu"),
        ("email", "x" * 250 + "@example.org", "At most 254 characters"),
        ("password", "", "Please fill this in."),
        ("password", "short", "at least 10 characters"),
        ("password", "x" * 201, "At most 200 characters"),
        ("password", "1234567890", "guessed first"),
        ("password", "aaaaaaaaaaaaaaaa", "guessed first"),
        ("password", "Mai Nguyen Thi 1999", "not your name"),
        ("password", "mai.nguyen@example.org", "not your name"),
        ("password", "mainguyen2027", "not your name"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said(
    site: Site, client: FlaskClient, send: Send, field: str, value: str, said: str
) -> None:
    data = {"name": "Mai Nguyen Thi", "email": "mai.nguyen@example.org", "password": NEW, field: value}
    page = send("/en/sign-up", **data)
    assert page.status_code == 422
    assert page.text.count(said) == 2  # in the summary and at the field
    assert f'href="#{field}"' in page.text
    kept = data["name"].strip() if field != "name" else data["email"]
    assert f'value="{kept}"' in page.text
    assert NEW not in page.text
    with site.sessions() as session:
        assert session.scalars(sa.select(User)).all() == []


def test_a_suspended_account_is_told_only_to_its_owner(site: Site, client: FlaskClient, send: Send, linh: str) -> None:
    assert sign_in(send).status_code == 303
    with site.unit_of_work().begin() as session:
        session.scalars(sa.select(User)).one().suspended_at = NOW
    assert client.get("/en/account").status_code == 303
    assert "suspended" not in sign_in(send, password="no such password").text
    page = sign_in(send)
    assert (page.status_code, page.text.count("is suspended")) == (422, 2)


def test_a_forgotten_password(site: Site, app: Flask, client: FlaskClient, send: Send, linh: str, watch: Watch) -> None:
    other = app.test_client()
    sign_in(send, _client=other)
    send("/en/forgotten-password", email=linh)
    link = newest_link(site, linh, "reset")
    assert link.startswith("/vi/new-password/")
    assert send(link, password="linh").status_code == 422
    answer = send(link, password=NEW)
    assert (answer.status_code, answer.location) == (303, "/vi/sign-in")
    assert client.get(link).status_code == 410
    assert other.get("/en/account").status_code == 303
    assert sign_in(send).status_code == 422
    assert sign_in(send, password=NEW).status_code == 303
    assert [letter.template for letter in letters_to(site, linh)] == ["password-changed"]


def test_a_reset_link_ends_after_two_hours_and_shows_the_address(
    site: Site, client: FlaskClient, send: Send, watch: Watch
) -> None:
    sign_up(send)
    send("/en/forgotten-password", email="mai@example.org")
    link = newest_link(site, "mai@example.org", "reset")
    watch.pass_by(hours=2)
    assert client.get(link).status_code == 410
    send("/en/forgotten-password", email="mai@example.org")
    assert send(newest_link(site, "mai@example.org", "reset"), password=NEW).status_code == 303
    assert sign_in(send, "mai@example.org", NEW).location == "/en/account"


def test_the_password_is_changed(site: Site, app: Flask, client: FlaskClient, send: Send, linh: str) -> None:
    other = app.test_client()
    sign_in(send, _client=other)
    sign_in(send)
    assert "present password" in send("/en/account/password", present="wrong", password=NEW).text
    assert "at least 10" in send("/en/account/password", present=PASSWORD, password="short").text
    assert send("/en/account/password", present=PASSWORD, password=NEW).status_code == 303
    assert "You are signed out everywhere else" in client.get("/en/account").text
    assert other.get("/en/account").status_code == 303
    assert [letter.template for letter in letters_to(site, linh)] == ["password-changed"]


def test_name_and_language_are_changed(site: Site, client: FlaskClient, send: Send, linh: str) -> None:
    sign_in(send)
    assert send("/en/account/details", name="", language="vi").status_code == 422
    assert send("/en/account/details", name="Linh", language="tlh").status_code == 422
    assert send("/en/account/details", name="Nguyễn Linh", language="th").status_code == 303
    page = client.get("/en/account").text
    assert "Nguyễn Linh" in page
    assert "ไทย" in page


def test_the_address_is_changed(site: Site, client: FlaskClient, send: Send, linh: str) -> None:
    sign_in(send)
    assert "present password" in send("/en/account/email", email="l@example.org", present="wrong").text
    assert "your present address" in send("/en/account/email", email=linh, present=PASSWORD).text
    assert send("/en/account/email", email="L@Example.org", present=PASSWORD).location == "/en/mail-sent"
    link = newest_link(site, "l@example.org", "change-email")
    assert "l@example.org" in client.get(link).text
    assert linh in client.get("/en/account").text
    assert send(link).status_code == 303
    assert "l@example.org" in client.get("/en/account").text
    assert client.get(link).status_code == 410
    told = letters_to(site, linh, "email-changed")
    assert [letter.parameters["email"] for letter in told] == ["l@example.org"]


def test_an_address_that_belongs_to_somebody_is_not_taken(
    site: Site, app: Flask, client: FlaskClient, send: Send, linh: str
) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Somchai")
    sign_in(send)
    answer = send("/en/account/email", email="somchai@example.org", present=PASSWORD)
    assert answer.location == "/en/mail-sent"
    assert [letter.template for letter in letters_to(site, "somchai@example.org")] == ["already-registered"]
    # and it may come to belong to somebody while the letter lies there; whoever has not confirmed it makes way
    send("/en/account/email", email="mai@example.org", present=PASSWORD)
    link = newest_link(site, "mai@example.org", "change-email")
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Mai")
    assert send(link).status_code == 410
    send("/en/account/email", email="new@example.org", present=PASSWORD)
    sign_up(lambda *a, **kw: send(*a, _client=app.test_client(), **kw), "new@example.org")
    assert send(newest_link(site, "new@example.org", "change-email")).status_code == 303


def test_where_i_am_signed_in(site: Site, app: Flask, client: FlaskClient, send: Send, linh: str, watch: Watch) -> None:
    phone, lost = app.test_client(), app.test_client()
    sign_in(send, _client=lost, _agent="")
    watch.pass_by(hours=5)
    sign_in(send, _client=phone, _agent=WECHAT)
    sign_in(send)
    page = client.get("/en/account/sign-ins").text
    assert page.count(">Sign out there<") == 2
    assert page.count("This browser") == 1
    for said in ("WeChat, iPhone", "Unknown browser", "5 hours ago"):
        assert said in page
    with site.sessions() as session:
        ids = {one.browser: one.id for one in session.scalars(sa.select(SignIn))}
        assert not [one for one in session.scalars(sa.select(SignIn)) if one.digest in page]
    assert "3 browsers" in client.get("/en/account").text
    data = client.get("/en/me/data").text
    assert '<b>Where you are signed in</b> <span class="state">3<' in data
    assert "<b>Browsers that you have signed in with</b>" in data
    csrf = {"csrf_token": token_of(client, "/en/account/sign-ins")}
    assert client.post(f"/en/account/sign-ins/{ids['']}/end", data=csrf).status_code == 303
    assert lost.get("/en/account").status_code == 303
    assert client.post(f"/en/account/sign-ins/{ids['']}/end", data=csrf).status_code == 404
    assert client.post("/en/account/sign-ins/end-others", data=csrf).status_code == 303
    assert phone.get("/en/account").status_code == 303
    assert ">Sign out there<" not in client.get("/en/account/sign-ins").text
    watch.pass_by(days=31)
    assert client.get("/en/account").status_code == 303


def test_nobody_ends_a_sign_in_of_somebody_else(site: Site, client: FlaskClient, send: Send, linh: str) -> None:
    with site.unit_of_work().begin() as session:
        other = people.add_person(session, "Somchai")
    people.sign_in(client.application.test_client(), site, other.id)
    with site.sessions() as session:
        sign_in_id = session.scalars(sa.select(SignIn.id)).one()
    sign_in(send)
    csrf = {"csrf_token": token_of(client, "/en/account")}
    assert client.post(f"/en/account/sign-ins/{sign_in_id}/end", data=csrf).status_code == 404


def test_a_letter_tells_of_a_new_browser_once(site: Site, app: Flask, send: Send, linh: str) -> None:
    for agent in (FIREFOX, FIREFOX, WECHAT, WECHAT, FIREFOX):
        sign_in(send, _client=app.test_client(), _agent=agent)
    told = letters_to(site, linh, "new-browser")
    assert [letter.parameters["browser"] for letter in told] == ["WeChat, iPhone"]


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (WECHAT, "WeChat, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/139.0 Safari/537.36 Edg/139.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14; SM-A155F) SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36",
         "Samsung Internet, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari, macOS"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/139.0 Mobile/15E148 Safari/604.1",
         "Chrome, iPad"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0 Safari/537.36 HuaweiBrowser/5.1",
         "Huawei Browser, HarmonyOS"),
        ("curl/8.5", ""),
    ],
)  # fmt: skip
def test_browsers_have_the_names_that_people_use(user_agent: str, name: str) -> None:
    assert browser_of(user_agent) == name


@given(st.text())
def test_any_browser_has_a_name_that_fits(user_agent: str) -> None:
    assert len(browser_of(user_agent)) <= 80


def test_nothing_that_was_in_the_session_before_stays(client: FlaskClient, send: Send, linh: str) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    sign_in(send)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"]


@pytest.mark.parametrize(
    "address",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "\\evil.example", "/ /x",
     "javascript:a", "evil.example", "/\x01x", "/", "", "/en/\nx", "/en\\x"],
)  # fmt: skip
def test_only_addresses_of_this_site_are_followed(client: FlaskClient, send: Send, linh: str, address: str) -> None:
    assert own_address(address) is None
    answer = client.post(
        "/en/sign-in",
        query_string={"next": address},
        data={"email": linh, "password": PASSWORD, "csrf_token": token_of(client, "/en/sign-in")},
    )
    assert answer.location == "/en/account"


@given(st.text())
def test_what_is_followed_is_a_path(address: str) -> None:
    found = own_address(f"/{address}")
    assert found is None or (not {found[1], *found} & set("\\\t\n\r ") and found[1] != "/")


def test_a_form_of_somebody_else_is_refused(client: FlaskClient, linh: str) -> None:
    assert client.post("/en/sign-in", data={"email": linh, "password": PASSWORD}).status_code == 400


def test_public_pages_of_a_person_are_not_kept_for_others(client: FlaskClient, send: Send, linh: str) -> None:
    public = client.get("/en/about")
    assert "no-store" not in public.headers.get("Cache-Control", "")
    assert "Cookie" in public.vary
    sign_in(send)
    own = client.get("/en/about")
    assert own.headers["Cache-Control"] == "private, no-store"
    assert "My account" in own.text
    with client.get("/static/js/site.mjs") as script:
        assert "public" in script.headers["Cache-Control"]
        assert "Cookie" not in script.vary


@pytest.mark.parametrize("password", ["ｐａｓｓ ｗｏｒｄ ｏｆ ｗｉｄｅ ｌｅｔｔｅｒｓ", "café au lait à Vientiane"])
def test_a_password_is_the_same_from_every_keyboard(password: str) -> None:
    stored = hash_password(password)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert is_password(stored, normalize(form, password))
    assert not is_password(stored, password + "x")


@given(st.text(max_size=300))
def test_any_text_is_a_password_or_is_told_why_not(text: str) -> None:
    with suppress(Invalid):
        check_password(text, "Linh", "linh@example.org")
        assert SHORTEST <= len(normalize("NFKC", text)) <= LONGEST


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_letter_can_be_written(app: Flask, language: str) -> None:
    class Form:
        """Writes each part of a letter as it is."""

        def __getattr__(self, _name: str) -> Callable[..., str]:
            return lambda *parts: " ".join(map(str, parts))

    parameters = {"address": "https://exchange.example/x", "email": "new@example.org", "browser": ""}
    names = ("confirm", "already-registered", "reset", "password-changed", "change-email", "email-changed",
             "new-browser", "second-factor-off")  # fmt: skip
    with app.test_request_context(f"/{language}/"):
        for name in names:
            assert Path(app.root_path, "templates", "mail", f"{name}.html").is_file()
            letter: Any = app.jinja_env.get_template(f"mail/{name}.html").module
            assert letter.subject(parameters).strip()
            assert "%(" not in letter.body(Form(), parameters)
