"""Programs of organisations write listings: with their key, once, and only their own."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from portal.api import openapi, quotas
from portal.core.actor import Actor
from portal.core.retention import ANSWERS
from portal.core.secrets import digest
from portal.demo.builders import make_organisation
from portal.listings.models import Listing
from portal.posting import service
from portal.posting.models import IdempotencyKey, Posting
from portal.site import Site
from portal.teams.models import ApiKey, Team
from tests import people
from tests.moments import NOW
from tests.work.test_posting import CONTENT

LISTINGS = "/api/v1/listings"


class Program:
    """A program of an organisation with its key."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token

    def __call__(self, method: str, path: str, record: Any = None, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = json.dumps(record) if isinstance(record, dict | list) else record
        sent = {"Authorization": f"Bearer {self.token}", **named}
        return self.client.open(path, method=method, data=body, headers=sent)


def add_key(site: Site, organisation_id: str, name: str, trusted: bool = False) -> str:
    with site.unit_of_work().begin() as session:
        person = people.add_person(session, name)
        people.add_member(session, person, organisation_id, "manager", trusted)
        token = f"token of {name}"
        session.add(
            ApiKey(
                id=f"key-{name}".lower(), digest=digest(token), organisation_id=organisation_id, name=name,
                created_by=person.id, created_at=NOW,
            )
        )  # fmt: skip
    return token


@pytest.fixture
def program(site: Site, client: FlaskClient, organisation_id: str) -> Program:
    return Program(client, add_key(site, organisation_id, "Linh"))


@pytest.fixture
def trusted(site: Site, client: FlaskClient, organisation_id: str) -> Program:
    return Program(client, add_key(site, organisation_id, "Linh", trusted=True))


def keeps_to(name: str, answer: TestResponse) -> Any:
    components = {"components": openapi.describe()["components"]}
    Draft202012Validator({"$ref": f"#/components/schemas/{name}", **components}).validate(answer.json)
    return answer.json


def count(site: Site, model: type[Any]) -> int:
    with site.sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_listing_is_sent_and_looked_at_first(site: Site, program: Program) -> None:
    answer = program("POST", LISTINGS, CONTENT)
    told = keeps_to("Written", answer)
    assert (answer.status_code, told["outcome"], told["listing_state"], told["url"]) == (201, "in-review", None, None)
    assert answer.location == f"/api/v1/postings/{told['id']}"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["RateLimit-Remaining"] == str(quotas.MOST - 1)
    shown = keeps_to("PostingInFull", program("GET", answer.location))
    assert (shown["state"], shown["problems"], shown["record"]["mode"]) == ("in-review", [], "onsite")
    refused = program("PUT", f"{LISTINGS}/{told['id']}", CONTENT)
    assert (refused.status_code, keeps_to("Problem", refused)["code"]) == (409, "posting.locked")


def test_a_trusted_team_publishes_changes_and_closes(site: Site, trusted: Program) -> None:
    told = keeps_to("Written", trusted("POST", LISTINGS, {**CONTENT, "state": "archived", "demonstration": True}))
    assert told["outcome"] == "published"
    address = f"{LISTINGS}/{told['id']}"
    assert told["url"].endswith(f"/en/listings/{told['id']}")
    public = trusted.client.get(address).json
    assert public is not None
    assert (public["state"], public["demonstration"]) == ("published", False)
    assert keeps_to("Written", trusted("PUT", address, public))["outcome"] == "unchanged"
    changed = trusted("PUT", address, {**public, "credits": 3})
    assert keeps_to("Written", changed)["outcome"] == "published"
    assert trusted.client.get(address).json["credits"] == 3  # type: ignore[index]
    replaced = trusted("PUT", address, CONTENT)
    assert replaced.status_code == 200
    assert trusted.client.get(address).json["credits"] is None  # type: ignore[index]
    closed = trusted("DELETE", address)
    assert (keeps_to("Written", closed)["outcome"], closed.json["listing_state"]) == ("closed", "closed")  # type: ignore[index]
    assert trusted("DELETE", address).json["outcome"] == "unchanged"  # type: ignore[index]


def test_all_problems_are_told_and_nothing_is_kept(site: Site, program: Program) -> None:
    wrong = {**CONTENT, "kind": "holiday", "months_min": 9, "months_max": 3, "colour": "red"}
    answer = program("POST", LISTINGS, wrong, Idempotency_Key="one")
    problem = keeps_to("Problem", answer)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert problem["code"] == "posting.incomplete"
    found = {(one["field"], one["reason"]) for one in problem["parameters"]["problems"]}
    assert found == {("kind", "unknown-code"), ("months_max", "out-of-range"), ("colour", "unknown-field")}
    assert (count(site, Posting), count(site, IdempotencyKey)) == (0, 0)
    assert program("POST", LISTINGS, CONTENT, Idempotency_Key="one").status_code == 201


def test_drafts_may_lack_anything(site: Site, program: Program) -> None:
    answer = program("POST", f"{LISTINGS}?draft=true", {"kind": "scholarship"})
    told = keeps_to("Written", answer)
    assert (answer.status_code, told["outcome"], told["state"]) == (201, "draft", "editing")
    shown = keeps_to("PostingInFull", program("GET", f"/api/v1/postings/{told['id']}"))
    assert {"field": "mode", "reason": "missing-field"} in shown["problems"]
    page = keeps_to("Postings", program("GET", "/api/v1/postings"))
    assert [one["id"] for one in page["items"]] == [told["id"]]
    assert program("GET", "/api/v1/postings?page=2").status_code == 404
    gone = program("DELETE", f"{LISTINGS}/{told['id']}")
    assert (keeps_to("Written", gone)["outcome"], count(site, Posting)) == ("discarded", 0)


def test_the_same_request_is_done_once(site: Site, program: Program) -> None:
    first = program("POST", LISTINGS, CONTENT, Idempotency_Key="a")
    again = program("POST", LISTINGS, CONTENT, Idempotency_Key="a")
    assert (again.status_code, again.json, count(site, Posting)) == (201, first.json, 1)
    other = program("POST", LISTINGS, {**CONTENT, "credits": 1}, Idempotency_Key="a")
    assert (other.status_code, keeps_to("Problem", other)["code"]) == (409, "idempotency.other-request")
    with site.unit_of_work().begin() as session:
        session.execute(sa.update(IdempotencyKey).values(created_at=ANSWERS.before(NOW) - timedelta(seconds=1)))
    assert program("POST", LISTINGS, CONTENT, Idempotency_Key="a").json != first.json


def test_the_same_request_at_one_moment_is_done_once(site: Site, app: Flask, program: Program) -> None:
    def send(_number: int) -> int:
        with app.test_client() as client:
            return Program(client, program.token)("POST", LISTINGS, CONTENT, Idempotency_Key="a").status_code

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(send, range(4))) == {201}
    assert count(site, Posting) == 1


