"""Who may ask for the pages beside a posting's form: one row an address, one column a role."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.actor import Actor
from portal.demo.builders import make_organisation
from portal.posting import service
from portal.posting.models import Posting
from portal.posting.partners.service import ask_partners
from portal.site import Site
from tests import people
from tests.moments import NOW
from tests.people import browser_of, token_of

TEXTS = [
    {"language": "en", "origin": "source", "title": "Robots", "summary": "A.", "description": "B."},
    {"language": "th", "origin": "human", "title": "หุ่นยนต์", "summary": "ก", "description": "ข"},
]
# Visitor, stranger (manages another organisation, a partner of it), reviewer, editor, manager, moderator.
WHO = (None, "stranger", "reviewer", "editor", "manager", "moderator")
PAGES = {
    "/postings/{id}/languages":              (303, 404, 200, 200, 200, 404),
    "/postings/{id}/languages/th":           (303, 404, 200, 200, 200, 404),
    "/postings/{id}/languages/vi":           (303, 404, 200, 200, 200, 404),
    "/postings/{id}/preview":                (303, 404, 200, 200, 200, 404),
    "/postings/{id}/topics":                 (303, 404, 200, 200, 200, 404),
    "/postings/{id}/copy":                   (303, 404, 403, 200, 200, 404),
    "/postings/nothing/preview":             (303, 404, 404, 404, 404, 404),
    "/partner-requests":                     (303, 200, 200, 200, 200, 200),
}  # fmt: skip
IN_REVIEW = {
    "/postings/{id}/languages":              (303, 404, 200, 200, 200, 200),
    "/postings/{id}/languages/th":           (303, 404, 200, 200, 200, 200),
    "/postings/{id}/preview":                (303, 404, 200, 200, 200, 200),
    "/postings/{id}/topics":                 (303, 404, 200, 200, 200, 200),
    "/postings/{id}/copy":                   (303, 404, 403, 200, 200, 403),
}  # fmt: skip
ACTIONS = {
    "/postings/{id}/languages/vi":                 (303, 404, 403, 303, 303, 404),
    "/postings/{id}/languages/th/still-right":     (303, 404, 403, 303, 303, 404),
    "/postings/{id}/languages/vi/draft":           (303, 404, 403, 404, 404, 404),
    "/postings/{id}/languages/th/remove":          (303, 404, 403, 303, 303, 404),
    "/postings/{id}/topics":                       (303, 404, 403, 303, 303, 404),
    "/postings/{id}/copy":                         (303, 404, 403, 422, 422, 404),
    "/partner-requests/{asked}/{partner}/decline": (303, 422, 404, 404, 404, 404),
    "/partner-requests/{asked}/{partner}/confirm": (303, 303, 404, 404, 404, 404),
    "/partner-requests/{id}/{partner}/confirm":    (303, 404, 404, 404, 404, 404),
}  # fmt: skip


@pytest.fixture
def places(site: Site, organisation_id: str) -> dict[str, str]:
    """A draft, and one that was proposed and names another organisation."""
    with site.unit_of_work().begin() as session:
        for role in ("reviewer", "editor", "manager"):
            people.add_member(session, people.add_person(session, role), organisation_id, role)
        people.add_person(session, "moderator", "moderator")
        other = make_organisation(session, "Another college").id
        people.add_member(session, people.add_person(session, "stranger"), other, "manager")
        content = {"kind": "scholarship", "source_language": "en", "country": "CN", "translations": TEXTS}
        draft = service.begin_posting(session, organisation_id, content, Actor("editor"), NOW)
        partners = {"partners": [{"organisation_id": other, "role": "home"}]}
        asked = service.begin_posting(session, organisation_id, {**content, **partners}, Actor("editor"), NOW)
        asked.state = "in-review"
        session.flush()
        assert ask_partners(session, NOW, lambda _language: "https://exchange.example/") == 1
    return {"id": draft.listing_id, "asked": asked.listing_id, "partner": other}


@pytest.mark.parametrize("place", range(len(WHO)), ids=map(str, WHO))
def test_who_may_open_what(app: Flask, site: Site, places: dict[str, str], place: int) -> None:
    browser = browser_of(app, WHO[place])
    answers = {path: browser.get("/en" + path.format(**places)).status_code for path in PAGES}
    assert answers == {path: expected[place] for path, expected in PAGES.items()}
    with site.unit_of_work().begin() as session:
        session.get_one(Posting, places["id"]).state = "in-review"
    answers = {path: browser.get("/en" + path.format(**places)).status_code for path in IN_REVIEW}
    assert answers == {path: expected[place] for path, expected in IN_REVIEW.items()}


@pytest.mark.parametrize("place", range(len(WHO)), ids=map(str, WHO))
def test_who_may_do_what(app: Flask, site: Site, places: dict[str, str], place: int) -> None:
    browser = browser_of(app, WHO[place])
    token = token_of(browser, "/en/account" if WHO[place] else "/en/sign-in")
    for path, expected in ACTIONS.items():
        data = {"csrf_token": token, "decision": "accept:robotics", "title": "Rô-bốt", "seen": _seen(browser, places)}
        answer = browser.post("/en" + path.format(**places), data=data)
        assert answer.status_code == expected[place], path


def _seen(browser: object, places: dict[str, str]) -> str:
    page = browser.get(f"/en/postings/{places['id']}/languages/vi").text  # type: ignore[attr-defined]
    return str(page.partition('name="seen" value="')[2].partition('"')[0])


def test_texts_of_reviewers_have_no_buttons(app: Flask, places: dict[str, str]) -> None:
    browser = browser_of(app, "reviewer")
    for path in ("languages", "languages/th", "topics"):
        assert (
            '<form method="post"' not in browser.get(f"/en/postings/{places['id']}/{path}").text.partition("<main")[2]
        )
