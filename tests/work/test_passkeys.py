"""Passkeys, with a device made of software: added, used, refused, removed."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
import pyotp
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from werkzeug.test import TestResponse

from portal.accounts.limits import LIMITS, count_attempt
from portal.accounts.models import Passkey, PasskeyChallenge, User
from portal.accounts.passkeys import service as passkeys
from portal.accounts.passkeys.service import RelyingParty
from portal.core.audit import AuditEvent
from portal.core.errors import Invalid
from portal.settings import Settings
from portal.site import Site
from tests import people
from tests.moments import NOW
from tests.people import PASSWORD, token_of
from tests.work.browsing import Send, Watch, letters_to, newest_link

PARTY = RelyingParty("exchange.example", "https://exchange.example")
PRESENT, VERIFIED, NEW = 1, 4, 64  # flags of what a device has made sure of, and of a key that it tells
REFUSED = "This passkey was not taken"


@dataclass
class Device:
    """A device with one key. What it says may be changed, to see it refused."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    user: str = "linh"
    origin: str = PARTY.origin
    site: str = PARTY.id
    flags: int = PRESENT | VERIFIED
    count: int = 0

    def make(self, challenge: str, **said: Any) -> str:
        """The answer to being asked for a new passkey."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        told = self._told(NEW) + bytes(16) + len(self.id).to_bytes(2) + self.id + public
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": told})
        client = self._client("webauthn.create", challenge, **said)
        response = {"clientDataJSON": client, "attestationObject": made}
        return self._written(response, transports=["internal", "telepathy"])

    def sign(self, challenge: str, **said: Any) -> str:
        """The answer to being asked for this passkey."""
        client, told = self._client("webauthn.get", challenge, **said), self._told()
        signature = self.key.sign(told + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {"clientDataJSON": client, "authenticatorData": told, "signature": signature}
        return self._written({**response, "userHandle": self.user.encode()})

    def _told(self, more: int = 0) -> bytes:
        return hashlib.sha256(self.site.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4)

    def _client(self, kind: str, challenge: str, **said: Any) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, **said}).encode()

    def _written(self, response: dict[str, bytes], **more: Any) -> str:
        name, parts = bytes_to_base64url(self.id), {key: bytes_to_base64url(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": {**parts, **more}})


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, site_url=PARTY.origin)


@pytest.fixture
def linh(site: Site) -> str:
    with site.unit_of_work().begin() as session:
        return people.add_person(session, "Linh").email


@pytest.fixture
def me(app: Flask, site: Site, linh: str) -> FlaskClient:
    """A browser in which Linh is signed in."""
    return people.browser_of(app, "linh")


@pytest.fixture
def device(site: Site, linh: str) -> Device:
    """A device with a passkey of Linh's."""
    made = Device()
    put_passkey(site, made)
    return made


def put_passkey(site: Site, device: Device, user_id: str = "linh", name: str = "My phone") -> None:
    with site.unit_of_work().begin() as session:
        user, challenge = session.get_one(User, user_id), passkeys.new_challenge(session, site.clock(), user_id)
        answer = device.make(challenge)
        passkeys.add_passkey(session, user, PARTY, challenge, answer, name, site.clock(), lambda _: PARTY.origin)


def post(client: FlaskClient, address: str, **fields: str) -> TestResponse:
    return client.post(address, data={**fields, "csrf_token": token_of(client, "/en/forgotten-password")})


def challenge_of(client: FlaskClient, address: str = "/en/sign-in/passkey/options") -> str:
    return str(post(client, address).json["challenge"])  # type: ignore[index]


def enter(client: FlaskClient, device: Device, **said: Any) -> TestResponse:
    """Sign in with a device."""
    answer = device.sign(challenge_of(client), **said)
    return post(client, "/en/sign-in/passkey", credential=answer)


