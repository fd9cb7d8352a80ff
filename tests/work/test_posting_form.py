"""The posting form: begun, saved as typed, two who write at once, rows without scripts, what is wrong."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.posting.drafts.sections import SECTIONS
from portal.posting.models import Posting
from portal.site import Site
from tests import people
from tests.moments import NOW
from tests.work.sheets import fields_of

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
    return fields_of(client.get("/en/postings/new").text)["organisation"][0]


class Form:
    """A section as a browser has it open."""

    def __init__(self, client: FlaskClient, listing_id: str, code: str, query: str = "") -> None:
        self.client, self.address = client, f"/en/postings/{listing_id}/{code}"
        self.page = client.get(self.address + query).text
        self.fields = fields_of(self.page)

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


def test_rows_come_and_go_without_scripts(site: Site, writer: FlaskClient, listing_id: str) -> None:
    first = {
        "money-0-item": "stipend",
        "money-0-payer": "host",
        "money-0-amount": "1.500,50",
        "money-0-currency": "CNY",
    }
    answer = Form(writer, listing_id, "money").send("add:money", **first)
    assert answer.location.endswith("/money?add=money#added")
    form = Form(writer, listing_id, "money", "?add=money")
    assert "money-1-item" in form.fields
    form.send("stay", **{"money-1-item": "housing", "money-1-payer": "host"})
    rows = content(site, listing_id)["money"]
    assert [(row["item"], row["amount"]) for row in rows] == [("stipend", "1500.50"), ("housing", None)]
    Form(writer, listing_id, "money").send("remove:money:0")
    assert [row["item"] for row in content(site, listing_id)["money"]] == ["housing"]


def test_a_condition_is_built_from_choices(site: Site, writer: FlaskClient, listing_id: str) -> None:
    for kind in ("citizenship", "language-test"):
        Form(writer, listing_id, "eligibility").send(f"add:rules:{kind}")
    typed = {
        "rules-0-countries": ["VN", "LA"], "rules-0-another_country": "JP", "rules-1-any_of-0-language": "zh-Hans",
        "rules-1-any_of-0-test": "HSK", "rules-1-any_of-0-minimum": "12",
    }  # fmt: skip
    answer = Form(writer, listing_id, "eligibility").send("next", **typed)
    assert content(site, listing_id)["rules"] == [
        {"kind": "citizenship", "parameters": {"countries": ["VN", "LA", "JP"]}},
        {
            "kind": "language-test",
            "parameters": {"any_of": [{"language": "zh-Hans", "test": "HSK", "minimum": "12"}]},
        },
    ]
    page = writer.get(answer.location).text
    assert "no such result" in page
    assert 'href="#rules-1-any_of-0-minimum"' in page
    assert 'id="rules-1-any_of-0-minimum"' in page


@pytest.mark.parametrize(
    ("section", "name", "words", "found"),
    [("host", "place", "南宁", "nanning"), ("content", "concepts", "trí tuệ nhân tạo", "artificial-intelligence")],
)
def test_places_and_topics_are_found_in_any_language(
    writer: FlaskClient, listing_id: str, section: str, name: str, words: str, found: str
) -> None:
    answer = Form(writer, listing_id, section).send("enter", **{f"query-{name}": words})
    assert f'name="{name}" type=' in writer.get(answer.location).text
    assert f'value="{found}"' in writer.get(answer.location).text
    assert found in {
        one["id"] for one in writer.get(f"/en/postings/find/{name}", query_string={"q": words}).json["found"]
    }


def test_a_partner_is_found_and_added(site: Site, writer: FlaskClient, listing_id: str) -> None:
    own = content(site, listing_id)["organisation_id"]
    answer = Form(writer, listing_id, "partners").send("enter", **{"query-found": "guangxi test"})
    query = "?" + answer.location.partition("?")[2].partition("#")[0]
    answer = Form(writer, listing_id, "partners", query).send("next", found=own)
    assert content(site, listing_id)["partners"] == [{"organisation_id": own, "role": None}]
    assert "what part this organisation takes" in writer.get(answer.location).text


def test_what_two_change_in_different_fields_both_stays(site: Site, writer: FlaskClient, listing_id: str) -> None:
    mine, theirs = Form(writer, listing_id, "texts"), Form(writer, listing_id, "texts")
    other = Form(writer, listing_id, "places")
    theirs.send("stay", title="Title of theirs")
    other.send("stay", places_total="5")
    assert mine.send("stay", summary="Summary of mine").status_code == 303
    text = content(site, listing_id)["translations"][0]
    assert (text["title"], text["summary"], content(site, listing_id)["places_total"]) == (
        "Title of theirs", "Summary of mine", 5,
    )  # fmt: skip


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_of_two_versions_one_is_chosen(
    site: Site, writer: FlaskClient, listing_id: str, choice: str, kept: str
) -> None:
    mine, theirs = Form(writer, listing_id, "texts"), Form(writer, listing_id, "texts")
    theirs.send("stay", title="Theirs")
    answer = mine.send("next", title="Mine", description="One\r\ntwo")
    assert answer.status_code == 409
    for word in ("Mine", "Theirs"):
        assert f"<p>{word}</p>" in answer.text
    assert content(site, listing_id)["translations"][0]["title"] == "Theirs"
    form = Form(writer, listing_id, "texts")
    form.fields = {**fields_of(answer.text), "keep-title": [choice]}
    assert form.send("stay").status_code == 303
    text = content(site, listing_id)["translations"][0]
    assert (text["title"], text["description"]) == (kept, "One\ntwo")


def test_the_script_is_told_what_is_saved(site: Site, writer: FlaskClient, listing_id: str) -> None:
    form, other = Form(writer, listing_id, "texts"), Form(writer, listing_id, "texts")
    answer = form.send("", script=True, title="One")
    assert answer.json["saved"] == "Saved 08:00 (UTC)"
    assert answer.json["at"] == NOW.isoformat()
    form.fields["seen"] = [answer.json["seen"]]
    assert form.send("", script=True, title="Two").status_code == 200
    assert other.send("", script=True, title="Three").status_code == 409
    stale = other.send("", script=True, summary="Four")
    assert (stale.status_code, bool(stale.json["note"])) == (200, True)
    other.fields["seen"] = [stale.json["seen"]]
    other.send("", script=True, summary="Five")  # its old title is not what its reader wrote
    text = content(site, listing_id)["translations"][0]
    assert (text["title"], text["summary"]) == ("Two", "Five")


HOSTILE = "<script>alert(1)</script>\u202egnp.exe\u0001 \U0001f600 &amp; {{ 7*7 }} %(x)s"


def test_hostile_prose_is_text(site: Site, writer: FlaskClient, listing_id: str) -> None:
    Form(writer, listing_id, "texts").send("stay", title=HOSTILE, description=HOSTILE + "\n\n- one\n  - two")
    text = content(site, listing_id)["translations"][0]
    assert text["title"] == "<script>alert(1)</script>gnp.exe \U0001f600 &amp; {{ 7*7 }} %(x)s"
    assert text["description"].endswith("- one\n  - two")
    for address in (f"/en/postings/{listing_id}", f"/en/postings/{listing_id}/places"):
        page = FlaskClient.open(writer, address).text  # uninspected: the text itself looks like placeholders
        assert "<script>alert" not in page
        assert "gnp.exe" in unescape(page)


def test_a_huge_text_is_kept_and_told(site: Site, writer: FlaskClient, listing_id: str) -> None:
    answer = Form(writer, listing_id, "texts").send("next", description="ក" * 100_001)
    assert len(content(site, listing_id)["translations"][0]["description"]) == 100_001
    assert "At most 100,000 characters" in writer.get(answer.location).text


def test_too_much_is_refused_with_a_page(writer: FlaskClient, listing_id: str) -> None:
    form = Form(writer, listing_id, "texts")
    sent = {**form.fields, "description": ["x" * 600_000]}
    parts = "".join(f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v[0]}\r\n' for n, v in sent.items())
    answer = writer.post(form.address, data=f"{parts}--b--", content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "sent",
    [
        {"money-²-item": "stipend"}, {"money-9999999999999999999999-item": "x"}, {"money-999-item": "holiday"},
        {"money-0-amount": "9" * 5000, "money-0-item": "fee"}, {"seen": "a b:c :: ::"}, {"seen": "x" * 9000},
        {"go": "remove:money:²"}, {"go": "remove:money:99"}, {"go": "add:nothing"}, {"go": "add:rules:holiday"},
        {"go": "find:nothing"}, {"go": "next:" * 500}, {"keep-money": "theirs"}, {"found": "nobody"},
        {"money-0-any_of-0-test": "x", "money-0-level": "\ud800".encode("utf-8", "replace").decode()},
        {f"money-{n}-item": "fee" for n in range(300)},
    ],
)  # fmt: skip
def test_nothing_that_is_sent_breaks_it(site: Site, writer: FlaskClient, listing_id: str, sent: dict[str, Any]) -> None:
    go = str(sent.pop("go", "next"))
    answer = Form(writer, listing_id, "money").send(go, **sent)
    assert answer.status_code in (303, 409)
    assert writer.get(f"/en/postings/{listing_id}/money?check=1&add=x&find=y&q=z").status_code == 200
    assert len(content(site, listing_id).get("money", [])) <= 60


def test_only_its_team_opens_it(site: Site, client: FlaskClient, writer: FlaskClient, listing_id: str) -> None:
    organisation = content(site, listing_id)["organisation_id"]
    form = Form(writer, listing_id, "places")
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Stranger")
        people.add_member(session, people.add_person(session, "Reader"), organisation, "reviewer")
    addresses = ["", "/places", "/discard"]
    people.sign_in(client, site, "stranger")
    assert {client.get(f"/en/postings/{listing_id}{path}").status_code for path in addresses} == {404}
    assert client.get(f"/en/organisations/{organisation}/postings").status_code == 404
    assert client.get("/en/postings/new").status_code == 403
    people.sign_in(client, site, "reader")
    assert [client.get(f"/en/postings/{listing_id}{path}").status_code for path in addresses] == [200, 403, 403]
    form.fields["csrf_token"] = [people.token_of(client, "/en/account")]
    assert form.send("stay", places_total="7").status_code == 403
    assert content(site, listing_id).get("places_total") is None


def test_unknown_sections_are_not_there(writer: FlaskClient, listing_id: str) -> None:
    assert writer.get(f"/en/postings/{listing_id}/holiday").status_code == 404
    assert writer.get(f"/en/postings/{listing_id}/base").status_code == 404  # of another kind
    assert writer.get("/en/postings/find/holiday").status_code == 404
    assert writer.get("/en/postings/00000000").status_code == 404


def test_a_draft_is_proposed_when_nothing_is_missing(site: Site, writer: FlaskClient, listing_id: str) -> None:
    token = people.token_of(writer, "/en/account")
    proposal = {"csrf_token": token, "when": "now", "zone": "Asia/Shanghai"}
    assert writer.post(f"/en/postings/{listing_id}/publication", data=proposal).status_code == 422
    page = writer.get(f"/en/postings/{listing_id}").text
    assert "things are needed" in page
    for link in set(re.findall(rf'href="(/en/postings/{listing_id}/\w+\?check=1)#([\w-]+)"', page)):
        assert f'id="{link[1]}"' in writer.get(link[0]).text
    Form(writer, listing_id, "texts").send("stay", summary="Short.", description="Longer than that.")
    Form(writer, listing_id, "content").send("stay", mode="online")
    assert writer.post(f"/en/postings/{listing_id}/publication", data=proposal).status_code == 303
    with site.sessions() as session:
        assert session.get_one(Posting, listing_id).state == "in-review"
    assert writer.get(f"/en/postings/{listing_id}/texts").status_code == 303
    assert "being looked at" in writer.get(f"/en/postings/{listing_id}").text


def test_a_draft_is_thrown_away_after_a_question(site: Site, writer: FlaskClient, listing_id: str) -> None:
    data = {"csrf_token": people.token_of(writer, f"/en/postings/{listing_id}/discard")}
    assert writer.post(f"/en/postings/{listing_id}/discard", data=data).status_code == 303
    assert writer.get(f"/en/postings/{listing_id}").status_code == 404
