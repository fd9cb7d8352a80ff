"""Passkeys in Chromium, with the authenticator that it keeps for tests: made, used, refused by its owner, removed."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession, expect
from werkzeug.serving import make_server

from portal import create_app
from portal.settings import Settings
from portal.site import Site
from tests.browser.conftest import Silent
from tests.browser.test_posting import Newcomer, visitor
from tests.letters import letters_to
from tests.moments import fixed_clock
from tests.people import PASSWORD, add_person

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def own_app(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A small site that knows its own address: passkeys work nowhere else."""
    folder = tmp_path_factory.mktemp("passkeys")
    shutil.copyfile(migrated_file, folder / "portal.sqlite3")
    server = make_server("127.0.0.1", 0, Flask("not yet"), threaded=True, request_handler=Silent)
    address = f"http://localhost:{server.server_port}"
    app = create_app(Settings(data_dir=str(folder), secret_key="for tests only", site_url=address), clock=fixed_clock)
    server.app = app
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield app
    server.shutdown()
    thread.join()
    app.extensions["site"].close()


@pytest.fixture
def own_address(own_app: Flask) -> str:
    return str(own_app.extensions["site"].settings.site_url)


def authenticator(me: Newcomer) -> tuple[CDPSession, str]:
    """Give the browser a device that can make sure of its person."""
    session = me.page.context.new_cdp_session(me.page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, added["authenticatorId"]


def sign_in(me: Newcomer, email: str) -> None:
    me.page.goto("/en/sign-in")
    me.fill(email=email, password=PASSWORD)
    me.press("form.form button[type=submit]")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_passkey_from_making_to_removing(browser: Browser, own_app: Flask, own_address: str, width: int) -> None:
    site: Site = own_app.extensions["site"]
    with site.unit_of_work().begin() as session:
        email = add_person(session, f"Linh{width}").email
    with visitor(browser, own_address, width) as me:
        device, device_id = authenticator(me)
        sign_in(me, email)
        me.press("a[href$='/account/passkeys']")
        me.press("a[href$='/passkeys/add']")
        me.fill(name="My phone", present=PASSWORD)
        me.press("form.form button[type=submit]")
        me.look()
        me.page.locator("form[data-passkey] button").click()
        expect(me.page.locator(".account-sign-ins b")).to_have_text("My phone")
        me.look()
        me.page.goto("/en/account")
        me.press("form[action$='/sign-out'] button")
        me.page.goto("/en/sign-in?next=/en/account/passkeys")
        me.look()
        button = me.page.locator("form[data-passkey] button")
        device.send("WebAuthn.setUserVerified", {"authenticatorId": device_id, "isUserVerified": False})
        button.click()
        expect(me.page.locator("form[data-passkey] [role=status]")).to_contain_text("did not answer")
        device.send("WebAuthn.setUserVerified", {"authenticatorId": device_id, "isUserVerified": True})
        button.click()
        expect(me.page).to_have_url(re.compile("/en/account/passkeys$"))
        expect(me.page.locator("main")).to_contain_text("Last used")
        me.press("a[href$='/name']")
        me.fill(name="Phone with a very long name that somebody wrote in full length")
        me.press("form.form button[type=submit]")
        me.look()
        me.press("a[href$='/remove']")
        me.fill(present=PASSWORD)
        me.press("form.form button[type=submit]")
        expect(me.page.locator(".account-sign-ins")).to_have_count(0)
        me.page.goto("/en/account")
        me.press("form[action$='/sign-out'] button")
        me.page.goto("/en/sign-in")
        me.page.locator("form[data-passkey] button").click()
        expect(me.page.locator(".error-summary")).to_contain_text("This passkey was not taken")
        me.look()
    assert not me.wrong
    assert sorted(one.subject for one in letters_to(own_app, email) if "passkey" in one.subject) == [
        "A passkey was added to your account", "A passkey was removed from your account",
    ]  # fmt: skip


def test_elsewhere_none_is_offered(browser: Browser, own_app: Flask, own_address: str) -> None:
    with visitor(browser, own_address.replace("localhost", "127.0.0.1"), 1280) as me:
        me.page.goto("/en/sign-in")
        expect(me.page.locator("form.form button[type=submit]")).to_be_visible()
        expect(me.page.locator("form[data-passkey] button")).to_be_hidden()