def add(client: FlaskClient, device: Device, name: str = "Công ty", **said: Any) -> TestResponse:
    """Add a passkey as one does."""
    assert post(client, "/en/account/passkeys/add", name=name, present=PASSWORD).location.endswith("/make")
    answer = device.make(challenge_of(client, "/en/account/passkeys/options"), **said)
    return post(client, "/en/account/passkeys/make", credential=answer)


def test_one_is_added_and_opens_the_account(app: Flask, site: Site, me: FlaskClient, linh: str) -> None:
    device, visitor = Device(), app.test_client()
    assert "None yet" in me.get("/en/account").text
    assert add(me, device).location == "/en/account/passkeys"
    shown = me.get("/en/account/passkeys").text
    assert "Công ty" in shown
    assert "Not used yet" in shown
    assert "1 passkey" in me.get("/en/account").text
    assert [letter.parameters["passkey"] for letter in letters_to(site, linh, "passkey-added")] == ["Công ty"]
    options = post(visitor, "/en/sign-in/passkey/options").json
    assert options is not None
    assert (options["rpId"], options["userVerification"]) == (PARTY.id, "required")
    assert options["allowCredentials"] == []  # nobody is named
    answer = post(visitor, "/en/sign-in/passkey?next=/en/topics", credential=device.sign(options["challenge"]))
    assert answer.location == "/en/topics"
    assert "Last used" in visitor.get("/en/account/passkeys").text
    with site.sessions() as session:
        stored = session.scalars(sa.select(Passkey)).one()
        events = session.scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert (stored.transports, stored.last_used_at) == (["internal"], NOW)
    assert list(events) == ["account.passkey-added", "account.signed-in"]


def test_no_code_is_asked_for_after_a_passkey(app: Flask, site: Site, device: Device) -> None:
    with site.unit_of_work().begin() as session:
        session.get_one(User, "linh").totp_secret = pyotp.random_base32()
    visitor = app.test_client()
    assert enter(visitor, device).location == "/en/account"
    assert visitor.get("/en/account").status_code == 200


def test_adding_asks_for_the_password_first(me: FlaskClient, watch: Watch) -> None:
    address = "/en/account/passkeys/add"
    assert me.get("/en/account/passkeys/make").location == address
    assert post(me, "/en/account/passkeys/options").location == address
    assert "present password" in post(me, address, name="Phone", present="wrong").text
    assert post(me, address, name="", present=PASSWORD).status_code == 422
    assert me.get("/en/account/passkeys/make").location == address
    assert post(me, address, name="Phone", present=PASSWORD).status_code == 303
    assert "Phone" in me.get("/en/account/passkeys/make").text
    watch.pass_by(minutes=11)
    assert me.get("/en/account/passkeys/make").location == address


WRONG = {
    "of another origin": {"origin": "https://exchange.example.evil.example"},
    "of a page of ours without encryption": {"origin": "http://exchange.example"},
    "of another site": {"site": "example"},
    "of a device that has not made sure of the person": {"flags": PRESENT},
    "of a device that nobody touched": {"flags": VERIFIED},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_answers_that_are_refused(app: Flask, me: FlaskClient, device: Device, wrong: dict[str, Any]) -> None:
    visitor = app.test_client()
    refused = enter(visitor, replace(device, **wrong))
    assert (refused.status_code, REFUSED in refused.text) == (422, True)
    refused = add(me, Device(**wrong))
    assert (refused.status_code, REFUSED in refused.text) == (422, True)
    assert enter(visitor, device).status_code == 303


FORGED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "signed by another key": ({"key": ec.generate_private_key(ec.SECP256R1())}, {}),
    "of a key nobody has": ({"id": b"another"}, {}),
    "for somebody else": ({"user": "mai"}, {}),
    "to another challenge": ({}, {"challenge": bytes_to_base64url(bytes(32))}),
    "to another question": ({}, {"type": "webauthn.create"}),
}


