"""A person's profile: every part as a form, what is wrong told, two windows, long lists, who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core.errors import Conflict
from portal.demo.builders import make_organisation
from portal.researchers import labels
from portal.researchers.parts import TYPED, WINDOW
from portal.researchers.profile import PARTS
from portal.researchers.queries import answers_for, find_researcher, list_consents, list_parts, shown_profile
from portal.researchers.service import save_part, show_part
from portal.site import Site
from tests import people
from tests.moments import NOW
from tests.work.browsing import Watch
from tests.work.sheets import fields_of

WHOLE: Mapping[str, Any] = {
    "name": {"given": "Somsri", "family": "Jaidee", "native": "สมศรี ใจดี"},
    "background": {
        "citizenships": ["TH", "JP"], "born_on": "1998-05-01", "residence": "TH",
        "stays": [{"country": "CN", "since": "2020-01-01", "until": "2020-12-31"}], "awards_from": [],
    },
    "degrees": [
        {"level": "master", "subject": "วิทยาการคอมพิวเตอร์", "isced": "0613", "completed_on": "2022-06-01",
         "at": {"name": "มหาวิทยาลัยทดสอบ", "country": "TH"}},
        {"level": "doctoral"},
    ],
    "posts": [{"kind": "teaching", "title": "อาจารย์", "since": "2022-08-01", "at": {"name": "Somewhere"}}],
    "publications": [{"title": "On <b>rice</b>", "kind": "article", "year": 2024, "authors": ["S. Jaidee", "A. Nother"],
                      "doi": "10.1000/182", "venue": "Journal", "url": "https://example.org/a"}],
    "languages": [{"language": "zh-Hans", "level": "B2", "tests": [{"test": "HSK", "result": "5"}]}],
    "skills": {"concepts": ["machine-learning"], "isced": ["0613"], "summary": "ฉันวิจัยการเรียนรู้ของเครื่อง",
               "summary_language": "th", "research_years": 3},
    "wishes": {"kinds": ["visiting-scholar"], "countries": ["CN"], "levels": ["doctoral"], "modes": ["onsite"],
               "starts_from": "2027-03-01", "months_min": "6", "months_max": "12.5", "funding": "full",
               "concepts": ["robotics"]},
}  # fmt: skip


@pytest.fixture
def writer(site: Site, client: FlaskClient) -> FlaskClient:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Somsri")
    people.sign_in(client, site, "somsri")
    return client


@pytest.fixture
def written(site: Site, writer: FlaskClient) -> FlaskClient:
    with site.unit_of_work().begin() as session:
        for part, content in WHOLE.items():
            save_part(session, "somsri", part, content, NOW)
    return writer


class Form:
    """A part as a browser has it open."""

    def __init__(self, client: FlaskClient, part: str, query: str = "") -> None:
        self.client, self.address = client, f"/en/me/profile/{part}"
        self.take(client.get(self.address + query))

    def take(self, answer: TestResponse) -> Form:
        """Have the page that was answered open."""
        self.page = answer.text
        self.fields = fields_of(self.page)
        return self

    def send(self, go: str = "check", script: bool = False, **typed: Any) -> TestResponse:
        data = {**self.fields, "go": go, **{name.replace("__", "-"): value for name, value in typed.items()}}
        accept = "application/json" if script else "text/html"
        return self.client.post(self.address, data=data, headers={"Accept": accept}, content_type="multipart/form-data")


def content(site: Site, part: str, user_id: str = "somsri") -> Any:
    with site.sessions() as session:
        row = list_parts(session, user_id).get(part)
    return row.content if row else None


def test_every_part_opens_and_saves_unchanged(site: Site, written: FlaskClient) -> None:
    for part in PARTS:
        before = content(site, part)
        assert Form(written, part).send().status_code == 303, part
        assert content(site, part) == before, part
    page = written.get("/en/me/profile").text
    for word in ("สมศรี ใจดี", "มหาวิทยาลัยทดสอบ", "อาจารย์", "On &lt;b&gt;rice&lt;/b&gt;", "HSK 5", "6–12.5 months"):
        assert word in page


def test_every_field_of_a_part_is_in_its_form() -> None:
    from portal.researchers.forms import FORMS

    assert set(FORMS) == set(TYPED) == set(PARTS) == set(labels.PARTS) == set(labels.PURPOSES)


def test_an_empty_profile_opens_and_saves(site: Site, writer: FlaskClient) -> None:
    for part in PARTS:
        assert Form(writer, part).send("next").location.endswith(f"/me/profile#{part}"), part
        assert content(site, part) in ({}, []), part
    assert writer.get("/en/me/profile").status_code == 200


def test_what_is_typed_becomes_the_part(site: Site, writer: FlaskClient) -> None:
    Form(writer, "background").send(
        citizenships=["LA"], another_citizenship="JP", born_on="2000/1/2", abroad="no", awarded="yes",
        awards_from=["CN"],
    )  # fmt: skip
    assert content(site, "background") == {
        "citizenships": ["LA", "JP"], "born_on": "2000-01-02", "stays": [], "awards_from": ["CN"],
    }  # fmt: skip
    assert "Japan</label>" in writer.get("/en/me/profile/background").text
    Form(writer, "publications").send(
        publications__0__title="A",
        publications__0__doi="https://doi.org/10.1000/ABC",
        publications__0__authors="B\nC",
        publications__0__url="www.example.org/a?b=1",
    )
    assert content(site, "publications")[0]["doi"] == "10.1000/abc"
    assert content(site, "publications")[0]["url"] == "https://www.example.org/a?b=1"
    assert content(site, "publications")[0]["authors"] == ["B", "C"]
    with site.sessions() as session:
        answers = answers_for(session, "somsri", NOW.date())
    assert (answers.citizenships, answers.stays, answers.awards_from) == (("LA", "JP"), (), ("CN",))


# Part, what is typed, the field that is named, and words of what is said about it.
WRONG: tuple[tuple[str, dict[str, str], str, str], ...] = (
    ("degrees", {"degrees-0-subject": "Law"}, "degrees-0-level", "choose one from the list"),
    ("degrees", {"degrees-0-level": "master", "degrees-0-completed_on": "last year"}, "degrees-0-completed_on",
     "such as 2027-03-01"),
    ("degrees", {"degrees-0-level": "master", "degrees-0-organisation_id": "nobody"}, "degrees-0-organisation_id",
     "not known here"),
    ("posts", {"posts-0-title": "x", "posts-0-kind": "study", "posts-0-since": "2026-02-01",
               "posts-0-until": "2026-01-01"}, "posts-0-until", "must not be before"),
    ("languages", {"languages-0-language": "zh-Hans", "languages-0-tests-0-test": "HSK",
                   "languages-0-tests-0-result": "12"}, "languages-0-tests-0-result", "no such result"),
    ("languages", {"languages-0-language": "xx"}, "languages-0-language", "not known here"),
    ("publications", {"publications-0-title": "x", "publications-0-doi": "doi:tomorrow"}, "publications-0-doi",
     "no DOI"),
    ("publications", {"publications-0-title": "x", "publications-0-url": "javascript:alert(1)"},
     "publications-0-url", "beginning with https"),
    ("background", {"abroad": "yes"}, "abroad", "add the stay"),
    ("background", {"awarded": "no", "awards_from": "CN"}, "awarded", "Please check both"),
    ("skills", {"concepts": "alchemy"}, "concepts", "not known here"),
    ("skills", {"research_years": "many"}, "research_years", "whole number in figures"),
    ("wishes", {"months_min": "9", "months_max": "3"}, "months_max", "longest duration"),
    ("name", {"given": "x" * 121}, "given", "At most 120 characters"),
)  # fmt: skip


def test_what_is_wrong_is_told_and_nothing_is_lost(site: Site, writer: FlaskClient) -> None:
    for part, typed, field, sentence in WRONG:
        form = Form(writer, part)
        answer = form.send("next", **typed)
        assert answer.status_code == 422, field
        assert f'href="#{field}"' in answer.text
        assert f'id="{field}"' in answer.text
        assert sentence in answer.text
        kept = fields_of(answer.text)
        assert {name: kept.get(name) for name in typed} == {name: [value] for name, value in typed.items()}
        assert form.send("", script=True, **typed).status_code == 422
        assert content(site, part) is None


def test_all_mistakes_are_told_at_once(writer: FlaskClient) -> None:
    answer = Form(writer, "posts").send(posts__0__until="soon", posts__0__country="XX1")
    for column in ("title", "kind", "since", "until", "country"):
        assert f'href="#posts-0-{column}"' in answer.text


def test_rows_come_and_go_without_scripts(site: Site, writer: FlaskClient) -> None:
    form = Form(writer, "degrees")
    answer = form.send("add:degrees", degrees__0__level="bachelor")
    assert answer.status_code == 200
    assert len(content(site, "degrees")) == 1
    form.take(answer).send(degrees__1__level="master")
    assert [one["level"] for one in content(site, "degrees")] == ["bachelor", "master"]
    form = Form(writer, "degrees")
    answer = form.send("remove:degrees:0", degrees__1__completed_on="soon")
    assert "soon" in answer.text
    assert "Not saved yet" in answer.text
    assert len(content(site, "degrees")) == 2
    form.take(answer).send(degrees__0__completed_on="2024-01-01")
    assert content(site, "degrees") == [{"level": "master", "completed_on": "2024-01-01"}]
    for wrong in ("remove:degrees:9", "remove:degrees:x", "add:nothing", "remove", "accept", "accept:machine-learning"):
        assert Form(writer, "degrees").send(wrong).status_code in (200, 303)


def test_an_organisation_is_found_in_a_row(site: Site, writer: FlaskClient) -> None:
    with site.unit_of_work().begin() as session:
        own = make_organisation(session, "Guangxi Test University").id
    form = Form(writer, "degrees")
    answer = form.send("enter", **{"query-degrees-0-organisation_id": "guangxi test"})
    assert f'value="{own}"' in answer.text
    form.take(answer).send(degrees__0__level="master", degrees__0__organisation_id=own)
    assert content(site, "degrees") == [{"level": "master", "at": {"organisation_id": own}}]
    assert "Guangxi Test University" in writer.get("/en/me/profile").text
    found = writer.get("/en/me/profile/find/organisation_id", query_string={"q": "guangxi"}).json["found"]
    assert own in {one["id"] for one in found}


def test_topics_are_proposed_from_sentences_in_their_language(site: Site, writer: FlaskClient) -> None:
    form = Form(writer, "skills")
    text = "Tôi nghiên cứu học máy và trí tuệ nhân tạo cho nông nghiệp."
    answer = form.send("check", summary=text, summary_language="vi")
    form = form.take(writer.get(answer.location))
    assert 'value="accept:machine-learning"' in form.page
    answer = form.send("accept:machine-learning")
    assert content(site, "skills")["concepts"] == ["machine-learning"]
    answer = form.take(answer).send("refuse:artificial-intelligence")
    assert content(site, "skills") == {
        "concepts": ["machine-learning"], "concepts_refused": ["artificial-intelligence"], "summary": text,
        "summary_language": "vi",
    }  # fmt: skip
    assert "accept:artificial-intelligence" not in answer.text
    form.take(answer).send(concepts_refused=[])
    assert 'value="accept:artificial-intelligence"' in writer.get("/en/me/profile/skills").text


def test_topics_are_found_in_any_language(site: Site, writer: FlaskClient) -> None:
    form = Form(writer, "wishes")
    form.take(form.send("find:concepts", **{"query-concepts": "人工智能"}))
    assert 'value="artificial-intelligence"' in form.page
    form.send(concepts=["artificial-intelligence"])
    assert content(site, "wishes") == {"concepts": ["artificial-intelligence"]}
    found = writer.get("/en/me/profile/find/concepts", query_string={"q": "หุ่นยนต์"}).json["found"]
    assert "robotics" in {one["id"] for one in found}


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_of_two_windows_both_versions_are_shown(site: Site, written: FlaskClient, choice: str, kept: str) -> None:
    mine, theirs = Form(written, "name"), Form(written, "name")
    theirs.send(given="Theirs")
    answer = mine.send("next", given="Mine", native="ศรี")
    assert answer.status_code == 409
    for word in ("Mine", "Theirs", "ศรี"):
        assert f"<p>{word}</p>" in answer.text
    assert content(site, "name")["given"] == "Theirs"
    assert mine.send("", script=True, given="Mine").status_code == 409
    form = Form(written, "name")
    form.fields = {**fields_of(answer.text), "keep-given": [choice]}
    assert form.send("stay").status_code == 303
    assert content(site, "name") == {"given": kept, "family": "Jaidee", "native": "ศรี"}


def test_two_windows_that_say_the_same_agree(site: Site, written: FlaskClient) -> None:
    mine, theirs = Form(written, "degrees"), Form(written, "degrees")
    theirs.send(degrees__0__subject="Law")
    assert mine.send(degrees__0__subject="Law").status_code == 303
    answer = theirs.send("", script=True, degrees__0__subject="Art")
    assert answer.status_code == 409
    assert Form(written, "degrees").send("", script=True).json["saved"].startswith("Saved ")


def test_of_many_who_save_at_once_one_does(site: Site, writer: FlaskClient) -> None:
    def save(number: int) -> str:
        try:
            with site.unit_of_work().begin() as session:
                save_part(session, "somsri", "name", {"given": str(number)}, NOW, revision=0)
        except Conflict as conflict:
            return conflict.code
        return "saved"

    with ThreadPoolExecutor(6) as crowd:
        ends = sorted(crowd.map(save, range(6)))
    assert ends == ["profile.changed"] * 5 + ["saved"]
    with site.sessions() as session:
        assert list_parts(session, "somsri")["name"].revision == 1


def test_a_long_list_is_changed_a_window_at_a_time(site: Site, writer: FlaskClient) -> None:
    titles = [f"Paper {number}" for number in range(2 * WINDOW + 1)]
    with site.unit_of_work().begin() as session:
        save_part(session, "somsri", "publications", [{"title": title} for title in titles], NOW)
    form = Form(writer, "publications", f"?start={WINDOW}")
    assert form.fields["publications-0-title"] == [titles[WINDOW]]
    form.take(form.send("remove:publications:1"))
    form.take(form.send("add:publications"))
    assert f"publications-{WINDOW - 1}-title" in form.fields
    form.take(form.send("add:publications", **{f"publications-{WINDOW - 1}-title": "New"}))
    form.take(form.send("add:publications", **{f"publications-{WINDOW}-title": "Newer"}))
    assert form.send(publications__0__title="Changed").location.endswith(f"?start={WINDOW}")
    end = 2 * WINDOW
    expected = [*titles[:WINDOW], "Changed", *titles[WINDOW + 2 : end], "New", "Newer", *titles[end:]]
    assert [one["title"] for one in content(site, "publications")] == expected
    answer = Form(writer, "publications", f"?start={WINDOW}").send(publications__2__year="soon")
    assert f"Published work {WINDOW + 3} · Year" in answer.text
    for start in ("x", "-1", "9" * 30, "500"):
        assert writer.get(f"/en/me/profile/publications?start={start}").status_code == 200


def test_a_script_that_saves_again_and_again_writes_each_row_once(site: Site, written: FlaskClient) -> None:
    form = Form(written, "degrees")
    form.take(form.send("add:degrees"))
    for subject in ("L", "La", "Law"):
        answer = form.send("", script=True, degrees__2__level="bachelor", degrees__2__subject=subject)
        form.fields["seen"] = [answer.json["seen"]]
    assert [one["level"] for one in content(site, "degrees")] == ["master", "doctoral", "bachelor"]
    assert content(site, "degrees")[2]["subject"] == "Law"


def test_hints_are_only_of_what_changes_matches(site: Site, written: FlaskClient) -> None:
    page = written.get("/en/me/profile").text
    assert "What you might add" not in page
    with site.unit_of_work().begin() as session:
        save_part(session, "somsri", "wishes", {}, NOW)
        save_part(session, "somsri", "name", {}, NOW)
        save_part(session, "somsri", "publications", [], NOW)
    page = written.get("/en/me/profile").text
    assert page.count("What you might add") == 1
    assert labels.HINTS["funding"] in page


def test_showing_is_asked_noted_and_taken_back(site: Site, written: FlaskClient, watch: Watch) -> None:
    def press(path: str, **said: str) -> TestResponse:
        token = people.token_of(written, "/en/me/profile/sharing")
        return written.post(f"/en/me/profile/sharing/{path}", data={"csrf_token": token, **said})

    page = written.get("/en/me/profile/sharing").text
    assert labels.FINDABLE[2] in page
    assert labels.KEPT in page
    assert press("findable", given="yes").status_code == 303  # without the words that were read: nothing happens
    assert press("parts/skills", audience="hosts", wording="of yesterday").status_code == 303
    with site.sessions() as session:
        assert not list_consents(session, "somsri")
    press("findable", given="yes", wording=labels.WORDING)
    press("parts/skills", audience="hosts", wording=labels.WORDING)
    with site.sessions() as session:
        assert shown_profile(session, "somsri").skills.concepts == ("machine-learning",)
        assert find_researcher(session, "somsri").findable  # type: ignore[union-attr]
    preview = written.get("/en/me/profile/preview").text
    assert "Machine learning" in preview
    assert "สมศรี" not in preview
    assert "1998" not in preview
    assert press("parts/skills", audience="me", **{"from": "profile"}).location.endswith("/me/profile")
    press("findable", given="no")
    with site.sessions() as session:
        lines = [
            (one.purpose, one.part, one.given, one.wording, one.language) for one in list_consents(session, "somsri")
        ]
        assert lines == [
            ("findable", None, False, labels.WORDING, "en"), ("show-part", "skills", False, labels.WORDING, "en"),
            ("show-part", "skills", True, labels.WORDING, "en"), ("findable", None, True, labels.WORDING, "en"),
        ]  # fmt: skip
        assert shown_profile(session, "somsri").skills.concepts == ()
    assert press("parts/name", audience="hosts", wording=labels.WORDING).status_code == 404
    assert press("parts/skills", audience="everybody").status_code == 400
    assert press("findable", given="maybe").status_code == 400


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_not_written_can_be_shown(site: Site, writer: FlaskClient, part: str) -> None:
    with site.unit_of_work().begin() as session:
        show_part(session, "somsri", part, "hosts", (labels.WORDING, "en"), NOW)
    assert writer.get("/en/me/profile").status_code == writer.get("/en/me/profile/preview").status_code == 200


def test_everybody_has_the_own_profile_alone(app: Flask, site: Site, written: FlaskClient) -> None:
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Other", site_role="administrator")
    other = people.browser_of(app, "other")
    assert "Somsri" not in other.get("/en/me/profile/name").text
    assert "มหาวิทยาลัยทดสอบ" not in other.get("/en/me/profile").text
    Form(other, "name").send(given="Other")
    assert content(site, "name")["given"] == "Somsri"
    assert content(site, "name", "other") == {"given": "Other"}


HOSTILE: tuple[dict[str, Any], ...] = (
    {"seen": "x" * 99}, {"seen": "99"}, {"seen": "1.99999.99999"}, {"seen": "1.20"}, {"keep-csrf_token": "theirs"},
    {"go": "remove:degrees:99999999"}, {"go": "find:csrf_token"}, {"go": "add:degrees:" + "x" * 999}, {"go": ":::"},
    {"go": "find:degrees-0-organisation_id"}, {"degrees-999-level": "master"}, {"degrees-0-level": ["a", "b"]},
    {"degrees-0-subject": "<script>alert(1)</script>"}, {"degrees-0-subject": "a\x01b"}, {"keep-degrees": "theirs"},
    {"degrees-0-tests-0-test": "HSK"}, {"degrees-0-country": "🇹🇭"}, {"degrees-0-completed_on": "9999-99-99"},
    {"degrees-0-isced": "0000x"}, {"degrees-0-subject": "x" * 301},
    {"degrees-0-subject": "a\x01\ufffeb", "degrees-0-completed_on": "soon"},
    {"degrees-0-subject": "a\x01\ufffeb", "seen": "0.0.0"},
)  # fmt: skip


def test_hostile_input_is_answered(written: FlaskClient) -> None:
    for hostile in HOSTILE:
        typed = {name: value for name, value in hostile.items() if name != "go"}
        answer = Form(written, "degrees").send(hostile.get("go", "check"), **typed)
        assert answer.status_code in (200, 303, 409, 422), hostile
        assert "<script>alert" not in answer.text
    assert written.get("/en/me/profile").status_code == 200


def test_there_is_no_other_part(written: FlaskClient) -> None:
    for path in ("secrets", "find/secrets", "name%00"):
        assert written.get(f"/en/me/profile/{path}").status_code == 404
