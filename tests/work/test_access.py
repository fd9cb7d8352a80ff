"""Who may open what: every address of the features for people with an account, and the answer to each role.

A new route needs a row here, or these tests fail. In a row, `ways` are the values of the address; forms are sent empty,
so that 422 says that somebody was let in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from portal.accounts.links import new_link
from portal.accounts.models import User
from portal.demo.builders import make_organisation
from portal.site import Site
from tests import people
from tests.work.consenting import add_findable, add_open_listing

VISITOR, OTHER, REVIEWER, EDITOR, MANAGER, STRANGER, MODERATOR, ADMINISTRATOR = ROLES = (
    "visitor",
    "person",
    "reviewer",
    "editor",
    "manager",
    "manager of another organisation",
    "moderator",
    "administrator",
)

# Anybody may read what these blueprints have (None: files, and `/`); only what is sent to them needs a row.
PUBLIC = {None, "discovery", "eligibility", "listings", "organisations", "pages", "api", "syndication", "operations"}

# Tables of their own: test_alerts_access.py, test_teams_access.py, test_posting_access.py, test_moderation.py; of keys:
# test_push.py.
OWN_TABLES = {"alerts", "teams", "posting", "bulk", "statistics", "moderation", "api"}


@dataclass(frozen=True)
class Row:
    """One address: method and endpoint, the answer to a visitor, to people signed in, and to `roles` in particular."""

    method: str
    endpoint: str
    visitor: int
    signed_in: int
    roles: Mapping[str, int] = field(default_factory=dict)
    ways: Mapping[str, str] = field(default_factory=dict)

    def expected(self, role: str) -> int:
        """The status for a role."""
        return self.roles.get(role, self.visitor if role == VISITOR else self.signed_in)


def page(endpoint: str, visitor: int, signed_in: int, **ways: str) -> Row:
    return Row("GET", endpoint, visitor, signed_in, ways=ways)


def sent(endpoint: str, visitor: int, signed_in: int, **ways: str) -> Row:
    return Row("POST", endpoint, visitor, signed_in, ways=ways)


ACCOUNTS = (
    page("accounts.sign_up", 200, 303),
    sent("accounts.sign_up", 422, 303),
    page("accounts.mailed", 200, 200),
    page("accounts.confirm", 200, 200, token="confirm"),
    sent("accounts.confirm", 422, 422, token="confirm"),
    page("accounts.sign_in", 200, 303),
    sent("accounts.sign_in", 422, 303),
    sent("accounts.sign_in_options", 200, 200),
    page("accounts.sign_in_with_passkey", 303, 303),
    sent("accounts.sign_in_with_passkey", 422, 303),
    page("accounts.code", 303, 303),
    sent("accounts.code", 303, 303),
    sent("accounts.sign_out", 303, 303),
    page("accounts.forgotten_password", 200, 200),
    sent("accounts.forgotten_password", 422, 422),
    page("accounts.new_password", 200, 200, token="reset"),
    sent("accounts.new_password", 422, 422, token="reset"),
    page("accounts.new_email", 303, 410, token="change-email"),  # it is for somebody else
    sent("accounts.new_email", 303, 410, token="change-email"),
    page("accounts.home", 303, 200),
    page("accounts.details", 303, 200),
    sent("accounts.details", 303, 303),
    page("accounts.email", 303, 200),
    sent("accounts.email", 303, 422),
    page("accounts.password", 303, 200),
    sent("accounts.password", 303, 422),
    page("accounts.sign_ins", 303, 200),
    sent("accounts.end_sign_in", 303, 404, sign_in_id="somebodys"),
    sent("accounts.end_other_sign_ins", 303, 303),
    page("accounts.second_step", 303, 200),
    page("accounts.second_step_on", 303, 200),
    sent("accounts.second_step_on", 303, 422),
    page("accounts.second_step_off", 303, 200),
    sent("accounts.second_step_off", 303, 422),
    page("accounts.new_recovery_codes", 303, 200),
    sent("accounts.new_recovery_codes", 303, 422),
    page("accounts.list_passkeys", 303, 200),
    page("accounts.add_passkey", 303, 200),
    sent("accounts.add_passkey", 303, 422),
    sent("accounts.passkey_options", 303, 303),
    page("accounts.make_passkey", 303, 303),
    sent("accounts.make_passkey", 303, 303),
    page("accounts.name_passkey", 303, 404, passkey_id="somebodys"),
    sent("accounts.name_passkey", 303, 404, passkey_id="somebodys"),
    page("accounts.remove_passkey", 303, 404, passkey_id="somebodys"),
    sent("accounts.remove_passkey", 303, 404, passkey_id="somebodys"),
)
ELIGIBILITY = (
    sent("eligibility.answer", 303, 303),  # without answers nothing is kept
    sent("eligibility.forget", 303, 303),
)
PROFILE = (
    page("researchers.profile", 303, 200),
    page("researchers.preview", 303, 200),
    page("researchers.sharing", 303, 200),
    page("researchers.part", 303, 200, part="name"),
    sent("researchers.save_part", 303, 303, part="name"),
    page("researchers.find", 303, 200, name="concepts"),
    sent("researchers.be_findable", 303, 400),
    sent("researchers.share_part", 303, 400, part="skills"),
)
# Without settings for ORCID, what asks it is not there.
INTAKE = (
    page("intake.index", 303, 200),
    sent("intake.cv", 303, 422),
    sent("intake.bibliography", 303, 422),
    sent("intake.orcid", 303, 404),
    sent("intake.resume", 303, 422),
    sent("intake.save", 303, 422),
    page("intake.take_home", 303, 200, kind="resume.json"),
    page("orcid.sign_in", 404, 404),
    page("orcid.show", 303, 404),
    sent("orcid.show", 303, 404),
    page("orcid.link", 303, 404),
    page("orcid.back", 404, 404),
)
LISTING = {"listing_id": "listing", "handle": "somebody"}
MATCHING = (
    page("matching.for_you", 303, 200),
    Row("GET", "matching.people", 303, 404, {REVIEWER: 403, EDITOR: 200, MANAGER: 200}, {"listing_id": "listing"}),
    Row("GET", "matching.person", 303, 404, {REVIEWER: 403, EDITOR: 200, MANAGER: 200}, LISTING),
    Row("POST", "matching.person", 303, 404, {REVIEWER: 403, EDITOR: 422, MANAGER: 422}, LISTING),
    Row("POST", "matching.withdraw", 303, 404, {REVIEWER: 403, EDITOR: 404, MANAGER: 404}, LISTING),
    page("matching.invitations", 303, 200),
    page("matching.invitation", 303, 404, invitation_id="somebodys"),
    sent("matching.accept", 303, 404, invitation_id="somebodys"),
    sent("matching.express_interest", 303, 404, invitation_id="somebodys"),
    sent("matching.decline", 303, 404, invitation_id="somebodys"),
    sent("matching.admit", 303, 303, organisation_id="nobody"),
)
RIGHTS = (
    page("rights.show", 303, 200),
    page("rights.export", 303, 200),
    sent("rights.export", 303, 422),
    page("rights.delete", 303, 200),
    sent("rights.delete", 303, 422),
    page("rights.deleted", 200, 200),
)
ROWS = (*ACCOUNTS, *ELIGIBILITY, *PROFILE, *INTAKE, *MATCHING, *RIGHTS)


@pytest.fixture
def world(site: Site) -> Mapping[str, str]:
    """A person of each role; the values that rows name → those of addresses."""
    with site.unit_of_work().begin() as session:
        own = make_organisation(session, "Guangxi Test University").id
        other = make_organisation(session, "Somebody Else's University").id
        for role in ROLES[1:]:
            site_role = role if role in (MODERATOR, ADMINISTRATOR) else None
            person = people.add_person(session, role.replace(" ", "-"), site_role)
            if role in (REVIEWER, EDITOR, MANAGER):
                people.add_member(session, person, own, role)
            elif role == STRANGER:
                people.add_member(session, person, other, "manager")
        owner = people.add_person(session, "Owner")
        somebody = people.handle_of(own, add_findable(session, "Somebody").public_id)
        places = {"listing": add_open_listing(session, own), "somebody": somebody}
        session.flush()
        return places | {
            purpose: new_link(session, session.get_one(User, owner.id), purpose, site.clock(), "new@example.org")
            for purpose in ("confirm", "reset", "change-email")
        }


@pytest.fixture
def browser(app: Flask, site: Site, world: Mapping[str, str], role: str) -> FlaskClient:
    """A browser of somebody of a role."""
    client = app.test_client()
    if role != VISITOR:
        people.sign_in(client, site, role.replace(" ", "-")[:12])
    return client


def address_of(app: Flask, row: Row, world: Mapping[str, str]) -> str:
    with app.test_request_context("/en/"):
        return url_for(row.endpoint, **{name: world.get(value, value) for name, value in row.ways.items()})


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_it_may(app: Flask, browser: FlaskClient, world: Mapping[str, str], role: str) -> None:
    wrong = []
    for row in ROWS:
        data = {"csrf_token": people.token_of(browser, "/en/forgotten-password")} if row.method != "GET" else None
        status = browser.open(address_of(app, row, world), method=row.method, data=data).status_code
        if status != row.expected(role):
            wrong.append((row.method, row.endpoint, status, row.expected(role)))
        if row.endpoint in ("accounts.end_other_sign_ins", "accounts.sign_out") and role != VISITOR:
            people.sign_in(browser, app.extensions["site"], role.replace(" ", "-")[:12])
    assert not wrong, "method, endpoint, status, expected"


@pytest.mark.database("sqlite")
def test_every_route_has_a_row(app: Flask) -> None:
    routes = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if (method != "GET" or (rule.endpoint.rpartition(".")[0] or None) not in PUBLIC)
        and rule.endpoint.partition(".")[0] not in OWN_TABLES
    }
    assert routes == {(row.method, row.endpoint) for row in ROWS}


@pytest.mark.database("sqlite")
def test_a_form_that_is_not_ours_is_refused_everywhere(app: Flask, site: Site, world: Mapping[str, str]) -> None:
    client = app.test_client()
    people.sign_in(client, site, ADMINISTRATOR[:12])
    for row in ROWS:
        if row.method != "GET":
            assert client.open(address_of(app, row, world), method=row.method).status_code == 400, row.endpoint


@pytest.mark.parametrize("path", ["/en/postings/a%00b", "/en/imports/%00", "/en/claims/a%00", "/api/v1/listings/a%00b"])
def test_no_name_has_what_databases_refuse(app: Flask, world: Mapping[str, str], path: str) -> None:
    assert people.browser_of(app, "editor").get(path).status_code == 404


def test_no_address_takes_a_null_character(app: Flask, world: Mapping[str, str]) -> None:
    for row in ROWS:
        address = address_of(app, row, world)
        client = app.test_client()
        for query in ("a%00b=x", "page=1%00"):
            assert client.open(f"{address}?{query}", method=row.method).status_code == 400, row.endpoint
    refused = people.browser_of(app, "moderator").get("/en/moderation/log?first=%00&last=%00")
    assert refused.status_code == 400
    assert "U+0000" in refused.text
    assert "\0" not in refused.text


@pytest.mark.parametrize("sent", [{"name": "a\0b"}, {"na\0me": "x"}, {"file": "a\0.pdf"}])
def test_no_form_takes_a_null_character(app: Flask, site: Site, world: Mapping[str, str], sent: dict[str, Any]) -> None:
    client = people.browser_of(app, "editor")
    if "file" in sent:
        sent = {"file": (BytesIO(b"x"), sent["file"])}
    details = {"csrf_token": people.token_of(client, "/en/account/details"), "name": "Edi", "language": "en"}
    assert "U+0000" in client.post("/en/account/details", data=details | sent).text
    assert client.post("/en/account/details", data=details).status_code == 303


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_part_of_a_form_may_have_no_name(app: Flask, world: Mapping[str, str], method: str) -> None:
    part = b"--x\r\nContent-Disposition: form-data\r\n\r\nwords\r\n--x--\r\n"
    answer = app.test_client().open(
        "/en/sign-in", method=method, data=part, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == (200 if method == "GET" else 400)


def test_a_form_in_countless_fields_is_not_read(app: Flask, world: Mapping[str, str]) -> None:
    form, kind = b"a&" * 100_000, "application/x-www-form-urlencoded"
    for path in ("/en/sign-in", "/en/me/profile/import/save"):
        assert app.test_client().post(path, data=form, content_type=kind).status_code == 413
    assert app.test_client().get("/en/sign-in", data=form, content_type=kind).status_code == 200


def test_the_second_file_of_a_name_is_looked_at_too(app: Flask, world: Mapping[str, str]) -> None:
    client = people.browser_of(app, "editor")
    files = [(BytesIO(b""), "a.pdf"), (BytesIO(b"x"), "a\0.pdf")]
    assert "U+0000" in client.post("/en/account/details", data={"file": files}).text
