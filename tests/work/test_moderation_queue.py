"""The queue of listings: narrowed, the longest first; two who decide at once; reasons in the languages of the team."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.core.audit import AuditEvent
from portal.core.errors import Conflict
from portal.core.messages import translated
from portal.demo.builders import make_organisation
from portal.listings.models import Listing
from portal.mail.pages import Pages
from portal.moderation.listings.queries import DAYS, PER_PAGE, STATES, QueueFilter
from portal.posting.models import Posting
from portal.posting.publication import service as publication
from portal.posting.publication.reasons import REASONS
from portal.posting.publication.service import Reason
from portal.site import Site
from tests import people
from tests.letters import letters_to
from tests.moments import NOW
from tests.work.publishing import MO, TEXTS, add_posting, add_team, known

QUEUE = "/en/moderation/listings"
PAGES = Pages("https://exchange.example")


@pytest.fixture
def team(site: Site, organisation_id: str) -> str:
    with site.unit_of_work().begin() as session:
        add_team(session, organisation_id)
    return organisation_id


@pytest.fixture
def mo(app: Flask, team: str) -> FlaskClient:
    return people.browser_of(app, "mo")


def add(site: Site, team: str, draft: str, listing: str | None, title: str, days: int = 0, **content: str) -> str:
    texts = [{"language": "en", "origin": "source", **TEXTS, "title": title}]
    with site.unit_of_work().begin() as session:
        posting = add_posting(site, session, team, draft, listing, translations=texts, **content)
        posting.submitted_at = NOW - timedelta(days=days)
        if listing:
            session.get_one(Listing, posting.listing_id).updated_at = NOW - timedelta(days=days)
        return posting.listing_id


def shown(page: str, *titles: str) -> list[str]:
    """Those titles that stand on a page, in its order."""
    return sorted((title for title in titles if f">{title}<" in page), key=page.index)


def test_the_queue_is_narrowed_and_in_order(site: Site, team: str, mo: FlaskClient) -> None:
    with site.unit_of_work().begin() as session:
        other = make_organisation(session, "University Elsewhere").id
        people.add_member(session, people.add_person(session, "Otto"), other, "manager")
    add(site, team, "in-review", None, "Rice", 2)
    add(site, other, "in-review", None, "Silk", 9, kind="scholarship")
    add(site, team, "returned", None, "Tea")
    add(site, team, "editing", "published", "Jade", 4)
    add(site, team, "none", "archived", "Bamboo")
    everything = ("Rice", "Silk", "Tea", "Jade", "Bamboo")
    for query, found in (
        ("", ["Silk", "Rice"]), ("?kind=scholarship", ["Silk"]), (f"?organisation={team}", ["Rice"]),
        ("?days=7", ["Silk"]), ("?days=1&kind=joint-programme", ["Rice"]), ("?days=14", []),
        ("?state=returned", ["Tea"]), ("?state=published", ["Jade"]), ("?state=published&days=3", ["Jade"]),
        ("?state=archived", ["Bamboo"]), ("?state=suspended", []), ("?state=editing", ["Silk", "Rice"]),
        ("?days=x&kind=y", ["Silk", "Rice"]), ("?page=x", ["Silk", "Rice"]),
    ):  # fmt: skip
        page = mo.get(QUEUE + query).text
        assert shown(page, *everything) == found, query
    assert "Listings (2)</a>" in mo.get("/en/moderation").text
    assert mo.get(f"{QUEUE}?page=2").status_code == 404
    assert "University Elsewhere" in mo.get(QUEUE).text


def test_a_draft_that_nobody_proposed_is_not_shown_with_its_listing(site: Site, team: str, mo: FlaskClient) -> None:
    listing_id = add(site, team, "editing", "published", "Jade")
    with site.unit_of_work().begin() as session:
        posting = session.get_one(Posting, listing_id)
        texts = [{"language": "en", "origin": "source", **TEXTS, "title": "A secret plan"}]
        posting.content = {**(posting.content or {}), "translations": texts, "kind": "scholarship"}
    page = mo.get(f"{QUEUE}?state=published").text
    assert shown(page, "Jade", "A secret plan") == ["Jade"]
    assert shown(mo.get(f"{QUEUE}?state=published&kind=scholarship").text, "Jade") == []


def test_a_long_queue_has_pages(site: Site, team: str, mo: FlaskClient) -> None:
    titles = [f"Number {number}." for number in range(PER_PAGE + 2)]
    for number, title in enumerate(titles):
        add(site, team, "in-review", None, title, 99 - number)
    assert shown(mo.get(QUEUE).text, *titles) == titles[:PER_PAGE]
    assert shown(mo.get(f"{QUEUE}?page=2").text, *titles) == titles[PER_PAGE:]


@given(st.dictionaries(st.sampled_from(["state", "organisation", "kind", "days"]), st.text(max_size=60)))
def test_any_address_of_the_queue_can_be_read(asked: dict[str, str]) -> None:
    wanted = QueueFilter.read(asked)
    assert QueueFilter.read(wanted.asked) == wanted
    assert wanted.state in STATES
    assert wanted.days in (0, *DAYS)


def test_of_two_moderators_who_decide_at_the_same_moment_one_is_told(site: Site, team: str) -> None:
    """Both have looked at the same draft; one accepts it while the other returns it."""
    with site.unit_of_work().begin() as session:
        people.add_person(session, "Mei", "moderator")
    for _round in range(3):
        listing_id = add(site, team, "in-review", None, "Rice")
        with site.sessions() as session:
            revision = session.get_one(Posting, listing_id).revision
        barrier = Barrier(2)

        def decide(accepts: bool, own: str = listing_id, seen: int = revision, both: Barrier = barrier) -> str:
            both.wait()
            try:
                with site.unit_of_work().begin() as session:
                    posting = session.get_one(Posting, own)
                    if accepts:
                        publication.accept(session, posting, seen, {}, False, known(site, session), MO, NOW, PAGES)
                    else:
                        reason = Reason(("duplicate",))
                        publication.send_back(session, posting, seen, {}, reason, MO, NOW, PAGES)
            except Conflict as conflict:
                return conflict.code
            return "done"

        with ThreadPoolExecutor(2) as pool:
            outcomes = sorted(pool.map(decide, (True, False)))
        assert outcomes == ["done", "posting.decided"]
        with site.sessions() as session:
            decisions = sa.select(AuditEvent.event).where(AuditEvent.object_id == listing_id)
            events = set(session.scalars(decisions)) & {"posting.accepted", "posting.returned"}
            assert len(events) == 1


@pytest.mark.parametrize("action", ["suspend", "reinstate"])
def test_who_comes_second_reads_what_happened(site: Site, team: str, mo: FlaskClient, action: str) -> None:
    listing_id = add(site, team, "none", "suspended" if action == "suspend" else "published", "Rice")
    data = {"csrf_token": people.token_of(mo, "/en/account"), "reasons": ["duplicate"]}
    answer = mo.post(f"{QUEUE}/{listing_id}/{action}", data=data)
    assert answer.status_code == 409
    assert "Meanwhile somebody else has changed it." in answer.text


@pytest.mark.parametrize("action", ["return", "suspend"])
def test_reasons_are_read_in_the_language_of_each_editor(app: Flask, site: Site, team: str, action: str) -> None:
    with site.unit_of_work().begin() as session:
        people.add_member(session, people.add_person(session, "Mali", language="th"), team, "manager")
        posting = session.get_one(Posting, add_in(site, session, team, action))
        reason = Reason(("money-unclear",), "Xin sửa <học phí>.", "vi")
        if action == "return":
            publication.send_back(session, posting, posting.revision, {}, reason, MO, NOW, PAGES)
        else:
            publication.suspend(session, posting, reason, MO, NOW, PAGES)
    for name, language in (("linh", "vi"), ("mali", "th")):
        [letter] = letters_to(app, f"{name}@example.org")
        sentence = translated(REASONS["money-unclear"], language)
        assert sentence != REASONS["money-unclear"]
        assert sentence.split()[0] in letter.text
        assert sentence in " ".join(letter.text.split())
        assert "Xin sửa <học phí>." in letter.text
        assert 'lang="vi"' in letter.html  # the moderator's words, in the language of who proposed it


def add_in(site: Site, session: Session, team: str, action: str) -> str:
    draft, listing = ("in-review", None) if action == "return" else ("none", "published")
    return add_posting(site, session, team, draft, listing).listing_id
