"""Files and records of other sites into a profile: looked at, chosen, saved; and taken home again."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts.limits import LIMITS, Limit
from portal.core.errors import Unavailable
from portal.researchers import service
from portal.researchers.intake import routes
from portal.researchers.intake.isolation import Isolation
from portal.researchers.profile import Name
from portal.researchers.queries import get_profile, list_parts
from portal.site import Site
from tests import people
from tests.moments import NOW
from tests.unit.cvs import CVS
from tests.unit.test_intake_orcid import RECORD

HOME = "/en/me/profile/import"
BIBTEX = b"@article{a, title = {Deep rice}, author = {Li, Ming}, year = 2021, doi = {10.1000/abc}}"
Send = Callable[..., TestResponse]


@pytest.fixture
def ming(site: Site, client: FlaskClient) -> str:
    """Somebody who is signed in."""
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Ming")
    people.sign_in(client, site, "ming")
    return "ming"


@pytest.fixture
def upload(client: FlaskClient, ming: str) -> Send:
    """Sends the form of a source."""

    def sent(source: str, **fields: Any) -> TestResponse:
        files = {key: (BytesIO(value), "file") if isinstance(value, bytes) else value for key, value in fields.items()}
        data = {f"{source}-{key}": value for key, value in files.items()}
        return client.post(f"{HOME}/{source}", data={**data, "csrf_token": people.token_of(client, HOME)})

    return sent


def proposals_of(page: TestResponse) -> str:
    found = re.search(r'name="proposals" id="proposals" value="([^"]*)"', page.text)
    assert found
    return html.unescape(found[1])


def offers(page: TestResponse) -> dict[str, str]:
    """What is proposed → its place."""
    rows = re.findall(r'value="(\d+)" id="take-\d+"[^>]*>\s*<label[^>]*><b dir="auto">(.*?)</b>', page.text)
    return {html.unescape(title): place for place, title in rows}


def save(client: FlaskClient, page: TestResponse, *take: str) -> TestResponse:
    data = {"proposals": proposals_of(page), "take": list(take), "csrf_token": people.token_of(client, HOME)}
    return client.post(f"{HOME}/save", data=data)


def test_what_is_chosen_of_a_cv_goes_into_the_profile(client: FlaskClient, site: Site, upload: Send) -> None:
    page = upload("cv", text=next(cv["text"] for cv in CVS if cv["language"] == "vi"))
    assert page.status_code == 200
    found = offers(page)
    master, vietnamese, topic = "Thạc sĩ Khoa học máy tính", "Vietnamese", "Machine learning"
    assert {master, vietnamese, topic} < set(found)
    assert save(client, page, found[master], found[vietnamese], found[topic]).status_code == 303
    with site.sessions() as read:
        profile = get_profile(read, "ming")
        audiences = {row.audience for row in list_parts(read, "ming").values()}
    assert [(one.level, one.subject) for one in profile.degrees] == [("master", master)]
    assert [(one.language, one.level) for one in profile.languages] == [("vi", "native")]
    assert profile.skills.concepts == ("machine-learning",)
    assert not profile.posts
    assert audiences == {"me"}
    assert "3 parts of your profile" in client.get(HOME).text


def test_nothing_is_saved_before_it_is_chosen(client: FlaskClient, site: Site, upload: Send) -> None:
    page = upload("publications", file=BIBTEX)
    assert page.status_code == 200
    nothing = save(client, page)
    assert nothing.status_code == 422
    assert "Nothing is chosen" in nothing.text
    assert offers(nothing) == offers(page) == {"Deep rice": "0"}
    with site.sessions() as read:
        assert not list_parts(read, "ming")


def test_side_by_side_with_what_is_there(client: FlaskClient, site: Site, upload: Send) -> None:
    with site.unit_of_work().begin() as work:
        service.save_part(work, "ming", "name", {"given": "Ming", "family": "Lee"}, NOW)
        service.save_part(work, "ming", "publications", [{"title": "Deep Rice!", "year": 2021}], NOW)
    resume = {"basics": {"x-given": "Ming", "x-family": "Li"}, "publications": [
        {"name": "Deep rice", "releaseDate": "2021"}, {"name": "More rice"}]}  # fmt: skip
    page = upload("resume", file=json.dumps(resume).encode())
    assert set(offers(page)) == {"Ming Li", "More rice"}
    assert "1 more is in your profile already" in page.text
    name = offers(page)["Ming Li"]
    assert f'id="take-{name}" checked' not in page.text, "it would replace something"
    assert f'id="take-{offers(page)["More rice"]}" checked' in page.text
    save(client, page, name)
    with site.sessions() as read:
        assert get_profile(read, "ming").name == Name("Ming", "Li")


def test_a_publication_twice_sent_is_there_once(client: FlaskClient, site: Site, upload: Send) -> None:
    page = upload("publications", text="https://doi.org/10.1000/abc")
    for _again in range(2):
        assert save(client, page, "0").status_code == 303
    with site.sessions() as read:
        assert len(get_profile(read, "ming").publications) == 1


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("source", "fields", "said"),
    [
        ("cv", {}, "Choose a file"),
        ("cv", {"file": b"\x89PNG\r\n\x1a\n" + bytes(99)}, "This is no PDF"),
        ("cv", {"file": b"%PDF-1.7 broken"}, "damaged"),
        ("cv", {"text": "x" * 60_001}, "too long"),
        ("publications", {"text": "none at all"}, "nothing in it"),
        ("resume", {}, "Choose a file"),
        ("resume", {"file": b'{"a": 1}'}, "not a JSON Resume"),
        ("resume", {"file": b"<SkillsPassport/>"}, "of the old kind"),
        ("resume", {"file": b'<!DOCTYPE a [<!ENTITY b "c">]><Candidate>&b;</Candidate>'}, "neither"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(source: str, fields: dict[str, Any], said: str, upload: Send) -> None:
    page = upload(source, **fields)
    assert page.status_code == 422
    assert said in page.text


@pytest.mark.database("sqlite")
def test_pasted_text_is_not_lost_by_a_refusal(upload: Send) -> None:
    assert "my list &amp; more" in upload("publications", text="my list & more").text


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    "sent",
    ["", "{", "[]]",
     '[["wishes"]]', '[["wishes",{"kinds":["job"]},""]]', '[["wishes",{},""]]',
     '[["skill",{},""]]', '[["name",{"given":7},""]]', '[["degrees",{"level":"king"},""]]',
     '[["languages",{"language":"zh","tests":[{"test":"HSK","result":"99"}]},""]]', "[" * 5000],
)  # fmt: skip
def test_proposals_that_were_tampered_with(client: FlaskClient, site: Site, ming: str, sent: str) -> None:
    data = {"proposals": sent, "take": "0", "csrf_token": people.token_of(client, HOME)}
    assert client.post(f"{HOME}/save", data=data).status_code == 422
    with site.sessions() as read:
        assert not list_parts(read, "ming")


@pytest.mark.database("sqlite")
def test_words_of_files_are_words_on_the_page(upload: Send) -> None:
    page = upload("publications", file=b"@misc{a, title = {<script>alert(1)</script>}}")
    assert page.status_code == 200
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script>alert" not in page.text


def test_take_home_and_bring_back(client: FlaskClient, site: Site, upload: Send) -> None:
    with site.unit_of_work().begin() as work:
        service.save_part(work, "ming", "name", {"given": "Ming", "family": "Li", "native": "李明"}, NOW)
        service.save_part(work, "ming", "languages", [{"language": "zh-Hans", "level": "native"}], NOW)
    for kind, media_type in (("europass.xml", "application/xml"), ("resume.json", "application/json")):
        file = client.get(f"/en/me/profile/download/{kind}")
        assert file.mimetype == media_type
        assert file.headers["Content-Disposition"] == f'attachment; filename="{kind}"'
        assert "no-store" in file.headers["Cache-Control"]
        assert "in your profile already" in upload("resume", file=file.data).text
    assert client.get("/en/me/profile/download/x.exe").status_code == 404


@pytest.mark.database("sqlite")
def test_files_are_sent_so_many_times_an_hour(upload: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "intake-person", Limit(1, LIMITS["intake-person"].within))
    assert [upload("publications", text="10.1000/a").status_code for _ in range(2)] == [200, 429]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("name", ["reading-person", "reading-network"])
def test_what_a_process_is_started_for_counts_apart(name: str, upload: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, name, Limit(1, LIMITS[name].within))
    assert upload("publications", text="10.1000/a").status_code == 200
    assert [upload("publications", file=BIBTEX).status_code for _ in range(2)] == [200, 429]
    assert upload("publications", text="10.1000/a").status_code == 200


@pytest.mark.database("sqlite")
def test_whoever_has_a_file_read_is_asked_to_wait_with_the_next(site: Site, upload: Send) -> None:
    folder = Path(site.settings.data_dir).resolve() / "reading"
    with Isolation(folder, "ming")._alone():
        page = upload("publications", file=BIBTEX)
    assert page.status_code == 422
    assert "Another file of yours is being read." in page.text
    assert upload("publications", file=BIBTEX).status_code == 200


@pytest.mark.database("sqlite")
def test_too_large_a_request_is_refused_before_it_is_read(client: FlaskClient, ming: str) -> None:
    kind = "multipart/form-data; boundary=x"
    assert client.post(f"{HOME}/cv", data=bytes(13 * 1024**2), content_type=kind).status_code == 413


@pytest.mark.database("sqlite")
def test_too_large_a_list_is_told_of_on_the_page(upload: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.researchers.intake.publications.LONGEST", 100)
    page = upload("publications", file=b"x" * 101)
    assert page.status_code == 422
    assert "larger than 1 MB" in page.text


@pytest.fixture
def with_orcid(app: Flask, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The site, allowed to ask ORCID."""
    object.__setattr__(site.settings, "orcid_api_url", "http://127.0.0.1:9")


