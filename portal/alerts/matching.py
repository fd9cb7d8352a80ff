"""From openings to the saved searches that they answer.

Not every search is asked about every listing: the keys of the new listings lead to the searches that may want one of
them (`keys.py`), and only these are asked, each distinct one once, of a small index in memory that holds nothing but
the new listings. What answers is decided by the search engine itself, as the search stands: what a page offers instead,
when nothing has all that was asked for, causes no letter.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from portal.accounts.models import User
from portal.alerts.keys import keys_of_listing
from portal.alerts.mails import tell_watchers
from portal.alerts.models import Alert, SavedSearch, SharedSearch, SharedSearchKey
from portal.alerts.schedule import due_at
from portal.alerts.shared_searches import file_search, list_unread, parse
from portal.indexing.loading import load_documents
from portal.listings.document import SCHEMA, open_ranges
from portal.listings.models import ListingOpening
from portal.site import Site
from search.documents import Document
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchRequest
from search.results import Hit

OPENINGS = 500  # looked at together
UNREAD = 200  # shared searches read anew at a time
_SHOWN_REASONS = 3
_AT_ONCE = 5_000  # values of a statement
_ROWS = 1_000  # rows of an insert

Matches = dict[str, tuple[Hit, ...]]  # digest of a shared search → the new listings that answer it


def read_some(site: Site) -> bool:
    """Read some shared searches anew that were read by other labels; whether there were any."""
    edition = site.labels_edition
    with site.unit_of_work().begin() as session:
        searches = list_unread(session, edition, UNREAD)
        for search in searches:
            file_search(session, site, search, edition)
    return bool(searches)


def match_some(site: Site) -> bool:
    """Find the searches that wait for some openings, and note who is to be told; whether there were any openings.

    What is found is noted in one transaction with the openings having been looked at: a worker that dies before has
    changed nothing, and of two that are at the same openings the second notes nothing.
    """
    now = site.clock()
    with site.sessions() as session:
        openings = list(
            session.execute(
                sa.select(ListingOpening.id, ListingOpening.listing_id)
                .where(ListingOpening.looked_at.is_(None))
                .order_by(ListingOpening.id)
                .limit(OPENINGS)
            )
        )
        matches = _find(site, session, [listing_id for _id, listing_id in openings], now)
    if not openings:
        return False
    with site.unit_of_work().begin() as session:
        mine = _take(session, [opening_id for opening_id, _listing in openings], now)
        note_alerts(session, matches, mine, now)
        tell_watchers(session, site, mine, now)
    return True


def find_matches(site: Site, session: Session, documents: Sequence[Document], now: datetime) -> Matches:
    """The shared searches that somebody waits for and that some of these listings answer."""
    batch = Batch(site, documents, now)
    found: Matches = {}
    for search in _candidates(session, [keys_of_listing(document) for document in documents]):
        if hits := batch.answers(search.query, search.language):
            found[search.digest] = hits
    return found


class Batch:
    """Some listings in an index of their own, in memory."""

    def __init__(self, site: Site, documents: Sequence[Document], now: datetime) -> None:
        self._site, self._now, self._size = site, now, len(documents)
        pool = StaticPool(_in_memory)
        self._engine = EmbeddedEngine(SCHEMA, site.thesaurus, pool.connect)
        self._engine.put(documents)

    def answers(self, query: str, language: str) -> tuple[Hit, ...]:
        """Those that answer a search as it stands and take applications now."""
        asked = parse(query)
        understanding = self._site.understand(asked.q, language, self._now)
        request = SearchRequest(
            understanding, language, self._now, chosen=asked.chosen, ranges=open_ranges(self._now), limit=self._size,
            facets=(),
        )  # fmt: skip
        results = self._engine.search(request)
        return () if results.relaxed or results.widened else results.hits


def _in_memory() -> Any:
    return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)


def note_alerts(session: Session, matches: Matches, openings: Mapping[str, int], now: datetime) -> None:
    """Note, for each saved search that shares one of these, the openings that answer it. `openings`: listing → id."""
    for digests in _chunks(sorted(matches)):
        query = (
            sa.select(SavedSearch.id, SavedSearch.user_id, SavedSearch.frequency, SavedSearch.digest, User.language)
            .join(User, User.id == SavedSearch.user_id)
            .where(SavedSearch.digest.in_(digests), SavedSearch.frequency != "never")
        )
        rows = [
            {
                "search_id": search_id, "user_id": user_id, "opening_id": openings[hit.id],
                "reasons": _reasons(hit), "due_at": due_at(frequency, language, now),
            }
            for search_id, user_id, frequency, digest, language in session.execute(query)
            for hit in matches[digest]
            if hit.id in openings
        ]  # fmt: skip
        for start in range(0, len(rows), _ROWS):
            session.execute(sa.insert(Alert), rows[start : start + _ROWS])


def _find(site: Site, session: Session, ids: Sequence[str], now: datetime) -> Matches:
    waiting = sa.select(SavedSearch.id).where(SavedSearch.frequency != "never").limit(1)
    if not ids or session.scalar(waiting) is None:
        return {}
    documents = list(load_documents(session, site.thesaurus, site.labels, list(dict.fromkeys(ids))))
    return find_matches(site, session, documents, now) if documents else {}


def _candidates(session: Session, listings: Sequence[set[str]]) -> Iterator[SharedSearch]:
    """The shared searches that somebody wants letters about and of which some listing, by its keys, has every group."""
    having: dict[str, list[int]] = {}
    for number, keys in enumerate(listings):
        for key in keys:
            having.setdefault(key, []).append(number)
    filed = _filed(session, having)
    for digests in _chunks(sorted(filed)):
        for search in session.scalars(sa.select(SharedSearch).where(SharedSearch.digest.in_(digests))):
            if any(_has_all(listings[number], search.groups) for number in filed[search.digest]):
                yield search


def _filed(session: Session, having: Mapping[str, list[int]]) -> dict[str, set[int]]:
    """Digest of a shared search → the listings that have a key under which it is filed."""
    wanted = sa.exists().where(SavedSearch.digest == SharedSearchKey.digest, SavedSearch.frequency != "never")
    filed: dict[str, set[int]] = {}
    for keys in _chunks(sorted(having)):
        rows = sa.select(SharedSearchKey.key, SharedSearchKey.digest).where(SharedSearchKey.key.in_(keys), wanted)
        for key, digest in session.execute(rows):
            filed.setdefault(digest, set()).update(having[key])
    return filed


def _has_all(keys: set[str], groups: Sequence[Sequence[str]]) -> bool:
    return all(not keys.isdisjoint(group) for group in groups)


def _take(session: Session, ids: Sequence[int], now: datetime) -> dict[str, int]:
    """Mark openings as looked at; those that nobody had marked: listing → the last of its openings."""
    taken = sa.update(ListingOpening).where(ListingOpening.id.in_(ids), ListingOpening.looked_at.is_(None))
    rows = session.execute(taken.values(looked_at=now).returning(ListingOpening.listing_id, ListingOpening.id))
    return dict(sorted((listing_id, opening_id) for listing_id, opening_id in rows))


def _reasons(hit: Hit) -> list[dict[str, Any]]:
    return [asdict(reason) for reason in hit.reasons[:_SHOWN_REASONS]]


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
