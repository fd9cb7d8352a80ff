"""Files of listings through the site: taken home, brought back, looked at, saved whole or not at all."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from portal.accounts.limits import LIMITS, Limit
from portal.core.actor import Actor
from portal.core.audit import AuditEvent
from portal.listings.importing import known_references
from portal.listings.models import Listing
from portal.posting import service
from portal.posting.bulk import jobs, writing
from portal.posting.bulk.columns import columns
from portal.posting.bulk.files import LARGEST
from portal.posting.bulk.service import AT_ONCE, forget_imports
from portal.posting.models import BulkImport, Posting
from portal.site import Site
from tests import people
from tests.moments import NOW
from tests.people import token_of
from tests.work.test_posting import CONTENT

LINH = Actor("linh")


@pytest.fixture
def linh(site: Site, client: FlaskClient, organisation_id: str) -> str:
    """The address of an editor's page, who is signed in."""
    with site.unit_of_work().begin() as session:
        people.add_member(session, people.add_person(session, "Linh"), organisation_id)
    people.sign_in(client, site, "linh")
    return f"/en/organisations/{organisation_id}/files"


def begin(site: Site, organisation_id: str, **more: Any) -> str:
    with site.unit_of_work().begin() as session:
        return service.begin_posting(session, organisation_id, {**CONTENT, **more}, LINH, NOW).listing_id


def upload(client: FlaskClient, address: str, content: bytes, name: str = "our listings.csv") -> Any:
    """Written out here: the test client leaves its own temporary files open where a body is long."""
    head = 'Content-Disposition: form-data; name="{}"'
    token = f"--limit\r\n{head.format('csrf_token')}\r\n\r\n{token_of(client, address)}\r\n"
    file = f'--limit\r\n{head.format("file")}; filename="{name}"\r\n\r\n'
    body = token.encode() + file.encode() + content + b"\r\n--limit--\r\n"
    return client.post(address, data=body, content_type="multipart/form-data; boundary=limit")


def table(rows: list[dict[str, str]], separator: str = ",") -> str:
    codes = list(dict.fromkeys(code for row in rows for code in row))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerows(
        [[f"Name of {code}" for code in codes], codes, *([row.get(code, "") for code in codes] for row in rows)]
    )
    return out.getvalue()


def row(**more: str) -> dict[str, str]:
    texts = {"title": "Robots for rice", "summary": "A joint programme.", "description": "Two years."}
    facts = {"id": "", "kind": "Joint programme", "source_language": "English", "country": "China", "mode": "onsite"}
    return {**facts, **texts, **more}


def save(client: FlaskClient, address: str, aim: str = "drafts") -> Any:
    return client.post(address, data={"aim": aim, "csrf_token": token_of(client, address)})


def drafts(session: Session) -> list[Posting]:
    return list(session.scalars(sa.select(Posting).order_by(Posting.listing_id)))


def test_what_is_taken_home_and_brought_back_changes_nothing(
    site: Site, client: FlaskClient, organisation_id: str, linh: str
) -> None:
    begin(site, organisation_id, money=[{"item": "stipend", "payer": "host", "amount": "2500.00", "currency": "CNY"}])
    begin(site, organisation_id, kind=None, translations=[], months_min={"not": "a number"})  # a draft may be anything
    for kind in ("xlsx", "csv", "jsonl"):
        file = client.get(f"{linh}/listings.{kind}")
        assert f"listings.{kind}" in file.headers["Content-Disposition"]
        page = client.get(upload(client, linh, file.data, f"listings.{kind}").location)
        assert "There is nothing to save." in page.text, kind
        assert "<dd>2</dd>" in page.text


def test_new_and_changed_rows_become_drafts(site: Site, client: FlaskClient, organisation_id: str, linh: str) -> None:
    old = begin(site, organisation_id)
    changed = row(id=old, title="Robots for tea", credits="12")
    added = row(kind="访学", source_language="vi", title="Học bổng", country="ไทย", levels="Master; doctoral")
    address = upload(client, linh, table([changed, added]).encode()).location
    page = client.get(address).text
    assert all(text in page for text in ("Robots for tea", "Robots for rice", "Credits", "Học bổng"))
    with site.sessions() as session:
        assert len(drafts(session)) == 1
    assert save(client, address).status_code == 303
    with site.sessions() as session:
        contents = {posting.listing_id: posting.content for posting in drafts(session)}
        assert len(contents) == 2
        assert contents[old]["credits"] == 12
        assert contents[old]["posted_at"] == CONTENT["posted_at"]
        (new,) = (content for listing_id, content in contents.items() if listing_id != old)
        assert (new["kind"], new["country"], new["levels"]) == ("visiting-scholar", "TH", ["master", "doctoral"])
        assert new["translations"][0]["language"] == "vi"
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "listings.imported")).one()
        assert event.details == {"aim": "drafts", "added": 1, "changed": 1, "unchanged": 0}
    assert "All rows were saved" in client.get(address).text
    save(client, address)  # who clicks twice saves once
    with site.sessions() as session:
        assert len(drafts(session)) == 2