@pytest.mark.parametrize(("device_says", "said"), FORGED.values(), ids=FORGED)
def test_forged_answers_are_refused_alike(
    app: Flask, site: Site, device: Device, device_says: dict[str, Any], said: dict[str, Any]
) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Mai")
    visitor = app.test_client()
    challenge = challenge_of(visitor)
    answer = replace(device, **device_says).sign(**{"challenge": challenge, **said})
    page = post(visitor, "/en/sign-in/passkey", credential=answer)
    assert (page.status_code, page.text.count(REFUSED)) == (422, 1)
    assert visitor.get("/en/account").status_code == 303


def test_an_answer_works_once(app: Flask, device: Device) -> None:
    visitor = app.test_client()
    challenge = challenge_of(visitor)
    with visitor.session_transaction() as cookie:
        kept = dict(cookie)
    answer = device.sign(challenge)
    assert post(visitor, "/en/sign-in/passkey", credential=answer).status_code == 303
    for thief in (app.test_client(), app.test_client()):
        with thief.session_transaction() as cookie:
            cookie.update(kept)  # even with the cookie of then
        assert post(thief, "/en/sign-in/passkey", credential=answer).status_code == 422


def test_a_wrong_answer_uses_the_challenge_up(app: Flask, device: Device) -> None:
    visitor = app.test_client()
    challenge = challenge_of(visitor)
    with visitor.session_transaction() as cookie:
        kept = dict(cookie)
    wrong = replace(device, origin="https://evil.example").sign(challenge)
    assert post(visitor, "/en/sign-in/passkey", credential=wrong).status_code == 422
    with visitor.session_transaction() as cookie:
        cookie.update(kept)
    assert post(visitor, "/en/sign-in/passkey", credential=device.sign(challenge)).status_code == 422


def test_a_challenge_ends_soon(app: Flask, site: Site, device: Device, watch: Watch) -> None:
    visitor = app.test_client()
    answer = device.sign(challenge_of(visitor))
    watch.pass_by(minutes=5)
    assert post(visitor, "/en/sign-in/passkey", credential=answer).status_code == 422
    challenge_of(visitor)
    watch.pass_by(minutes=6)
    challenge_of(visitor)
    with site.sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PasskeyChallenge)) == 1  # the old one is forgotten


def test_a_challenge_has_one_purpose(app: Flask, site: Site, me: FlaskClient, device: Device) -> None:
    post(me, "/en/account/passkeys/add", name="Phone", present=PASSWORD)
    challenge = challenge_of(me)
    assert post(me, "/en/account/passkeys/make", credential=Device().make(challenge)).status_code == 422
    challenge = challenge_of(me, "/en/account/passkeys/options")
    visitor = app.test_client()
    with visitor.session_transaction() as cookie:
        cookie["passkey-challenge"] = challenge
    assert post(visitor, "/en/sign-in/passkey", credential=device.sign(challenge)).status_code == 422


def test_a_copy_of_a_key_shows_in_its_count(app: Flask, device: Device) -> None:
    for count, status in ((1, 303), (2, 303), (2, 422), (1, 422), (0, 422), (3, 303)):
        assert enter(app.test_client(), replace(device, count=count)).status_code == status, count


def test_passkeys_of_others_are_out_of_reach(app: Flask, site: Site, device: Device) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Mai")
        passkey_id = session.scalars(sa.select(Passkey.id)).one()
    mai = people.browser_of(app, "mai")
    for verb, fields in (("name", {"name": "Mine"}), ("remove", {"present": PASSWORD})):
        assert mai.get(f"/en/account/passkeys/{passkey_id}/{verb}").status_code == 404
        assert post(mai, f"/en/account/passkeys/{passkey_id}/{verb}", **fields).status_code == 404
    assert "My phone" not in mai.get("/en/account/passkeys").text
    answer = add(mai, replace(device, user="mai"))  # the same key cannot be two people's
    assert (answer.status_code, REFUSED in answer.text) == (422, True)
    assert enter(app.test_client(), device).status_code == 303


