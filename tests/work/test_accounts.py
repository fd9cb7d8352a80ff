"""Accounts: signing in and out."""

from __future__ import annotations

from flask.testing import FlaskClient

from portal.site import Site
from tests import people
from tests.people import token_of


def test_signing_in_and_out(site: Site, client: FlaskClient) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
    address = "/en/sign-in?next=/en/account"
    data = {"email": " LINH@example.org", "password": people.PASSWORD, "csrf_token": token_of(client, address)}
    assert client.post(address, data={**data, "password": "something else"}).status_code == 422
    answer = client.post(address, data=data)
    assert (answer.status_code, answer.location) == (303, "/en/account")
    page = client.get("/vi/account")
    assert "Linh" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    client.post("/en/sign-out", data={"csrf_token": token_of(client, "/en/account")})
    assert client.get("/en/account").status_code == 303


def test_a_form_of_somebody_else_is_refused(site: Site, client: FlaskClient) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Linh")
    assert (
        client.post("/en/sign-in", data={"email": "linh@example.org", "password": people.PASSWORD}).status_code == 400
    )
