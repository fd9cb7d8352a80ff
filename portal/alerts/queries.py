"""Reads of what a person saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.alerts.models import CalendarFeed, SavedListing, SavedSearch
from portal.core.errors import NotFound
from portal.core.secrets import digest
from portal.listings.models import Listing
from portal.listings.queries import SHOWN_STATES, whole_listings


@dataclass(frozen=True)
class Kept:
    """A listing that a person keeps, loaded whole."""

    saved: SavedListing
    listing: Listing


def list_kept(session: Session, user_id: str) -> list[Kept]:
    """All listings of a person that anybody may still see, the one saved last first."""
    rows = session.scalars(
        sa.select(SavedListing).where(SavedListing.user_id == user_id).order_by(SavedListing.saved_at.desc())
    ).all()
    query = whole_listings().join(SavedListing, SavedListing.listing_id == Listing.id)
    query = query.where(SavedListing.user_id == user_id, Listing.state.in_(SHOWN_STATES))
    listings = {listing.id: listing for listing in session.scalars(query)}
    return [Kept(row, listings[row.listing_id]) for row in rows if row.listing_id in listings]


def get_kept(session: Session, user_id: str, listing_id: str) -> Kept:
    """One listing of a person. Raises `NotFound`."""
    found = next((one for one in list_kept(session, user_id) if one.listing.id == listing_id), None)
    if found is None:
        raise NotFound("saved.unknown", id=listing_id)
    return found


def saved_ids(session: Session, user_id: str) -> frozenset[str]:
    """The ids of all listings that a person keeps."""
    return frozenset(session.scalars(sa.select(SavedListing.listing_id).where(SavedListing.user_id == user_id)))


def list_searches(session: Session, user_id: str) -> Sequence[SavedSearch]:
    """All searches of a person, the one saved last first."""
    query = sa.select(SavedSearch).where(SavedSearch.user_id == user_id)
    return session.scalars(query.order_by(SavedSearch.saved_at.desc(), SavedSearch.id)).all()


def get_search(session: Session, user_id: str, search_id: str) -> SavedSearch:
    """One search of a person. Raises `NotFound`."""
    search = session.get(SavedSearch, search_id)
    if search is None or search.user_id != user_id:
        raise NotFound("search.unknown", id=search_id)
    return search


def find_same_search(session: Session, user_id: str, query: str, language: str) -> SavedSearch | None:
    """The search of a person that asks the same, if it is kept already."""
    same = sa.select(SavedSearch).where(
        SavedSearch.user_id == user_id, SavedSearch.query == query, SavedSearch.language == language
    )
    return session.scalars(same).first()


def count_listings(session: Session, user_id: str) -> int:
    """How many listings a person keeps."""
    return _count(session, SavedListing.user_id == user_id)


def count_searches(session: Session, user_id: str) -> int:
    """How many searches a person keeps."""
    return _count(session, SavedSearch.user_id == user_id)


def find_calendar(session: Session, user_id: str) -> CalendarFeed | None:
    """The calendar of a person, if it has an address."""
    return session.get(CalendarFeed, user_id)


def get_owner_of_calendar(session: Session, token: str) -> str:
    """Whose calendar an address is. Raises `NotFound` for one that is no more, or never was, and while the account is
    suspended."""
    own = sa.select(CalendarFeed.user_id).join(User, User.id == CalendarFeed.user_id)
    owner = session.scalar(own.where(CalendarFeed.digest == digest(token), User.suspended_at.is_(None)))
    if owner is None:
        raise NotFound("page.unknown")
    return owner


def _count(session: Session, condition: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).where(condition)) or 0