def test_one_is_renamed_and_removed(app: Flask, site: Site, me: FlaskClient, device: Device, linh: str) -> None:
    other = Device()
    put_passkey(site, other, name="Office")
    with site.sessions() as session:
        passkey_id = session.scalars(sa.select(Passkey.id).where(Passkey.name == "My phone")).one()
    address = f"/en/account/passkeys/{passkey_id}"
    assert post(me, f"{address}/name", name=" ").status_code == 422
    assert post(me, f"{address}/name", name="Điện thoại").status_code == 303
    assert "Điện thoại" in me.get("/en/account/passkeys").text
    assert "present password" in post(me, f"{address}/remove", present="wrong").text
    assert post(me, f"{address}/remove", present=PASSWORD).location == "/en/account/passkeys"
    assert [one.parameters["passkey"] for one in letters_to(site, linh, "passkey-removed")] == ["Điện thoại"]
    assert enter(app.test_client(), device).status_code == 422
    assert enter(app.test_client(), other).status_code == 303
    with site.sessions() as session:
        events = session.scalars(sa.select(AuditEvent.event).where(AuditEvent.event.like("account.passkey-%"))).all()
    assert sorted(set(events)) == ["account.passkey-added", "account.passkey-removed", "account.passkey-renamed"]


def test_a_reset_closes_the_passkeys_that_nobody_calls_theirs(
    app: Flask, site: Site, client: FlaskClient, device: Device, linh: str
) -> None:
    planted = Device()
    put_passkey(site, planted, name="Somebody's")
    post(client, "/en/forgotten-password", email=linh)
    link = newest_link(site, linh, "reset")
    page = client.get(link).text
    (mine,) = re.findall(r'value="(passkey-\w+)"[^>]*>\s*<label[^>]*>Passkey: <b dir="auto">My phone', page)
    assert " checked>" not in page, "what nobody has looked at is not kept"
    again = post(client, link, password="short", keep=mine)
    assert (again.status_code, again.text.count(" checked>")) == (422, 1)
    assert enter(app.test_client(), planted).status_code == 303, "nothing happens before the password is good"
    assert post(client, link, password="three words apart", keep=mine).status_code == 303
    assert enter(app.test_client(), planted).status_code == 422
    assert enter(app.test_client(), device).status_code == 303
    assert [one.parameters["passkey"] for one in letters_to(site, linh, "passkey-removed")] == ["Somebody's"]


def test_whoever_resets_without_a_word_has_the_password_alone(
    app: Flask, site: Site, client: FlaskClient, device: Device, linh: str
) -> None:
    post(client, "/en/forgotten-password", email=linh)
    stranger = "passkey-somebody"
    assert (
        post(client, newest_link(site, linh, "reset"), password="three words apart", keep=stranger).status_code == 303
    )
    assert enter(app.test_client(), device).status_code == 422


def test_who_is_suspended_stays_outside(app: Flask, site: Site, device: Device) -> None:
    with site.unit_of_work().begin() as session:
        session.get_one(User, "linh").suspended_at = NOW
    visitor = app.test_client()
    assert "suspended" in enter(visitor, device).text
    assert visitor.get("/en/account").status_code == 303
    assert "suspended" not in enter(visitor, replace(device, key=Device().key)).text  # told to the person alone


def test_they_go_with_the_account(site: Site, device: Device) -> None:
    with site.unit_of_work().begin() as session:
        passkeys.new_challenge(session, NOW, "linh")
    with site.unit_of_work().begin() as session:
        session.execute(sa.delete(User))
    with site.sessions() as session:
        for table in (Passkey, PasskeyChallenge):
            assert session.scalars(sa.select(table)).all() == []


def test_there_can_be_so_many(site: Site, me: FlaskClient, linh: str) -> None:
    for _ in range(passkeys.MOST):
        put_passkey(site, Device())
    page = me.get("/en/account/passkeys").text
    assert "as many passkeys as there can be" in page
    assert "/account/passkeys/add" not in page
    assert post(me, "/en/account/passkeys/add", name="Phone", present=PASSWORD).status_code == 422


