"""The second step of signing in: switched on, asked for, lost, switched off."""

from __future__ import annotations

import re

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts import second_factor
from portal.accounts.models import SignIn, User
from portal.core.errors import Invalid
from portal.site import Site
from tests import people
from tests.moments import NOW
from tests.people import PASSWORD
from tests.work.browsing import Send, Watch, letters_to

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(watch: Watch, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(watch.now)


@pytest.fixture
def codes(site: Site, watch: Watch) -> list[str]:
    """The recovery codes of somebody who has switched the second step on."""
    with site.unit_of_work().begin() as session:
        linh = people.add_person(session, "Linh")
        found = second_factor.switch_on(session, linh, SECRET, code_at(watch), PASSWORD, watch.now)
    watch.pass_by(minutes=2)
    return found


def test_it_is_switched_on_with_an_app(site: Site, client: FlaskClient, send: Send, watch: Watch) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
    people.sign_in(client, site, "linh")
    page = client.get("/en/account/second-factor/on").text
    secret = re.sub(r"\s", "", re.search(r'class="secret">([^<]+)<', page).group(1))  # type: ignore[union-attr]
    assert "<svg" in page
    address = "/en/account/second-factor/on"
    assert "does not work" in send(address, code="000000", present=PASSWORD).text
    assert "present password" in send(address, code=code_at(watch, secret), present="wrong").text
    assert send(address, code="", present=PASSWORD).status_code == 422
    assert secret in client.get(address).text.replace(" ", "")  # the same as long as it is not on
    shown = send(address, code=code_at(watch, secret), present=PASSWORD)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (201, "private, no-store")
    assert len(re.findall(r"<code>[0-9a-z]{5}-[0-9a-z]{5}</code>", shown.text)) == second_factor.RECOVERY_CODES
    assert "You have 10 recovery codes left" in client.get("/en/account/second-factor").text


def test_signing_in_asks_for_a_code(
    site: Site, app: Flask, client: FlaskClient, send: Send, watch: Watch, codes: list[str]
) -> None:
    assert client.get("/en/sign-in/code").location == "/en/sign-in"
    answer = send("/en/sign-in?next=/en/topics", email="linh@example.org", password=PASSWORD)
    assert answer.location == "/en/sign-in/code?next=/en/topics"
    assert client.get("/en/account").status_code == 303
    with site.sessions() as session:
        assert session.scalars(sa.select(SignIn)).all() == []
    assert send(answer.location, code="000000").status_code == 422
    code = code_at(watch)
    assert send(answer.location, code=f"{code[:3]} {code[3:]}").location == "/en/topics"
    assert client.get("/en/account").status_code == 200
    other = app.test_client()
    send("/en/sign-in", other, email="linh@example.org", password=PASSWORD)
    assert send("/en/sign-in/code", other, code=code).status_code == 422  # it has worked once
    watch.pass_by(minutes=11)
    assert other.get("/en/sign-in/code").location == "/en/sign-in"


def test_a_recovery_code_works_once(app: Flask, send: Send, codes: list[str]) -> None:
    for typed, status in ((codes[0].upper(), 303), (codes[0], 422), (codes[1].replace("-", " "), 303)):
        browser = app.test_client()
        send("/en/sign-in", browser, email="linh@example.org", password=PASSWORD)
        assert send("/en/sign-in/code", browser, code=typed).status_code == status


def test_codes_are_not_guessed(client: FlaskClient, send: Send, watch: Watch, codes: list[str]) -> None:
    send("/en/sign-in", email="linh@example.org", password=PASSWORD)
    for number in range(10):
        assert send("/en/sign-in/code", code=f"00000{number}").status_code == 422
    page = send("/en/sign-in/code", code=code_at(watch))
    assert (page.status_code, page.headers["Retry-After"]) == (429, "900")
    assert "try again in 15 minutes" in page.text


def test_new_recovery_codes_replace_the_former(site: Site, client: FlaskClient, send: Send, codes: list[str]) -> None:
    people.sign_in(client, site, "linh")
    assert send("/en/account/recovery-codes/new", present="wrong").status_code == 422
    assert "<code>" in send("/en/account/recovery-codes/new", present=PASSWORD).text
    with site.unit_of_work().begin() as session, pytest.raises(Invalid):
        second_factor.use_code(session, session.get_one(User, "linh"), codes[0], NOW)


def test_it_is_switched_off_with_the_password(
    site: Site, app: Flask, client: FlaskClient, send: Send, codes: list[str]
) -> None:
    people.sign_in(client, site, "linh")
    assert send("/en/account/second-factor/off", present="wrong").status_code == 422
    assert send("/en/account/second-factor/off", present=PASSWORD).status_code == 303
    assert len(letters_to(site, "linh@example.org", "second-factor-off")) == 1
    assert send("/en/sign-in", app.test_client(), email="linh@example.org", password=PASSWORD).location == "/en/account"


def test_a_code_of_another_person_is_of_no_use(site: Site, codes: list[str], watch: Watch) -> None:
    with site.unit_of_work().begin() as session:
        mai = people.add_person(session, "Mai")
        mai.totp_secret = pyotp.random_base32()
        for code in (codes[0], code_at(watch)):
            with pytest.raises(Invalid):
                second_factor.use_code(session, mai, code, watch.now)


@pytest.mark.parametrize("digits", ["๐๑๒๓๔๕๖๗๘๙", "၀၁၂၃၄၅၆၇၈၉", "០១២៣៤៥៦៧៨៩", "໐໑໒໓໔໕໖໗໘໙", "０１２３４５６７８９"])
def test_digits_of_other_scripts_are_digits(site: Site, watch: Watch, codes: list[str], digits: str) -> None:
    typed = code_at(watch).translate(str.maketrans("0123456789", digits))
    with site.unit_of_work().begin() as session:
        second_factor.use_code(session, session.get_one(User, "linh"), typed, watch.now)


@given(text=st.text(max_size=60))
def test_any_text_is_a_plain_code(text: str) -> None:
    plain = second_factor._plain(text)
    assert plain == second_factor._plain(plain)
    assert plain.isascii()


def test_no_cookie_tells_a_secret(site: Site, client: FlaskClient, send: Send, watch: Watch) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
    people.sign_in(client, site, "linh")
    address = "/en/account/second-factor/on"
    shown = client.get(address).text
    secret = re.sub(r"\s", "", re.search(r'class="secret">([^<]+)<', shown).group(1))  # type: ignore[union-attr]
    with client.session_transaction() as cookie:
        assert secret not in str(dict(cookie))
    codes = re.findall(r"[0-9a-z]{5}-[0-9a-z]{5}", send(address, code=code_at(watch, secret), present=PASSWORD).text)
    with client.session_transaction() as cookie:
        assert not [code for code in codes if code in str(dict(cookie))]
    assert secret not in client.get(address).text.replace(" ", "")  # it is in use: another one is offered
    other = client.application.test_client()
    people.sign_in(other, site, "linh")
    assert secret not in other.get(address).text.replace(" ", "")