def test_one_mistake_keeps_all_rows_out(site: Site, client: FlaskClient, linh: str) -> None:
    wrong = row(kind="Holiday", mode="", months_min="9", months_max="3", places_total="2,500", starts_from="1/2/2027")
    address = upload(client, linh, table([row(), wrong]).encode()).location
    page = client.get(address).text
    for said in (
        "“Holiday” is not in the list",
        "This is missing",
        "may mean two numbers",
        "what is the day",
        '<td class="number">4</td>',
    ):
        assert said in page
    assert "Save these rows" not in page
    save(client, address)
    with site.sessions() as session:
        assert not drafts(session)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"title": ""}, "Title"),
        ({"title": "=1+1"}, "There is a formula"),
        ({"id": "zzzzzzzz"}, "has no listing with the id"),
        ({"concepts": "underwater basket weaving"}, "is not in the list"),
        ({"deadlines.2.purpose": "host", "deadlines.2.local_time": "2027-01-01 17:00"}, "Deadline 2: time zone"),
        ({"deadlines.1.purpose": "host", "deadlines.1.local_time": "2027-01-01"}, "The time is missing"),
        ({"money.3.item": "stipend", "money.3.payer": "host", "money.3.amount": "5"}, "Give both the amount"),
        ({"rules.age-max.age": "900"}, "Age limit: years"),
        ({"months_min": "1900-01-01"}, "cannot be read here"),
        ({"starts_from": "2570-01-01"}, "too small or too large"),
        ({"summary": "[…]"}, "this one is new"),
        ({"partners.1.organisation_id": "nobody", "partners.1.role": "host"}, "is not known here"),
    ],
)
def test_each_mistake_is_told_with_its_place(client: FlaskClient, linh: str, cells: dict[str, str], said: str) -> None:
    page = client.get(upload(client, linh, table([row(**cells)]).encode()).location)
    assert said in page.text


def test_rows_of_others_are_unknown(site: Site, client: FlaskClient, organisation_id: str, linh: str) -> None:
    from portal.demo.builders import make_organisation

    with site.unit_of_work().begin() as session:
        other = make_organisation(session, "Other University").id
        people.add_member(session, people.add_person(session, "Mo"), other)
        foreign = service.begin_posting(session, other, CONTENT, Actor("mo"), NOW).listing_id
    address = upload(client, linh, table([row(id=foreign)]).encode()).location
    assert "has no listing with the id" in client.get(address).text
    people.sign_in(client, site, "mo")
    for wanted in (linh, f"{linh}/listings.csv", f"{linh}/template.xlsx", address):
        assert client.get(wanted).status_code == 404
    assert save(client, f"/en/organisations/{other}/files").status_code in (303, 422)
    token = token_of(client, f"/en/organisations/{other}/files")
    assert client.post(address, data={"aim": "drafts", "csrf_token": token}).status_code == 404
    assert client.post(f"{address}/discard", data={"csrf_token": token}).status_code == 404


def test_reviewers_take_home_but_bring_nothing_back(
    site: Site, client: FlaskClient, organisation_id: str, linh: str
) -> None:
    with site.unit_of_work().begin() as session:
        people.add_member(session, people.add_person(session, "Rey"), organisation_id, "reviewer")
    people.sign_in(client, site, "rey")
    page = client.get(linh)
    assert "Only editors and managers" in page.text
    assert client.get(f"{linh}/listings.csv").status_code == 200
    token = token_of(client, "/en/account")
    file = (io.BytesIO(table([row()]).encode()), "x.csv")
    data = {"csrf_token": token, "file": file}
    assert client.post(linh, data=data, content_type="multipart/form-data").status_code == 403
    client.post("/en/sign-out", data={"csrf_token": token})
    assert client.get(linh).status_code == 303


