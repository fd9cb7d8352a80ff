"""What programs of organisations do with their listings, and how a request is done once however often it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import retention
from portal.core.actor import Actor
from portal.core.errors import Conflict, NotFound
from portal.core.paging import Page
from portal.listings.models import Listing
from portal.listings.record_parts import Known
from portal.listings.records import DERIVED
from portal.posting import service
from portal.posting.bulk.columns import SYSTEM
from portal.posting.bulk.queries import current_records
from portal.posting.bulk.rows import merge
from portal.posting.drafts.checking import read_draft
from portal.posting.models import IdempotencyKey, Posting
from portal.posting.workflow import is_open
from portal.teams.models import ApiKey

OUTCOMES = ("published", "in-review", "scheduled", "draft", "unchanged", "closed", "discarded")
Answer = dict[str, Any]


class Outdated(Conflict):
    """The listing is no longer at the revision that the program knows."""


@dataclass(frozen=True)
class Program:
    """A program at work for an organisation, with all it needs."""

    session: Session
    key: ApiKey
    known: Known
    now: datetime

    @property
    def organisation_id(self) -> str:
        """The organisation it works for."""
        return self.key.organisation_id

    @property
    def actor(self) -> Actor:
        """Who answers for it: the person who made the key."""
        return Actor(self.key.created_by, None, {self.organisation_id: "editor"})


def add_listing(program: Program, record: Mapping[str, Any], is_draft: bool) -> Answer:
    """A new listing from a record. Raises `Invalid` ("posting.incomplete") with all problems."""
    content = {"posted_at": program.now.isoformat(), **_of_host(record)}
    session, now = program.session, program.now
    posting = service.begin_posting(session, program.organisation_id, content, program.actor, now)
    session.flush()
    return _proposed(program, posting, is_draft)


def replace_listing(
    program: Program, listing_id: str, record: Mapping[str, Any], is_draft: bool, revision: int | None
) -> Answer:
    """Give a listing the facts of a record: what the record lacks is gone. Raises as `add_listing`, `NotFound`,
    `Outdated`, and `Conflict` while it is being reviewed."""
    posting, before = _own(program, listing_id, revision)
    if posting.content is not None and not is_open(posting):
        raise Conflict("posting.locked", state=posting.state)
    wanted = {**dict.fromkeys(key for key in before if key not in SYSTEM), **_of_host(record)}
    changes = merge(before, wanted)
    if not changes and (posting.content is None or is_draft):
        return _answer(program, posting, "unchanged")
    service.edit_posting(program.session, posting, program.actor, program.now)
    service.save_draft(program.session, posting, changes, posting.revision, program.actor, program.now)
    return _proposed(program, posting, is_draft)


def remove_listing(program: Program, listing_id: str, revision: int | None) -> Answer:
    """Close a published listing; a draft that was never published is thrown away."""
    posting, _before = _own(program, listing_id, revision)
    listing = program.session.get(Listing, listing_id)
    if listing is None:
        service.discard_draft(program.session, posting, program.actor, program.now)
        return {"outcome": "discarded", **_summary(program.session, posting), "state": "none"}
    if listing.state == "closed":
        return _answer(program, posting, "unchanged")
    if listing.state != "published":
        raise Conflict("listing.not-published", state=listing.state)
    service.move_listing(program.session, posting, "close", program.actor, program.now)
    return _answer(program, posting, "closed")


def show_posting(program: Program, listing_id: str) -> Answer:
    """A listing of the organisation as its team sees it, with what keeps its draft from being published."""
    posting, record = _own(program, listing_id, None)
    problems = read_draft(record, program.known)[1] if posting.content is not None else []
    return {
        **_summary(program.session, posting),
        "record": dict(record),
        "problems": [{"field": one.field, "reason": one.reason, **one.parameters} for one in problems],
    }


def list_postings(program: Program, page: int, per_page: int) -> Page[Answer]:
    """All listings of the organisation as its team sees them, what changed last first. Raises `NotFound` past the
    end."""
    own = Posting.organisation_id == program.organisation_id
    total = program.session.scalar(sa.select(sa.func.count()).where(own)) or 0
    query = sa.select(Posting).where(own).order_by(Posting.saved_at.desc(), Posting.listing_id)
    found = program.session.scalars(query.offset((page - 1) * per_page).limit(per_page))
    return Page([_summary(program.session, posting) for posting in found], total, page, per_page)


def earlier_answer(program: Program, key: str, request: str) -> IdempotencyKey | None:
    """What was answered when this request was first sent with this key. Raises `Conflict` where it was another one."""
    old = sa.delete(IdempotencyKey).where(IdempotencyKey.created_at < retention.ANSWERS.before(program.now))
    program.session.execute(old)
    found = program.session.get(IdempotencyKey, (program.key.id, key))
    if found is not None and found.request != request:
        raise Conflict("idempotency.other-request", key=key)
    return found


def keep_answer(program: Program, key: str, request: str, status: int, answer: Answer) -> None:
    """Remember what was answered, for when the same is sent again."""
    kept = {"request": request, "status": status, "answer": answer, "created_at": program.now}
    program.session.add(IdempotencyKey(api_key_id=program.key.id, key=key, **kept))


def _of_host(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a host says; what follows from it, and what the site itself keeps, may be there and is not read."""
    return {key: value for key, value in record.items() if key not in (*SYSTEM, *DERIVED, "url", "organisation")}


def _own(program: Program, listing_id: str, revision: int | None) -> tuple[Posting, Mapping[str, Any]]:
    found = current_records(program.session, program.organisation_id, [listing_id]).get(listing_id)
    if found is None:
        raise NotFound("listing.unknown", id=listing_id)
    if revision is not None and found[0].revision != revision:
        raise Outdated("posting.changed", revision=found[0].revision)
    return found


def _proposed(program: Program, posting: Posting, is_draft: bool) -> Answer:
    if is_draft:
        return _answer(program, posting, "draft")
    state = service.submit_posting(program.session, posting, program.known, program.actor, program.now)
    return _answer(program, posting, "published" if state == "none" else state)


def _answer(program: Program, posting: Posting, outcome: str) -> Answer:
    program.session.flush()
    program.session.refresh(posting)
    return {"outcome": outcome, **_summary(program.session, posting)}


def _summary(session: Session, posting: Posting) -> Answer:
    listing = session.get(Listing, posting.listing_id)
    return {
        "id": posting.listing_id,
        "state": posting.state,
        "listing_state": listing.state if listing else None,
        "revision": posting.revision,
        "saved_at": posting.saved_at.isoformat(),
    }