@pytest.mark.parametrize(
    ("limit", "address"),
    [("passkey-network", "/en/sign-in/passkey/options"), ("sign-in-network", "/en/sign-in/passkey")],
)
def test_devices_are_not_asked_without_end(site: Site, client: FlaskClient, limit: str, address: str) -> None:
    with site.unit_of_work().begin() as session:
        for _ in range(LIMITS[limit].times):
            count_attempt(session, limit, "127.0.0.1", "for tests only", NOW)
    assert post(client, address, credential="{}").status_code == 429


@pytest.mark.parametrize("sent", ["", "no JSON", "[]", "{}", '{"id": 1}', "[" * 9000, '{"id":"\\u0000"}', "x" * 30_000])
def test_nonsense_is_refused_and_told(app: Flask, me: FlaskClient, device: Device, sent: str) -> None:
    visitor = app.test_client()
    challenge_of(visitor)
    assert post(visitor, "/en/sign-in/passkey", credential=sent).status_code == 422
    post(me, "/en/account/passkeys/add", name="Phone", present=PASSWORD)
    challenge_of(me, "/en/account/passkeys/options")
    assert post(me, "/en/account/passkeys/make", credential=sent).status_code == 422


def test_nothing_is_offered_without_scripts(client: FlaskClient, me: FlaskClient, send: Send, linh: str) -> None:
    for browser, address in ((client, "/en/sign-in"), (me, "/en/account/passkeys")):
        assert f'data-passkeys="{PARTY.origin}" hidden>' in browser.get(address).text
    assert send("/en/sign-in", email=linh, password=PASSWORD).location == "/en/account"
    assert client.get("/en/sign-in/passkey?next=/en/topics").location == "/en/topics"  # signed in already


@pytest.mark.parametrize(
    ("site_url", "host", "origin"),
    [
        ("https://exchange.example/", "exchange.example", "https://exchange.example"),
        ("https://Exchange.Example:443/talent", "exchange.example", "https://exchange.example"),
        ("http://localhost:5000", "localhost", "http://localhost:5000"),
        ("https://交流.example", "xn--tlq395e.example", "https://xn--tlq395e.example"),
    ],
)
def test_the_site_as_devices_know_it(site_url: str, host: str, origin: str) -> None:
    assert RelyingParty.at(site_url) == RelyingParty(host, origin)


KEY = Device()
CHALLENGE = bytes_to_base64url(bytes(range(32)))
MADE = passkeys._verify_new(
    passkeys.parse_registration_credential_json(KEY.make(CHALLENGE)), PARTY, CHALLENGE
)  # fmt: skip
ANSWER = json.loads(KEY.sign(CHALLENGE))


def _check(answer: dict[str, Any]) -> int:
    stored = Passkey(public_key=MADE.credential_public_key, sign_count=0)
    credential = passkeys._reading(lambda: parse_authentication_credential_json(answer))
    return passkeys._reading(lambda: passkeys._verify_use(credential, PARTY, CHALLENGE, stored))


@given(
    part=st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]), at=st.integers(0), bit=st.integers(0, 7)
)
def test_an_answer_that_was_touched_anywhere_is_refused(part: str, at: int, bit: int) -> None:
    assert _check(ANSWER) == 0
    touched = bytearray(base64url_to_bytes(ANSWER["response"][part]))
    touched[at % len(touched)] ^= 1 << bit
    response = {**ANSWER["response"], part: bytes_to_base64url(bytes(touched))}
    with pytest.raises(Invalid):
        _check({**ANSWER, "response": response})


@given(
    made=st.binary(max_size=300) | st.just(b"\xa0") | st.recursive(st.none() | st.binary(), st.lists).map(cbor2.dumps)
)
def test_no_attestation_breaks_the_reader(made: bytes) -> None:
    answer = json.loads(KEY.make(CHALLENGE))
    answer["response"]["attestationObject"] = bytes_to_base64url(made)
    credential = passkeys.parse_registration_credential_json(json.dumps(answer))
    with pytest.raises(Invalid):
        passkeys._reading(lambda: passkeys._verify_new(credential, PARTY, CHALLENGE))
