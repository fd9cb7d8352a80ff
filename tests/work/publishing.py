"""A posting in any state, for the tests of publication."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.actor import Actor
from portal.listings.importing import known_references
from portal.listings.models import Listing
from portal.listings.record_parts import Known
from portal.mail.models import Letter
from portal.posting import service
from portal.posting.models import Posting
from portal.site import Site
from tests import people
from tests.moments import NOW

TEXTS = {"title": "Robots for rice", "summary": "A joint programme.", "description": "Two years in the fields."}
CONTENT: dict[str, Any] = {
    "kind": "joint-programme", "source_language": "en", "country": "CN", "mode": "onsite",
    "posted_at": NOW.isoformat(), "translations": [{"language": "en", "origin": "source", **TEXTS}],
}  # fmt: skip
LINH, MO = Actor("linh"), Actor("mo", "moderator")
SOON = NOW + timedelta(days=3)
DRAFTS = ("none", "editing", "in-review", "returned", "scheduled")
LISTINGS = (None, "published", "suspended", "closed", "archived")


def known(site: Site, session: Session) -> Known:
    return known_references(session, site.thesaurus)


def add_team(session: Session, organisation_id: str, trusted: bool = False) -> None:
    """Linh writes for the organisation, Ray only reads; Mo is a moderator."""
    people.add_member(session, people.add_person(session, "Linh", language="vi"), organisation_id, "editor", trusted)
    people.add_member(session, people.add_person(session, "Ray"), organisation_id, "reviewer")
    people.add_person(session, "Mo", "moderator")


def add_posting(
    site: Site,
    session: Session,
    organisation_id: str,
    draft: str = "editing",
    listing: str | None = None,
    **content: Any,
) -> Posting:
    """A posting whose draft and published listing are in these states."""
    posting = service.begin_posting(session, organisation_id, {**CONTENT, **content}, LINH, NOW)
    session.flush()
    if listing is not None:
        service.publish_posting(session, posting, known(site, session), LINH, NOW)
        session.get_one(Listing, posting.listing_id).state = listing
        if draft != "none":
            service.edit_posting(session, posting, LINH, NOW)
    posting.state = draft
    if draft == "scheduled":
        posting.publish_at, posting.accepted_at = SOON, NOW
    if draft == "in-review":
        posting.submitted_at, posting.submitted_by = NOW, "linh"
    session.flush()
    return posting


def at(site: Site, moment: datetime) -> Site:
    """The same site at another time."""
    return replace(site, clock=lambda: moment)


def letters(session: Session) -> list[tuple[str, str, str]]:
    """Template, language and address of all letters that were posted."""
    query = sa.select(Letter.template, Letter.language, Letter.address).order_by(Letter.queued_at, Letter.id)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