def test_files_that_are_none_are_refused_on_the_page(client: FlaskClient, linh: str) -> None:
    for content, said in (
        (b"", "There is nothing in this file"),
        (b"PK\x03\x04 no zip", "This file is damaged"),
        (b"\xd0\xcf\x11\xe0 old", "a workbook of an old kind"),
        (b"a,b\n1,2\n", "The row with the codes"),
        (b"x" * (LARGEST + 1), "larger than 16 MB"),
    ):
        answer = upload(client, linh, content)
        assert (answer.status_code, said in answer.text) == (422, True), said
    data = {"csrf_token": token_of(client, linh)}
    assert "Choose a file" in client.post(linh, data=data).text
    assert upload(client, linh, b"x" * (LARGEST + (2 << 20))).status_code == 413


def test_somebody_else_saves_between_looking_and_saving(
    site: Site, client: FlaskClient, organisation_id: str, linh: str
) -> None:
    old = begin(site, organisation_id)
    address = upload(client, linh, table([row(id=old, credits="3"), row()]).encode()).location
    with site.unit_of_work().begin() as session:
        service.save_draft(session, session.get_one(Posting, old), {"credits": 7}, 0, LINH, NOW)
    save(client, address)
    page = client.get(address).text
    assert "Save these rows" in page  # looked at anew: the difference is another one
    assert "<del>7</del>" in page
    with site.sessions() as session:
        assert len(drafts(session)) == 1
    save(client, address)
    with site.sessions() as session:
        assert session.get_one(Posting, old).content["credits"] == 3  # type: ignore[index]


def test_published_listings_get_a_draft_and_stay(
    site: Site, client: FlaskClient, organisation_id: str, linh: str
) -> None:
    old = begin(site, organisation_id)
    with site.unit_of_work().begin() as session:
        known = known_references(session, site.thesaurus)
        service.publish_posting(session, session.get_one(Posting, old), known, LINH, NOW)
    content = client.get(f"{linh}/listings.csv").data
    assert "There is nothing to save" in client.get(upload(client, linh, content).location).text
    save(client, upload(client, linh, table([row(id=old, credits="3")]).encode()).location)
    with site.sessions() as session:
        posting = session.get_one(Posting, old)
        assert (posting.state, posting.content["credits"]) == ("editing", 3)  # type: ignore[index]
        assert session.get_one(Listing, old).credits is None


def test_all_rows_can_be_proposed(site: Site, client: FlaskClient, organisation_id: str, linh: str) -> None:
    old = begin(site, organisation_id)
    save(client, upload(client, linh, table([row(id=old, credits="3"), row()]).encode()).location, "propose")
    with site.sessions() as session:
        assert [posting.state for posting in drafts(session)] == ["in-review", "in-review"]
    page = client.get(upload(client, linh, table([row(id=old, credits="4")]).encode()).location)
    assert "being reviewed now" in page.text


def test_records_are_read_as_lines(site: Site, client: FlaskClient, organisation_id: str, linh: str) -> None:
    old = begin(site, organisation_id)
    good = {"id": old, "credits": 5, "state": "archived", "organisation_id": "another"}
    address = upload(client, linh, json.dumps(good).encode()).location
    save(client, address)
    with site.sessions() as session:
        content = session.get_one(Posting, old).content
        assert content is not None
        assert (content["credits"], content["organisation_id"], "state" in content) == (5, organisation_id, False)
    for line, said in (
        ({"id": old, "colour": "red"}, "There is no such fact"),
        ({"id": old, "credits": "five"}, "Credits"),
        ({"id": "zz"}, "has no listing with the id"),
    ):
        assert said in client.get(upload(client, linh, json.dumps(line).encode()).location).text
    for broken in (b'{"id": ', b'{"id": "a", "id": "b"}', b'{"id": 1}\n[]'):
        page = client.get(upload(client, linh, broken).location)
        assert "is not JSON" in page.text or "cannot be read" in page.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (r'{"id":"\ud800"}', "has no listing with the id"),
        (r'{"id":"\u0000"}', "has no listing with the id"),
        (r'{"id":"a\u0000b"}', "has no listing with the id"),
        (r'{"\u0000":"a"}', '<td class="number">1</td>'),
        (r'{"\ud800":1}', '<td class="number">1</td>'),
    ],
)
def test_what_no_text_can_hold_is_told_of(client: FlaskClient, linh: str, line: str, said: str) -> None:
    sent = upload(client, linh, line.encode(), "a.jsonl")
    assert said in client.get(sent.location).text


