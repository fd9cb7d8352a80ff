"""What the list of an organisation's listings shows, for one reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.accounts.queries import names_of_people
from portal.core.paging import Page
from portal.listings.models import Listing
from portal.posting.drafts.advice import decisive_moment
from portal.posting.drafts.completeness import questions
from portal.posting.editing.page import title_of
from portal.posting.models import Posting
from portal.posting.queries import records_of
from portal.posting.shelf.queries import STATES, Entry, ShelfFilter, list_postings, narrowed, whole_texts
from portal.posting.shelf.service import refusal
from portal.posting.workflow import BY_ACTION
from portal.web import formats
from portal.web.messages import gettext
from portal.web.text import Text

PER_PAGE = 25


@dataclass(frozen=True)
class Row:
    """One posting in the list of an organisation."""

    id: str
    title: Text
    kind: str
    state: str  # of the draft; "none": there is none
    listing_state: str | None  # of the published listing
    reference: str
    deadline: str
    answered: int
    asked: int
    languages: int  # in how many it has a whole text
    saved_at: datetime
    saved_by: str
    confirmed_at: datetime | None  # of the published listing
    is_asked: bool  # whether it is still right


@dataclass(frozen=True)
class Shelf:
    """A page of the list: its rows, and how many there are in each state of what else is asked for."""

    rows: Page[Row]
    counts: Mapping[str, int]
    everything: int  # in all states
    total: int  # of the organisation


@dataclass(frozen=True)
class Planned:
    """What an action would do with one listing; `refusal`: why it does not (None: it does)."""

    row: Row
    becomes: str
    refusal: str | None


def shelf(
    session: Session, organisation_id: str, entries: Sequence[Entry], wanted: ShelfFilter, number: int, now: datetime,
    reader: str,
) -> Shelf:  # fmt: skip
    """A page of the list. Raises `NotFound` past its end."""
    alike = narrowed(entries, replace(wanted, state=""), now)
    counted = Counter(state for one in alike for state in one.states)
    found = [one for one in alike if not wanted.state or wanted.state in one.states]
    ids = [one.id for one in found[(number - 1) * PER_PAGE : number * PER_PAGE]]
    rows = rows_of(session, organisation_id, ids, reader)
    return Shelf(
        Page(rows, len(found), number, PER_PAGE), {state: counted[state] for state in STATES}, len(alike), len(entries)
    )


def rows_of(session: Session, organisation_id: str, ids: Sequence[str], reader: str) -> list[Row]:
    """Some postings of an organisation as rows, in the order asked for."""
    pairs = list_postings(session, organisation_id, ids)
    postings = [posting for posting, _listing in pairs]
    records, writers = records_of(session, postings), names_of_people(session, (one.saved_by for one in postings))
    return [_row(posting, listing, records.get(posting.listing_id, {}), writers, reader) for posting, listing in pairs]


def plan(rows: Iterable[Row], action: str) -> list[Planned]:
    """What an action would do with each of some listings; what it does not change stands last."""
    found = [Planned(row, BY_ACTION[action].targets[0], refusal(action, row.listing_state)) for row in rows]
    return sorted(found, key=lambda one: one.refusal is not None)


def _row(
    posting: Posting, listing: Listing | None, content: Mapping[str, Any], writers: Mapping[str, str], reader: str
) -> Row:
    asked = questions(content)
    return Row(
        id=posting.listing_id,
        title=title_of(content, reader),
        kind=str(content.get("kind") or ""),
        state=posting.state,
        listing_state=listing.state if listing else None,
        reference=str(content.get("reference") or ""),
        deadline=_deadline(content, reader),
        answered=sum(question.answered for question in asked),
        asked=len(asked),
        languages=len(whole_texts(content)),
        saved_at=posting.saved_at,
        saved_by=writers.get(posting.saved_by or "", ""),
        confirmed_at=(listing.confirmed_at or listing.posted_at) if listing else None,
        is_asked=posting.asked_at is not None and listing is not None and listing.state == "published",
    )


def _deadline(content: Mapping[str, Any], reader: str) -> str:
    """The day that counts, as far as the draft has one."""
    if content.get("rolling") is True:
        return gettext("Applications at any time")
    decisive = decisive_moment(content)
    return formats.day(decisive.local.date(), reader) if decisive else ""
