"""What a person saves, changes and forgets. One verb a function."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.alerts.models import Alert, CalendarFeed, SavedListing, SavedSearch, SharedSearch, StopLink
from portal.alerts.queries import count_listings, count_searches, find_same_search, get_search
from portal.alerts.schedule import due_at
from portal.alerts.shared_searches import ORGANISATION, ask, ask_later, naming
from portal.core.database import insert_or
from portal.core.errors import Conflict, NotFound
from portal.core.ids import CHANCE, new_id
from portal.core.secrets import digest, new_token
from portal.listings.models import Listing
from portal.listings.queries import SHOWN_STATES
from portal.site import Site

MOST_LISTINGS, MOST_SEARCHES = 500, 50  # of one person


def save_listing(session: Session, user_id: str, listing_id: str, now: datetime) -> Listing | None:
    """Keep a listing that anybody may see; the listing, or None if it was kept already. Raises `NotFound`, and
    `Conflict` ("saved.full") where there are too many."""
    listing = session.get(Listing, listing_id)
    if listing is None or listing.state not in SHOWN_STATES:
        raise NotFound("listing.unknown", id=listing_id)
    row = {"user_id": user_id, "listing_id": listing_id, "note": "", "tell": False, "saved_at": now}
    insert = insert_or(session, SavedListing).values(row).on_conflict_do_nothing()
    added = session.scalar(insert.returning(SavedListing.listing_id)) is not None
    if count_listings(session, user_id) > MOST_LISTINGS:
        raise Conflict("saved.full", number=MOST_LISTINGS)
    return listing if added else None


def note_listing(session: Session, user_id: str, listing_id: str, note: str, tell: bool) -> None:
    """Write what a person notes about a kept listing, and whether a letter is wanted when it takes applications again.
    Raises `NotFound`."""
    saved = _saved(session, user_id, listing_id)
    saved.note, saved.tell = note, tell


def forget_listing(session: Session, user_id: str, listing_id: str) -> None:
    """Keep a listing no more. Raises `NotFound`."""
    session.delete(_saved(session, user_id, listing_id))


def save_search(
    session: Session, site: Site, user: User, query: str, language: str, name: str, frequency: str
) -> SavedSearch:
    """Keep a search, by its canonical query string. Raises `Conflict` where there are too many, or the same is kept
    already."""
    now, asked = site.clock(), ask(session, site, query, language)
    if find_same_search(session, user.id, query, language) is not None:
        raise Conflict("search.known")
    if count_searches(session, user.id) >= MOST_SEARCHES:
        raise Conflict("searches.full", number=MOST_SEARCHES)
    search = SavedSearch(
        id=new_id(CHANCE, 12), user_id=user.id, name=name, query=query, language=language, frequency=frequency,
        digest=asked, saved_at=now,
    )  # fmt: skip
    session.add(search)
    return search


def change_search(session: Session, user: User, search_id: str, name: str, frequency: str, now: datetime) -> None:
    """Another name, or letters at other times: what waits comes when the next letter of the new kind is due. Raises
    `NotFound`."""
    search = get_search(session, user.id, search_id)
    search.name = name
    if search.frequency != frequency:
        search.frequency = frequency
        waiting = sa.update(Alert).where(Alert.search_id == search_id, Alert.told_at.is_(None))
        values = {"told_at": now} if frequency == "never" else {"due_at": due_at(frequency, user.language, now)}
        session.execute(waiting.values(values))


def forget_search(session: Session, user_id: str, search_id: str) -> None:
    """Keep a search no more. Raises `NotFound`."""
    session.delete(get_search(session, user_id, search_id))


def move_searches(session: Session, old: str, new: str) -> None:
    """Let every search that names an organisation name the one that it has become part of. Where a person keeps the
    same for that one already, the two are one."""
    names_it = SavedSearch.query.contains(urlencode({ORGANISATION: old}), autoescape=True)
    searches = session.scalars(sa.select(SavedSearch).where(names_it).order_by(SavedSearch.id)).all()
    before = {search.digest for search in searches}
    for search in searches:
        query = naming(search.query, old, new)
        same = find_same_search(session, search.user_id, query, search.language)
        if same is None:
            search.query, search.digest = query, ask_later(session, query, search.language).digest
        elif same is not search:
            _unite(session, search, same)
    session.flush()
    asked = sa.exists().where(SavedSearch.digest == SharedSearch.digest)
    gone = sa.delete(SharedSearch).where(SharedSearch.digest.in_(before), ~asked)
    session.execute(gone, execution_options={"synchronize_session": False})


def open_calendar(session: Session, user_id: str, now: datetime) -> str:
    """The token of a new address for a person's calendar; the one before ends."""
    token = new_token()
    session.merge(CalendarFeed(user_id=user_id, digest=digest(token), made_at=now))
    return token


def close_calendar(session: Session, user_id: str) -> None:
    """End the address of a person's calendar."""
    session.execute(sa.delete(CalendarFeed).where(CalendarFeed.user_id == user_id))


def _unite(session: Session, repeated: SavedSearch, kept: SavedSearch) -> None:
    """What was found for one and not told yet is told for the other, and links in letters end those of the other."""
    plainly = {"synchronize_session": False}
    links = sa.update(StopLink).where(StopLink.search_id == repeated.id).values(search_id=kept.id)
    session.execute(links, execution_options=plainly)
    if kept.frequency != "never":
        there = sa.select(Alert.opening_id).where(Alert.search_id == kept.id)
        waiting = sa.update(Alert).where(Alert.search_id == repeated.id, Alert.told_at.is_(None))
        moved = waiting.where(Alert.opening_id.not_in(there)).values(search_id=kept.id)
        session.execute(moved, execution_options=plainly)
    session.delete(repeated)
    session.flush()


def _saved(session: Session, user_id: str, listing_id: str) -> SavedListing:
    saved = session.get(SavedListing, (user_id, listing_id))
    if saved is None:
        raise NotFound("saved.unknown", id=listing_id)
    return saved
