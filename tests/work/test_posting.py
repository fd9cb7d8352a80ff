"""Drafts become listings: what is wrong with them, who saved first, what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.core.actor import Actor
from portal.core.errors import Conflict, Invalid
from portal.listings.importing import known_references
from portal.listings.models import Listing
from portal.listings.record_parts import Known
from portal.posting import service
from portal.posting.drafts.checking import read_draft
from portal.posting.models import Posting
from portal.posting.queries import list_versions
from portal.site import Site
from tests import people
from tests.moments import NOW

TEXTS = {"title": "Robots for rice", "summary": "A joint programme.", "description": "Two years."}
CONTENT: dict[str, Any] = {
    "kind": "joint-programme", "source_language": "en", "country": "CN", "mode": "onsite",
    "posted_at": NOW.isoformat(), "translations": [{"language": "en", "origin": "source", **TEXTS}],
}  # fmt: skip


@pytest.fixture
def posting(site: Site, organisation_id: str) -> Posting:
    with site.unit_of_work().begin() as session:
        linh = people.add_person(session, "Linh")
        people.add_member(session, linh, organisation_id)
        return service.begin_posting(session, organisation_id, CONTENT, Actor("linh"), NOW)


def known(site: Site, session: Session) -> Known:
    return known_references(session, site.thesaurus)


def test_all_mistakes_of_a_draft_are_told_at_once(site: Site) -> None:
    content = {
        **CONTENT, "id": "abc", "kind": "holiday", "months_min": 9, "months_max": 3, "concepts": ["nothing"],
        "money": [{"item": "stipend", "payer": "host", "amount": "5"}],
        "deadlines": [{"purpose": "host", "local_time": "2027-01-01T17:00", "zone": "Mars/Base"}],
        "translations": [{"language": "en", "origin": "source", "title": "", "summary": "", "description": "x"}],
    }  # fmt: skip
    with site.sessions() as session:
        listing, problems = read_draft(content, known(site, session))
    assert listing is None
    found = {(problem.field, problem.reason) for problem in problems}
    assert found == {
        ("kind", "unknown-code"),
        ("concepts[0]", "unknown-code"),
        ("translations[0].title", "missing-field"),
        ("translations[0].summary", "missing-field"),
        ("deadlines[0].zone", "unknown-zone"),
        ("money[0].currency", "amount-and-currency-go-together"),
        ("months_max", "out-of-range"),
    }


def test_a_draft_is_published_and_changed(site: Site, posting: Posting) -> None:
    linh, moderator = Actor("linh"), Actor("mo", "moderator")
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, posting.listing_id)
        assert service.submit_posting(session, posting, known(site, session), linh, NOW) == "in-review"
        with pytest.raises(Conflict):
            service.save_draft(session, posting, {"credits": 3}, posting.revision, linh, NOW)
        service.accept_posting(session, posting, known(site, session), moderator, NOW)
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, posting.listing_id)
        assert (posting.state, posting.content) == ("none", None)
        service.edit_posting(session, posting, linh, NOW)
        service.save_draft(session, posting, {"credits": 12}, posting.revision, linh, NOW)
        assert session.get_one(Listing, posting.listing_id).credits is None
        service.publish_posting(session, posting, known(site, session), moderator, NOW)
    with site.sessions() as session:
        assert session.get_one(Listing, posting.listing_id).credits == 12
        versions = list_versions(session, posting.listing_id)
        assert [(one.version, one.record["credits"]) for one in versions] == [(2, 12), (1, None)]


def test_who_saves_second_is_told(site: Site, posting: Posting) -> None:
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, posting.listing_id)
        service.save_draft(session, posting, {"credits": 3}, 0, Actor("linh"), NOW)
        with pytest.raises(Conflict) as told:
            service.save_draft(session, posting, {"credits": 4}, 0, Actor("linh"), NOW)
    assert told.value.code == "posting.changed"


def test_what_is_incomplete_is_not_published(site: Site, posting: Posting) -> None:
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, posting.listing_id)
        service.save_draft(session, posting, {"mode": None}, 0, Actor("linh"), NOW)
        with pytest.raises(Invalid) as told:
            service.submit_posting(session, posting, known(site, session), Actor("linh"), NOW)
    assert told.value.parameters["problems"] == [{"field": "mode", "reason": "missing-field"}]


def test_a_trusted_team_publishes_at_once(site: Site, organisation_id: str) -> None:
    with site.unit_of_work().begin() as session:
        people.add_member(session, people.add_person(session, "Linh"), organisation_id, trusted=True)
        posting = service.begin_posting(session, organisation_id, CONTENT, Actor("linh"), NOW)
        assert service.submit_posting(session, posting, known(site, session), Actor("linh"), NOW) == "none"
        assert session.get_one(Listing, posting.listing_id).state == "published"