def test_who_saves_second_is_told(program: Program) -> None:
    made = program("POST", f"{LISTINGS}?draft=1", CONTENT)
    address = f"{LISTINGS}/{made.json['id']}"  # type: ignore[index]
    first = program("PUT", f"{address}?draft=1", {**CONTENT, "credits": 2}, If_Match=made.headers["ETag"])
    assert first.status_code == 200
    late = program("PUT", f"{address}?draft=1", {**CONTENT, "credits": 4}, If_Match=made.headers["ETag"])
    assert (late.status_code, keeps_to("Problem", late)["parameters"]) == (412, {"revision": 1})
    assert program("DELETE", address, If_Match=made.headers["ETag"]).status_code == 412
    assert program("PUT", f"{address}?draft=1", CONTENT, If_Match="W/x").status_code == 400
    assert program("PUT", f"{address}?draft=1", CONTENT, If_Match="*").status_code == 200


def test_without_a_key_that_works_nothing_goes(site: Site, program: Program, organisation_id: str) -> None:
    for header in ("", "Bearer", "Bearer nothing", "Basic dG9rZW4=", f"Token {program.token}"):
        answer = program.client.post(LISTINGS, json=CONTENT, headers={"Authorization": header})
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="listings"')
        keeps_to("Problem", answer)
    people.sign_in(program.client, site, "linh")
    assert program.client.post(LISTINGS, json=CONTENT).status_code == 401  # a cookie is no key
    with site.unit_of_work().begin() as session:
        session.get_one(Team, organisation_id).suspended_at = NOW
    assert program("POST", LISTINGS, CONTENT).status_code == 401
    with site.unit_of_work().begin() as session:
        session.get_one(Team, organisation_id).suspended_at = None
        session.execute(sa.update(ApiKey).values(revoked_at=NOW))
    assert program("GET", "/api/v1/postings").status_code == 401


