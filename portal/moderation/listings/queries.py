"""The queue of listings, narrowed: what waits for a decision, and everything else that moderators look up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.paging import Page
from portal.listings.codes import KINDS
from portal.listings.models import Listing
from portal.listings.queries import whole_listings
from portal.listings.records import to_record
from portal.posting.models import Posting

DRAFT_STATES = ("in-review", "scheduled", "returned")
STATES = (*DRAFT_STATES, "suspended", "published", "closed", "archived")
DAYS = (1, 3, 7, 14, 30)  # that something has waited for at least
PER_PAGE, MOST_ORGANISATIONS = 25, 300


@dataclass(frozen=True)
class QueueFilter:
    """What the queue is narrowed to; what waits for a decision, unless another state is asked for."""

    state: str = "in-review"
    organisation: str = ""
    kind: str = ""
    days: int = 0

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> QueueFilter:
        """What an address asks for; values that cannot be are left out."""
        days = asked.get("days", "")
        return cls(
            state=asked["state"] if asked.get("state") in STATES else cls.state,
            organisation=asked.get("organisation", "")[:40],
            kind=asked["kind"] if asked.get("kind") in KINDS else "",
            days=int(days) if days in map(str, DAYS) else 0,
        )

    @property
    def asked(self) -> dict[str, str]:
        """The same as parameters of an address."""
        state = "" if self.state == QueueFilter.state else self.state
        values = {"state": state, "organisation": self.organisation, "kind": self.kind, "days": str(self.days or "")}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Queued:
    """A posting in the queue, since when it is in its state, and whether anything of it is published."""

    posting: Posting
    since: datetime
    is_new: bool


def list_queue(session: Session, wanted: QueueFilter, page: int, now: datetime) -> Page[Queued]:
    """What is asked for, the longest waiting first. Raises `NotFound` past the end."""
    conditions = list(_conditions(wanted, now))
    total = session.scalar(_joined(sa.func.count()).where(*conditions)) or 0
    since = _since(wanted.state)
    query = _joined(Posting, since, Listing.id).where(*conditions).order_by(since, Posting.listing_id)
    rows = session.execute(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    found = [Queued(posting, moment or posting.created_at, listing is None) for posting, moment, listing in rows]
    return Page(found, total, page, PER_PAGE)


def records_in(session: Session, queued: Sequence[Queued], state: str) -> Mapping[str, Mapping[str, Any]]:
    """What each says, by id: what was proposed, or what is published; drafts that nobody has proposed are its team's
    business."""
    postings = [one.posting for one in queued]
    if state in DRAFT_STATES:
        return {posting.listing_id: posting.content or {} for posting in postings}
    published = whole_listings().where(Listing.id.in_([posting.listing_id for posting in postings]))
    return {listing.id: to_record(listing) for listing in session.scalars(published)}


def list_organisations_in(session: Session, state: str) -> Sequence[str]:
    """The organisations that have anything in a state."""
    query = _joined(Posting.organisation_id).where(_is_in(state)).distinct()
    return session.scalars(query.order_by(Posting.organisation_id).limit(MOST_ORGANISATIONS)).all()


def _joined(*columns: Any) -> sa.Select[Any]:
    return sa.select(*columns).select_from(Posting).outerjoin(Listing, Listing.id == Posting.listing_id)


def _conditions(wanted: QueueFilter, now: datetime) -> Iterator[sa.ColumnElement[bool]]:
    yield _is_in(wanted.state)
    if wanted.organisation:
        yield Posting.organisation_id == wanted.organisation
    if wanted.kind:
        drafted = wanted.state in DRAFT_STATES
        yield (Posting.content["kind"].as_string() if drafted else Listing.kind) == wanted.kind
    if wanted.days:
        yield _since(wanted.state) <= now - timedelta(days=wanted.days)


def _is_in(state: str) -> sa.ColumnElement[bool]:
    return Posting.state == state if state in DRAFT_STATES else Listing.state == state


def _since(state: str) -> Any:
    return Posting.submitted_at if state in DRAFT_STATES else Listing.updated_at
