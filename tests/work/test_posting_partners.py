"""Partners are asked, answer, and are shown accordingly."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.actor import Actor
from portal.demo.builders import make_organisation
from portal.listings.importing import known_references
from portal.listings.models import PartnerConfirmation
from portal.posting import service
from portal.posting.models import Posting
from portal.posting.partners.jobs import ask_named_partners
from portal.site import Site
from portal.teams.models import Team
from tests import people
from tests.letters import letters_to
from tests.moments import NOW
from tests.people import browser_of, token_of

LINH = Actor("linh")
TEXT = {"language": "en", "origin": "source", "title": "Robots for rice", "summary": "A course.", "description": "x"}


@pytest.fixture
def partner_id(site: Site, organisation_id: str) -> str:
    """A partner with a team (Somchai manages, Ek edits), and a host with one (Linh edits)."""
    with site.unit_of_work().begin() as session:
        partner_id = make_organisation(session, "Chiang Mai Test University", "TH").id
        people.add_member(session, people.add_person(session, "Linh"), organisation_id)
        people.add_member(session, people.add_person(session, "Somchai"), partner_id, "manager")
        people.add_member(session, people.add_person(session, "Ek"), partner_id, "editor")
    return partner_id


def begin(site: Site, organisation_id: str, *partners: str) -> str:
    content: dict[str, Any] = {
        "kind": "overseas-training", "source_language": "en", "country": "CN", "mode": "online", "translations": [TEXT],
        "partners": [{"organisation_id": one, "role": "home"} for one in partners],
    }  # fmt: skip
    with site.unit_of_work().begin() as session:
        return service.begin_posting(session, organisation_id, content, LINH, NOW).listing_id


def publish(site: Site, listing_id: str) -> None:
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        service.publish_posting(session, posting, known_references(session, site.thesaurus), LINH, NOW)


def submit(site: Site, listing_id: str) -> None:
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        assert service.submit_posting(session, posting, known_references(session, site.thesaurus), LINH, NOW)


def answer(app: Flask, who: str, listing_id: str, partner_id: str, action: str, **typed: str) -> Any:
    browser = browser_of(app, who)
    token = token_of(browser, "/en/partner-requests") or token_of(browser, "/en/account")
    address = f"/en/partner-requests/{listing_id}/{partner_id}/{action}"
    return browser.post(address, data={"csrf_token": token, **typed})


def test_managers_of_a_partner_are_asked_once(app: Flask, site: Site, organisation_id: str, partner_id: str) -> None:
    listing_id = begin(site, organisation_id, partner_id)
    ask_named_partners(site)
    assert letters_to(app, "somchai@example.org") == [], "a draft is nobody else's business"
    submit(site, listing_id)
    for _twice in range(2):
        ask_named_partners(site)
    (letter,) = letters_to(app, "somchai@example.org")
    assert "Robots for rice" in letter.text
    assert letters_to(app, "ek@example.org") == []
    publish(site, listing_id)
    ask_named_partners(site)
    assert len(letters_to(app, "somchai@example.org")) == 1


def test_confirming_is_told_and_shown(app: Flask, site: Site, organisation_id: str, partner_id: str) -> None:
    listing_id = begin(site, organisation_id, partner_id)
    publish(site, listing_id)
    ask_named_partners(site)
    assert "named by the host" in browser_of(app).get(f"/en/listings/{listing_id}").text
    page = browser_of(app, "somchai").get("/en/partner-requests").text
    assert "Robots for rice" in page
    assert answer(app, "somchai", listing_id, partner_id, "confirm").status_code == 303
    shown = browser_of(app).get(f"/en/listings/{listing_id}").text
    assert "confirmed by the partner" in shown
    assert "named by the host" not in shown
    (letter,) = letters_to(app, "linh@example.org")
    assert "confirms that it takes part" in letter.subject
    answer(app, "somchai", listing_id, partner_id, "confirm")
    assert len(letters_to(app, "linh@example.org")) == 1, "said twice, told once"


def test_declining_takes_the_partner_out(app: Flask, site: Site, organisation_id: str, partner_id: str) -> None:
    listing_id = begin(site, organisation_id, partner_id)
    publish(site, listing_id)
    ask_named_partners(site)
    assert answer(app, "somchai", listing_id, partner_id, "decline", reason="We were not asked.").status_code == 303
    assert "Chiang Mai" not in browser_of(app).get(f"/en/listings/{listing_id}").text.partition("<main")[2]
    (letter,) = letters_to(app, "linh@example.org")
    assert "We were not asked." in letter.text
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        service.edit_posting(session, posting, LINH, NOW)
        service.save_draft(session, posting, {"credits": 3}, posting.revision, LINH, NOW)
        assert posting.content
        assert posting.content["partners"] == []
        again = {"partners": [{"organisation_id": partner_id, "role": "home"}]}
        service.save_draft(session, posting, again, posting.revision, LINH, NOW)
        assert posting.content["partners"] == again["partners"]
    submit(site, listing_id)
    ask_named_partners(site)
    assert len(letters_to(app, "somchai@example.org")) == 2, "named anew, asked anew"


def test_a_partner_may_think_again(app: Flask, site: Site, organisation_id: str, partner_id: str) -> None:
    listing_id = begin(site, organisation_id, partner_id)
    publish(site, listing_id)
    ask_named_partners(site)
    answer(app, "somchai", listing_id, partner_id, "decline", reason="No.")
    answer(app, "somchai", listing_id, partner_id, "confirm")
    with site.sessions() as session:
        assert session.get_one(PartnerConfirmation, (listing_id, partner_id)).state == "confirmed"
    assert len(letters_to(app, "linh@example.org")) == 2


@pytest.mark.parametrize("reason", ["", "  ", "\u202e", "x" * 1001])
def test_declining_wants_a_reason(app: Flask, site: Site, organisation_id: str, partner_id: str, reason: str) -> None:
    listing_id = begin(site, organisation_id, partner_id)
    publish(site, listing_id)
    ask_named_partners(site)
    refused = answer(app, "somchai", listing_id, partner_id, "decline", reason=reason)
    assert refused.status_code == 422
    assert "error-summary" in refused.text
    assert reason.strip("\u202e ") in refused.text
    with site.sessions() as session:
        assert session.get_one(PartnerConfirmation, (listing_id, partner_id)).state == "asked"


def test_whoever_has_no_team_is_named_by_the_host(
    app: Flask, site: Site, organisation_id: str, partner_id: str
) -> None:
    with site.unit_of_work().begin() as session:
        other_id = make_organisation(session, "A school without a team", "LA").id
        session.get_one(Team, partner_id).suspended_at = NOW
    listing_id = begin(site, organisation_id, other_id, partner_id, organisation_id)
    publish(site, listing_id)
    ask_named_partners(site)
    with site.unit_of_work().begin() as session:
        assert session.query(PartnerConfirmation).count() == 0
        people.add_member(session, people.add_person(session, "Bounmy"), other_id, "manager")
    ask_named_partners(site)
    assert len(letters_to(app, "bounmy@example.org")) == 1, "a team that is founded later is asked, too"


def test_a_new_partner_in_a_changed_listing_is_asked(
    app: Flask, site: Site, organisation_id: str, partner_id: str
) -> None:
    listing_id = begin(site, organisation_id)
    publish(site, listing_id)
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        service.edit_posting(session, posting, LINH, NOW)
        partners = [{"organisation_id": partner_id, "role": "home"}]
        service.save_draft(session, posting, {"partners": partners}, posting.revision, LINH, NOW)
    submit(site, listing_id)
    ask_named_partners(site)
    assert "It is not published yet." in browser_of(app, "somchai").get("/en/partner-requests").text
    assert answer(app, "somchai", listing_id, partner_id, "confirm").status_code == 303


def test_requests_that_name_nobody_any_more_are_gone(
    app: Flask, client: FlaskClient, site: Site, organisation_id: str, partner_id: str
) -> None:
    listing_id = begin(site, organisation_id, partner_id)
    submit(site, listing_id)
    ask_named_partners(site)
    with site.unit_of_work().begin() as session:
        session.get_one(Posting, listing_id).state = "returned"
    assert "Robots" not in browser_of(app, "somchai").get("/en/partner-requests").text
    assert answer(app, "somchai", listing_id, partner_id, "confirm").status_code == 404
