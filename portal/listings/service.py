"""Changes to listings. Each notes itself for the search index in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from portal.core.outbox import enqueue
from portal.listings.models import Listing, ListingOpening
from portal.listings.queries import whole_listings
from portal.listings.record_parts import PARTS
from portal.listings.records import to_record
from portal.listings.time import takes_applications

OUTBOX_KIND = "listing"
BATCH = 500


@dataclass(frozen=True)
class ImportCounts:
    """What an import did."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def plus(self, other: ImportCounts) -> ImportCounts:
        """Both together."""
        return ImportCounts(self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged)


def add_listing(session: Session, listing: Listing, now: datetime) -> Listing:
    """Add a new listing with all its parts; the index learns of it."""
    session.add(listing)
    enqueue(session, OUTBOX_KIND, listing.id, now)
    note_opening(session, listing, False, now, "new")
    return listing


def note_opening(session: Session, listing: Listing, was_open: bool, now: datetime, cause: str = "reopened") -> None:
    """Note that a listing, changed in this transaction, takes applications, unless it did so before. Whatever changes
    its state, deadlines or places comes by here."""
    if not was_open and takes_applications(listing, now):
        session.add(ListingOpening(listing=listing, opened_at=now, cause=cause))


def import_listings(session: Session, listings: Iterable[Listing], now: datetime) -> ImportCounts:
    """Add new listings, bring known ones to the given state, leave equal ones alone.

    Read the whole file (`importing.read_listings`) before the transaction begins, so that nothing is half imported.
    """
    total, wanted = ImportCounts(), list({listing.id: listing for listing in listings}.values())
    for start in range(0, len(wanted), BATCH):  # a statement takes only so many ids
        total = total.plus(_import_batch(session, wanted[start : start + BATCH], now))
    return total


def _import_batch(session: Session, listings: Sequence[Listing], now: datetime) -> ImportCounts:
    ids = [listing.id for listing in listings]
    known = {old.id: old for old in session.scalars(whole_listings().where(Listing.id.in_(ids)))}
    added = changed = 0
    for listing in listings:
        old = known.get(listing.id)
        if old is None:
            add_listing(session, listing, now)
            added += 1
        elif _content(old) != _content(listing):
            replace_listing(session, old, listing, now)
            enqueue(session, OUTBOX_KIND, listing.id, now)
            changed += 1
    return ImportCounts(added, changed, len(listings) - added - changed)


def _content(listing: Listing) -> dict[str, object]:
    """Everything but the version, which belongs to this database."""
    return {key: value for key, value in to_record(listing).items() if key != "version"}


def replace_listing(session: Session, old: Listing, new: Listing, now: datetime) -> None:
    """Give a listing the values and parts of another; its version grows by one."""
    was_open = takes_applications(old, now)
    columns = inspect(Listing).column_attrs.keys()
    for name in columns:
        if name not in ("id", "version"):
            setattr(old, name, getattr(new, name))
    old.version += 1
    for name in PARTS:
        parts = list(getattr(new, name))
        getattr(new, name).clear()
        getattr(old, name).clear()
        session.flush()  # the old rows go first: a language may be there once only
        getattr(old, name).extend(parts)
    note_opening(session, old, was_open, now)
