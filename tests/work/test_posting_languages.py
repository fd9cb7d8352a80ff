"""Translations of a draft: their states, writing beside the original, two who write at once, a machine's draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import HTTPServer
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts.limits import LIMITS, Limit
from portal.core.actor import Actor
from portal.core.errors import Conflict
from portal.posting import service
from portal.posting.models import Posting
from portal.posting.queries import content_of
from portal.posting.translations.texts import states_of, text_in
from portal.site import Site
from tests import people
from tests.features.test_translating import address, server
from tests.moments import NOW
from tests.work.sheets import fields_of

__all__ = ["server"]

LINH = Actor("linh")
ENGLISH = {"language": "en", "origin": "source", "title": "Robots", "summary": "A course.", "description": "Two weeks."}
THAI = {"title": "หุ่นยนต์", "summary": "หลักสูตร", "description": "สองสัปดาห์\n\nที่หนานหนิง"}


@pytest.fixture
def listing_id(site: Site, client: FlaskClient, organisation_id: str) -> str:
    with site.unit_of_work().begin() as session:
        people.add_member(session, people.add_person(session, "Linh"), organisation_id)
        content = {"kind": "scholarship", "country": "CN", "source_language": "en", "translations": [ENGLISH]}
        listing_id = service.begin_posting(session, organisation_id, content, LINH, NOW).listing_id
    people.sign_in(client, site, "linh")
    return listing_id


class Beside:
    """The page of one language, as a browser has it open."""

    def __init__(self, client: FlaskClient, listing_id: str, tag: str) -> None:
        self.client, self.address = client, f"/en/postings/{listing_id}/languages/{tag}"
        self.page = client.get(self.address).text
        self.fields = {name: values[0] for name, values in fields_of(self.page).items()}

    def send(self, action: str = "", script: bool = False, **typed: Any) -> TestResponse:
        accept = "application/json" if script else "text/html"
        return self.client.post(self.address + action, data={**self.fields, **typed}, headers={"Accept": accept})


def states(site: Site, listing_id: str) -> dict[str, str]:
    with site.sessions() as session:
        posting = session.get_one(Posting, listing_id)
        return states_of(session, listing_id, content_of(session, posting))


def text_of(site: Site, listing_id: str, tag: str) -> dict[str, Any]:
    with site.sessions() as session:
        return dict(text_in(session.get_one(Posting, listing_id).content or {}, tag))


def change_original(site: Site, listing_id: str, **parts: str) -> None:
    from portal.posting.drafts.sections import BY_CODE

    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        own = BY_CODE["texts"]
        typed = {**own.show(posting.content or {}), **parts}
        changes = own.read(typed, posting.content or {})
        service.save_draft(session, posting, changes, posting.revision, LINH, NOW)


def test_a_text_is_written_beside_the_original(site: Site, client: FlaskClient, listing_id: str) -> None:
    listed = client.get(f"/en/postings/{listing_id}/languages").text
    assert listed.count("Write it") == 10
    page = Beside(client, listing_id, "th")
    assert "Two weeks." in page.page
    assert "<textarea" in page.page
    assert 'lang="th"' in page.page
    assert page.send(**THAI).location.endswith("/languages")
    assert text_of(site, listing_id, "th") == {"language": "th", "origin": "human", **THAI}
    assert states(site, listing_id) == {"en": "ready", "th": "ready"}
    assert "หุ่นยนต์" in client.get(f"/en/postings/{listing_id}/languages").text


def test_what_lacks_is_told_and_keeps_from_publishing(site: Site, client: FlaskClient, listing_id: str) -> None:
    Beside(client, listing_id, "th").send(title="หุ่นยนต์")
    assert states(site, listing_id)["th"] == "unfinished"
    overview = client.get(f"/en/postings/{listing_id}").text
    assert f"/en/postings/{listing_id}/languages?check=1#th" in overview
    assert client.get(f"/en/postings/{listing_id}/languages?check=1").status_code == 200
    texts = client.get(f"/en/postings/{listing_id}/texts?check=1").text
    assert "error-summary" not in texts


def test_a_changed_original_makes_texts_out_of_date(site: Site, client: FlaskClient, listing_id: str) -> None:
    Beside(client, listing_id, "th").send(**THAI)
    change_original(site, listing_id, description="Three weeks.")
    assert states(site, listing_id)["th"] == "outdated"
    change_original(site, listing_id, description="Two  weeks.")
    assert states(site, listing_id)["th"] == "ready", "it is what it was"
    change_original(site, listing_id, description="Three weeks.")
    page = Beside(client, listing_id, "th")
    assert page.send("/still-right").status_code == 303
    assert states(site, listing_id)["th"] == "ready"


def test_still_right_counts_for_what_was_seen(site: Site, client: FlaskClient, listing_id: str) -> None:
    Beside(client, listing_id, "th").send(**THAI)
    change_original(site, listing_id, description="Three weeks.")
    page = Beside(client, listing_id, "th")
    change_original(site, listing_id, description="Four weeks.")
    answer = page.send("/still-right")
    assert "was changed meanwhile" in client.get(answer.location).text
    assert states(site, listing_id)["th"] == "outdated"


def test_texts_that_came_with_the_draft_belong_to_its_original(site: Site, listing_id: str) -> None:
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        posting.content = {
            **(posting.content or {}),
            "translations": [ENGLISH, {"language": "vi", "origin": "human", **THAI}],
        }
    assert states(site, listing_id)["vi"] == "ready"
    change_original(site, listing_id, title="Drones")
    assert states(site, listing_id)["vi"] == "outdated"


def test_throwing_a_draft_away_brings_former_states_back(site: Site, listing_id: str, client: FlaskClient) -> None:
    from portal.listings.importing import known_references

    Beside(client, listing_id, "th").send(**THAI)
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        service.save_draft(session, posting, {"mode": "online"}, posting.revision, LINH, NOW)
        service.publish_posting(session, posting, known_references(session, site.thesaurus), LINH, NOW)
        service.edit_posting(session, posting, LINH, NOW)
    change_original(site, listing_id, title="Drones")
    assert states(site, listing_id)["th"] == "outdated"
    with site.unit_of_work().begin() as session:
        service.discard_draft(session, session.get_one(Posting, listing_id), LINH, NOW)
    assert states(site, listing_id)["th"] == "ready"


def test_two_who_translate_at_once_choose(site: Site, client: FlaskClient, listing_id: str) -> None:
    first, second = Beside(client, listing_id, "th"), Beside(client, listing_id, "th")
    first.send(**THAI)
    answer = second.send(**{**THAI, "title": "โดรน"})
    assert answer.status_code == 409
    assert "หุ่นยนต์" in answer.text
    assert "โดรน" in answer.text
    chosen = {name: values[0] for name, values in fields_of(answer.text).items()}
    assert chosen["description"].splitlines() == THAI["description"].splitlines(), "nothing typed is lost"
    again = client.post(second.address, data={**chosen, "keep-title": "theirs"})
    assert again.status_code == 303
    assert text_of(site, listing_id, "th")["title"] == "หุ่นยนต์"


def test_the_script_saves_and_hears_of_others(site: Site, client: FlaskClient, listing_id: str) -> None:
    first, second = Beside(client, listing_id, "th"), Beside(client, listing_id, "th")
    answer = first.send(script=True, title="หุ่นยนต์")
    assert answer.status_code == 200
    assert answer.json
    assert answer.json["seen"] != first.fields["seen"]
    refused = second.send(script=True, title="โดรน")
    assert refused.status_code == 409
    assert refused.json
    assert "same" in refused.json["note"]


def test_a_text_is_removed(site: Site, client: FlaskClient, listing_id: str) -> None:
    Beside(client, listing_id, "th").send(**THAI)
    Beside(client, listing_id, "vi").send(**{**THAI, "title": "Rô-bốt"})
    assert Beside(client, listing_id, "th").send("/remove").status_code == 303
    assert states(site, listing_id) == {"en": "ready", "vi": "ready"}
    assert Beside(client, listing_id, "vi").send(title=" ", summary="", description="\n").status_code == 303
    assert states(site, listing_id) == {"en": "ready"}, "a text without a word is none"


@pytest.mark.parametrize("tag", ["en", "xx", "TH", "th-TH", "%00", "zh"])
def test_only_other_languages_of_the_site(client: FlaskClient, listing_id: str, tag: str) -> None:
    assert client.get(f"/en/postings/{listing_id}/languages/{tag}").status_code == 404
    token = people.token_of(client, f"/en/postings/{listing_id}/languages/th")
    for action in ("", "/draft", "/remove"):
        answer = client.post(f"/en/postings/{listing_id}/languages/{tag}{action}", data={"csrf_token": token})
        assert answer.status_code == 404


def test_strange_texts_are_kept_harmless(site: Site, client: FlaskClient, listing_id: str) -> None:
    typed = {
        "title": "a\u202eb\nc",
        "summary": "<script>\x01",
        "description": "\ud800x".encode("utf-8", "replace").decode(),
    }
    answer = Beside(client, listing_id, "th").send(**typed, seen="::: x", go="?")
    assert answer.status_code == 409, "a page that does not say what it began with may write over nothing"
    assert Beside(client, listing_id, "th").send(**typed, go="?").status_code == 303
    assert text_of(site, listing_id, "th")["title"] == "ab c"
    assert "<script>" not in client.get(f"/en/postings/{listing_id}/languages/th").text.partition("<main")[2]


def test_what_is_in_review_or_published_cannot_be_changed(site: Site, client: FlaskClient, listing_id: str) -> None:
    page = Beside(client, listing_id, "th")
    with site.unit_of_work().begin() as session:
        session.get_one(Posting, listing_id).state = "in-review"
    assert "<textarea" not in client.get(page.address).text
    assert page.send(**THAI).status_code == 409
    assert text_of(site, listing_id, "th") == {}


@pytest.fixture
def translating(app: Flask, site: Site, server: HTTPServer) -> Iterator[HTTPServer]:
    settings = replace(site.settings, translation_url=address(server), translation_api_key="secret")
    app.extensions["site"] = replace(site, settings=settings)
    yield server
    app.extensions["site"] = site


def test_a_machine_drafts_and_a_person_makes_it_theirs(
    site: Site, client: FlaskClient, listing_id: str, translating: HTTPServer
) -> None:
    assert "Let a machine draft it" in client.get(f"/en/postings/{listing_id}/languages").text
    answer = Beside(client, listing_id, "th").send("/draft")
    assert "a machine’s draft" in client.get(answer.location).text
    assert text_of(site, listing_id, "th")["title"] == "[en-th] Robots"
    assert states(site, listing_id)["th"] == "machine"
    page = Beside(client, listing_id, "th")
    page.send()
    assert text_of(site, listing_id, "th")["origin"] == "human"
    assert states(site, listing_id)["th"] == "ready"
    answer = Beside(client, listing_id, "th").send("/draft")
    assert "was changed meanwhile" in client.get(answer.location).text, "it never takes the place of a person's text"
    assert text_of(site, listing_id, "th")["origin"] == "human"


def test_a_machine_that_cannot_says_so(
    site: Site, client: FlaskClient, listing_id: str, translating: HTTPServer
) -> None:
    answer = Beside(client, listing_id, "km").send("/draft")
    assert "does not know these two languages" in client.get(answer.location).text
    translating.RequestHandlerClass.broken = True  # type: ignore[attr-defined]
    answer = Beside(client, listing_id, "th").send("/draft")
    assert "does not answer" in client.get(answer.location).text
    change_original(site, listing_id, summary="")
    answer = Beside(client, listing_id, "th").send("/draft")
    assert "Finish it first" in client.get(answer.location).text
    assert states(site, listing_id).keys() == {"en"}


def test_the_machine_is_asked_only_so_often(
    site: Site, client: FlaskClient, listing_id: str, translating: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "translation-person", Limit(1, timedelta(days=1)))
    for status in (303, 429):
        assert Beside(client, listing_id, "th").send("/draft").status_code == status


def test_without_a_server_there_is_no_machine(client: FlaskClient, listing_id: str) -> None:
    assert "machine" not in client.get(f"/en/postings/{listing_id}/languages").text
    assert Beside(client, listing_id, "th").send("/draft").status_code == 404


def test_a_machines_draft_of_an_older_original_is_not_taken(site: Site, listing_id: str) -> None:
    from portal.posting.translations.service import put_machine_draft

    text = {"language": "th", "origin": "machine", **THAI}
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        with pytest.raises(Conflict):
            put_machine_draft(session, posting, text, "of another", LINH, NOW)
