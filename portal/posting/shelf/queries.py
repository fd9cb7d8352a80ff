"""An organisation's listings, light enough to be narrowed, searched and put in order all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.listings.codes import PROSE
from portal.listings.models import Deadline, Listing, Translation
from portal.posting.drafts.advice import decisive_moment
from portal.posting.models import Posting
from search.analysis.cleaning import clean, simplify
from search.analysis.folding import fold

DRAFT_STATES = ("editing", "returned", "in-review", "scheduled")
STATES = (*DRAFT_STATES, "published", "closed", "archived", "suspended")
ORDERS = ("saved", "deadline")


@dataclass(frozen=True)
class ShelfFilter:
    """What a list is narrowed to, and its order; empty means everything. `lacks`: a language without a text."""

    text: str = ""
    state: str = ""
    kind: str = ""
    lacks: str = ""
    order: str = "saved"


@dataclass(frozen=True)
class Entry:
    """One posting, as far as lists are narrowed by it."""

    id: str
    states: frozenset[str]  # of the draft and of the published listing
    kind: str
    languages: frozenset[str]  # that there is a whole text in
    words: str  # titles in all languages, reference and id, in the form in which they are compared
    deadline: datetime | None
    changed_at: datetime
    is_asked: bool  # whether it is still right


def list_entries(session: Session, organisation_id: str) -> list[Entry]:
    """All postings of an organisation, what changed last first."""
    query = (
        sa.select(Posting, Listing.state, Listing.kind, Listing.reference, Listing.rolling, Listing.updated_at)
        .outerjoin(Listing, Listing.id == Posting.listing_id)
        .where(Posting.organisation_id == organisation_id)
    )
    published = Posting.organisation_id == organisation_id, Posting.content.is_(None)
    texts = _by_listing(session, (Translation.language, Translation.title), Translation.listing_id, published)
    of_deadline = (Deadline.purpose, Deadline.local_time, Deadline.zone)
    deadlines = _by_listing(session, of_deadline, Deadline.listing_id, published)
    entries = []
    for posting, state, kind, reference, rolling, updated_at in session.execute(query):
        content = posting.content
        if content is None:
            content = {
                "kind": kind, "reference": reference, "rolling": rolling,
                "translations": [dict.fromkeys(PROSE, row.title) | {"language": row.language}
                                 for row in texts.get(posting.listing_id, ())],
                "deadlines": [{"purpose": row.purpose, "local_time": row.local_time.isoformat(), "zone": row.zone}
                              for row in deadlines.get(posting.listing_id, ())],
            }  # fmt: skip
        entries.append(_entry(posting, content, state, updated_at))
    return sorted(entries, key=lambda one: (-one.changed_at.timestamp(), one.id))


def narrowed(entries: Iterable[Entry], wanted: ShelfFilter, now: datetime) -> list[Entry]:
    """Those that are asked for, in the order asked for. By deadline: what can still be missed first, the nearest first;
    then what has none; then what is over, the latest first."""
    words = folded(wanted.text).split()
    found = [
        one for one in entries
        if (not wanted.state or wanted.state in one.states)
        and (not wanted.kind or one.kind == wanted.kind)
        and (not wanted.lacks or wanted.lacks not in one.languages)
        and all(word in one.words for word in words)
    ]  # fmt: skip
    return sorted(found, key=lambda one: _urgency(one, now)) if wanted.order == "deadline" else found


def list_postings(session: Session, organisation_id: str, ids: Sequence[str]) -> list[tuple[Posting, Listing | None]]:
    """Some postings of an organisation, each with its published listing, in the order asked for; those of others are
    left out."""
    query = (
        sa.select(Posting, Listing)
        .outerjoin(Listing, Listing.id == Posting.listing_id)
        .where(Posting.organisation_id == organisation_id, Posting.listing_id.in_(ids))
    )
    found = {posting.listing_id: (posting, listing) for posting, listing in session.execute(query)}
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def folded(text: str) -> str:
    """Text in the form in which it is compared."""
    return fold(simplify(clean(text)))


def whole_texts(content: Mapping[str, Any]) -> frozenset[str]:
    """The languages that a record has a whole text in."""
    return frozenset(str(text.get("language")) for text in _texts(content) if all(text.get(part) for part in PROSE))


def _by_listing(session: Session, columns: Sequence[Any], owner: Any, published: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    query = sa.select(owner.label("owner"), *columns).join(Posting, Posting.listing_id == owner).where(*published)
    for row in session.execute(query):
        found.setdefault(row.owner, []).append(row)
    return found


def _entry(posting: Posting, content: Mapping[str, Any], state: str | None, updated_at: datetime | None) -> Entry:
    moment = None if content.get("rolling") is True else decisive_moment(content)
    titles = [str(text.get("title") or "") for text in _texts(content)]
    return Entry(
        id=posting.listing_id,
        states=frozenset({posting.state, state or ""} - {"none", ""}),
        kind=str(content.get("kind") or ""),
        languages=whole_texts(content),
        words=folded(" ".join([*titles, str(content.get("reference") or ""), posting.listing_id])),
        deadline=moment.at if moment else None,
        changed_at=max(posting.saved_at, updated_at or posting.saved_at),
        is_asked=posting.asked_at is not None and state == "published",
    )


def _texts(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    texts = content.get("translations")
    return [text for text in (texts if isinstance(texts, list) else ()) if isinstance(text, dict)]


def _urgency(one: Entry, now: datetime) -> tuple[int, float]:
    if one.deadline is None:
        return 1, 0.0
    ahead = one.deadline.timestamp() - now.timestamp()
    return (0, ahead) if ahead >= 0 else (2, -ahead)