def test_listings_of_others_do_not_exist(site: Site, client: FlaskClient, program: Program) -> None:
    with site.unit_of_work().begin() as session:
        other = make_organisation(session, "Other University").id
    foreign = Program(client, add_key(site, other, "Mo", trusted=True))("POST", LISTINGS, CONTENT).json["id"]  # type: ignore[index]
    for method, path in (("PUT", LISTINGS), ("DELETE", LISTINGS), ("GET", "/api/v1/postings")):
        answer = program(method, f"{path}/{foreign}", CONTENT if method == "PUT" else None)
        assert (answer.status_code, keeps_to("Problem", answer)["code"]) == (404, "listing.unknown")
    assert program("GET", "/api/v1/postings").json["total"] == 0  # type: ignore[index]
    own = program("POST", LISTINGS, {**CONTENT, "id": foreign, "organisation_id": other}).json["id"]  # type: ignore[index]
    with site.sessions() as session:
        assert own != foreign
        assert session.get_one(Posting, own).organisation_id != other


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b'{"a": 1, "a": 2}', b"[" * 100_000, None])
def test_bodies_that_are_no_record(program: Program, body: Any) -> None:
    for method, path in (("POST", LISTINGS), ("PUT", f"{LISTINGS}/zzzzzzzz")):
        answer = program(method, path, body)
        assert (answer.status_code, keeps_to("Problem", answer)["code"]) == (400, "body.not-json")


def test_what_is_not_understood_is_refused(program: Program) -> None:
    assert program("POST", f"{LISTINGS}?publish=1", CONTENT).status_code == 400
    assert program("POST", f"{LISTINGS}?draft=maybe", CONTENT).status_code == 400
    assert program("POST", LISTINGS, CONTENT, Idempotency_Key="x" * 101).status_code == 400
    assert program("PATCH", LISTINGS, CONTENT).status_code == 405
    assert program("POST", LISTINGS, b"x" * (1 << 20) + b"xx").status_code == 413


def test_who_asks_too_often_waits(site: Site, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "MOST", 2)
    left = [program("GET", "/api/v1/postings").headers["RateLimit-Remaining"] for _ in range(2)]
    assert left == ["1", "0"]
    answer = program("GET", "/api/v1/postings")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    keeps_to("Problem", answer)
    with site.unit_of_work().begin() as session:
        assert quotas.count_request(session, "key-linh", NOW + quotas.A_MINUTE).left == 1


def test_a_suspended_listing_is_not_closed_by_a_program(site: Site, trusted: Program) -> None:
    listing_id = trusted("POST", LISTINGS, CONTENT).json["id"]  # type: ignore[index]
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        service.move_listing(session, posting, "suspend", Actor("mo", "moderator"), NOW, reason="a complaint")
    assert trusted("DELETE", f"{LISTINGS}/{listing_id}").status_code == 409
    with site.sessions() as session:
        assert session.get_one(Listing, listing_id).state == "suspended"


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", '"\\ud800"', '["\\udfff"]'])
def test_what_no_json_can_hold_is_no_record(program: Program, value: str) -> None:
    answer = program("POST", f"{LISTINGS}?draft=1", f'{{"scheme": {value}}}')
    assert (answer.status_code, answer.json["code"]) == (400, "body.not-json")  # type: ignore[index]


@pytest.mark.parametrize("record", [{"scheme": "a\0b"}, {"x\0": 1}, {"notes": [["\\\0"]]}])
def test_a_record_with_a_null_character_is_refused(program: Program, record: dict[str, Any]) -> None:
    answer = program("POST", f"{LISTINGS}?draft=1", record)
    assert (answer.status_code, keeps_to("Problem", answer)["code"]) == (400, "text.null")


def test_what_only_looks_like_a_null_character_is_kept(program: Program) -> None:
    made = program("POST", f"{LISTINGS}?draft=1", {"scheme": "a\\u0000"})
    assert made.status_code == 201
    assert program("GET", f"/api/v1/postings/{made.json['id']}").json["record"]["scheme"] == "a\\u0000"  # type: ignore[index]