def test_long_files_are_left_to_the_worker(site: Site, client: FlaskClient, linh: str) -> None:
    rows = [row(title=f"Robots {number}") for number in range(AT_ONCE + 1)]
    address = upload(client, linh, table(rows).encode()).location
    assert "0 rows have been checked so far" in client.get(address).text
    assert jobs.run_bulk_imports(site)
    assert not jobs.run_bulk_imports(site)
    page = client.get(address).text
    assert f"<dd>{AT_ONCE + 1}</dd>" in page
    assert "more listings are not shown" in page or "more listing is not shown" in page
    save(client, address)
    with site.sessions() as session:
        assert not drafts(session)
    assert "rows are being saved" in client.get(address).text
    assert jobs.run_bulk_imports(site)
    with site.sessions() as session:
        assert len(drafts(session)) == AT_ONCE + 1


def test_the_worker_saves_nothing_for_who_left_the_team(site: Site, client: FlaskClient, linh: str) -> None:
    rows = [row(title=f"Robots {number}") for number in range(AT_ONCE + 1)]
    address = upload(client, linh, table(rows).encode()).location
    jobs.run_bulk_imports(site)
    save(client, address)
    from portal.teams.models import Membership

    with site.unit_of_work().begin() as session:
        session.execute(sa.update(Membership).values(role="reviewer"))
    jobs.run_bulk_imports(site)
    with site.sessions() as session:
        assert session.scalars(sa.select(BulkImport)).one().state == "failed"
        assert not drafts(session)


def test_a_file_is_kept_for_an_hour(site: Site, client: FlaskClient, linh: str) -> None:
    address = upload(client, linh, table([row()]).encode()).location
    with site.unit_of_work().begin() as session:
        forget_imports(session, NOW + timedelta(minutes=59))
    assert client.get(address).status_code == 200
    assert "our listings.csv" in client.get(linh).text
    with site.unit_of_work().begin() as session:
        forget_imports(session, NOW + timedelta(minutes=61))
    assert client.get(address).status_code == 404


def test_a_file_can_be_deleted(site: Site, client: FlaskClient, linh: str) -> None:
    address = upload(client, linh, table([row()]).encode()).location
    answer = client.post(f"{address}/discard", data={"csrf_token": token_of(client, address)})
    assert answer.location == linh
    assert client.get(address).status_code == 404


def test_the_workbook_says_how_to_fill_it_in(client: FlaskClient, linh: str) -> None:
    book = load_workbook(io.BytesIO(client.get(f"{linh}/template.xlsx").data))
    listings, guide, lists = book.worksheets
    assert [cell.value for cell in listings[2]] == [column.code for column in columns()]
    assert listings.row_dimensions[2].hidden
    assert lists.sheet_state == "hidden"
    said = [cell.value for cells in guide.iter_rows() for cell in cells]
    assert {"visiting-scholar", "Visiting scholar", "machine-learning", "Asia/Yangon"} <= set(said)
    offered = {str(one.sqref).partition("3:")[0]: one.formula1 for one in listings.data_validations.dataValidation}
    place = offered["E"].partition("!")[2].replace("$", "")
    assert [cells[0].value for cells in lists[place]][2] == "Visiting scholar"
    assert client.get(f"{linh}/template.pdf").status_code == 404


def test_the_workbook_is_in_the_readers_language(app: Flask, client: FlaskClient, linh: str) -> None:
    book = load_workbook(io.BytesIO(client.get(linh.replace("/en/", "/zh-Hans/") + "/template.xlsx").data))
    heads = [cell.value for cell in book.worksheets[0][1]]
    assert {"类型", "学分"} & set(heads)


def test_formulas_are_neutralised(site: Site, client: FlaskClient, organisation_id: str, linh: str) -> None:
    begin(site, organisation_id, department="=HYPERLINK(1)", scheme="'=1", funder="\u200b+1")
    text = client.get(f"{linh}/listings.csv").data.decode("utf-8-sig")
    cells = next(csv.DictReader(io.StringIO(text.partition("\r\n")[2])))
    assert (cells["department"], cells["scheme"], cells["funder"]) == ("'=HYPERLINK(1)", "''=1", "'\u200b+1")
    sheet = load_workbook(io.BytesIO(client.get(f"{linh}/listings.xlsx").data)).worksheets[0]
    assert not [cell for cells in sheet.iter_rows() for cell in cells if cell.data_type == "f"]
    assert writing.LONGEST_CELL == 32_767


def test_files_are_taken_only_so_often(client: FlaskClient, linh: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "import-person", Limit(1, timedelta(hours=1)))
    for status in (303, 429):
        assert upload(client, linh, table([row()]).encode()).status_code == status