@pytest.mark.database("sqlite")
def test_an_orcid_record(with_orcid: None, upload: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        routes, "fetch_record", lambda _url, _orcid: RECORD
    )  # fetching: tests/unit/test_intake_orcid.py
    page = upload("orcid", orcid="0000-0002-1825-0097")
    assert {"Deep rice", "Senior lecturer", "PhD (Computer Science)"} < set(offers(page))
    assert "What could not be taken" in page.text


@pytest.mark.database("sqlite")
def test_an_outage_of_orcid_leaves_the_rest_at_work(with_orcid: None, upload: Send) -> None:
    page = upload("orcid", orcid="0000-0002-1825-0097")
    assert page.status_code == 422
    assert "ORCID does not answer" in page.text
    assert "not an ORCID iD" in upload("orcid", orcid="0000-0002-1825-0098").text
    assert upload("publications", text="10.1000/a").status_code == 200


@pytest.mark.database("sqlite")
def test_while_many_files_are_read_one_is_asked_to_come_again(upload: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy:
        def read(self, _kind: str, _content: bytes) -> Any:
            raise Unavailable("intake.busy")

    monkeypatch.setattr(routes, "_isolation", Busy)
    page = upload("publications", file=BIBTEX)
    assert page.status_code == 422
    assert "try again in a minute" in page.text
