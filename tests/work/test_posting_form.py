"""The posting form: begun, saved as typed, two who write at once, rows without scripts, what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.posting.models import Posting
from portal.posting.sections import SECTIONS
from portal.site import Site
from tests import people

KINDS = {"base": "training-base", "joint": "joint-programme"}


@pytest.fixture
def writer(site: Site, client: FlaskClient, organisation_id: str) -> FlaskClient:
    with site.unit_of_work().begin() as session:
        people.add_member(session, people.add_person(session, "Linh"), organisation_id)
    people.sign_in(client, site, "linh")
    return client


@pytest.fixture
def listing_id(writer: FlaskClient) -> str:
    data = {
        "kind": "scholarship", "source_language": "vi", "title": "Học bổng", "organisation": _organisation(writer),
        "csrf_token": people.token_of(writer, "/en/postings/new"),
    }  # fmt: skip
    answer = writer.post("/en/postings/new", data=data)
    assert answer.status_code == 303
    return answer.location.split("/")[3]


def _organisation(client: FlaskClient) -> str:
    return _fields(client.get("/en/postings/new").text)["organisation"][0]


def _fields(page: str) -> dict[str, list[str]]:
    """What a browser would send of the form on a page: name → values."""
    import html5lib

    html = "{http://www.w3.org/1999/xhtml}"
    found: dict[str, list[str]] = {}
    main = next(one for one in html5lib.parse(page).iter(f"{html}main"))
    for one in main.iter():
        name, kind = one.get("name"), one.get("type")
        if name is None or one.tag == f"{html}button":
            continue
        if one.tag == f"{html}select":
            options = list(one.iter(f"{html}option"))
            chosen = [o.get("value", "") for o in options if o.get("selected") is not None] or [
                options[0].get("value", "")
            ]
            found.setdefault(name, []).extend(chosen)
        elif one.tag == f"{html}textarea":
            found.setdefault(name, []).append((one.text or "").removeprefix("\n"))
        elif kind not in ("checkbox", "radio") or one.get("checked") is not None:
            found.setdefault(name, []).append(one.get("value", "on" if kind == "checkbox" else ""))
    return found


class Form:
    """A section as a browser has it open."""

    def __init__(self, client: FlaskClient, listing_id: str, code: str, query: str = "") -> None:
        self.client, self.address = client, f"/en/postings/{listing_id}/{code}"
        self.page = client.get(self.address + query).text
        self.fields = _fields(self.page)

    def send(self, go: str = "next", script: bool = False, **typed: Any) -> TestResponse:
        data = {**self.fields, "go": go, **{name.replace("__", "-"): value for name, value in typed.items()}}
        accept = "application/json" if script else "text/html"
        return self.client.post(self.address, data=data, headers={"Accept": accept}, content_type="multipart/form-data")


def content(site: Site, listing_id: str) -> dict[str, Any]:
    with site.sessions() as session:
        found = session.get_one(Posting, listing_id).content
    assert found is not None
    return found


def test_a_posting_is_begun(site: Site, writer: FlaskClient, listing_id: str) -> None:
    draft = content(site, listing_id)
    assert (draft["kind"], draft["source_language"], draft["country"]) == ("scholarship", "vi", "CN")
    assert draft["translations"][0]["title"] == "Học bổng"
    listed = writer.get(f"/en/organisations/{draft['organisation_id']}/postings?state=editing").text
    assert "Học bổng" in listed
    assert "1 of 7 questions" not in listed


@pytest.mark.parametrize(
    "wrong", [{"kind": "holiday"}, {"title": " "}, {"title": "x" * 301}, {"source_language": "xx"}]
)
def test_a_wrong_beginning_is_told(writer: FlaskClient, wrong: dict[str, str]) -> None:
    data = {
        "kind": "scholarship", "source_language": "vi", "title": "A", "organisation": _organisation(writer),
        "csrf_token": people.token_of(writer, "/en/postings/new"),
    }  # fmt: skip
    answer = writer.post("/en/postings/new", data={**data, **wrong})
    assert answer.status_code == 422
    assert "error-summary" in answer.text


@pytest.mark.parametrize("code", [section.code for section in SECTIONS])
def test_every_section_opens_and_saves_unchanged(site: Site, writer: FlaskClient, listing_id: str, code: str) -> None:
    if code in KINDS:
        Form(writer, listing_id, "basics").send(kind=KINDS[code])
    before = content(site, listing_id)
    assert Form(writer, listing_id, code).send("stay").status_code == 303
    assert content(site, listing_id) == before


def test_what_is_typed_is_kept_whatever_it_is(site: Site, writer: FlaskClient, listing_id: str) -> None:
    answer = Form(writer, listing_id, "places").send(places_total="a dozen", places_per_country="๑๒")
    assert answer.location.endswith("/places?check=1")
    assert content(site, listing_id)["places_total"] == "a dozen"
    assert content(site, listing_id)["places_per_country"] == 12
    page = writer.get(answer.location).text
    assert 'value="a dozen"' in page
    assert "whole number in figures" in page
    assert "whole number in figures" in writer.get(f"/en/postings/{listing_id}").text
