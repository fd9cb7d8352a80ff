"""Reading an organisation's listings as its team sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.actor import Actor
from portal.core.errors import Forbidden, NotFound
from portal.listings.models import Listing
from portal.listings.queries import whole_listings
from portal.listings.records import to_record
from portal.posting import policy
from portal.posting.models import ListingVersion, Posting


def get_posting(session: Session, listing_id: str, actor: Actor) -> Posting:
    """A posting that the actor may see. Raises `NotFound` for any other: nobody learns that it exists."""
    posting = session.get(Posting, listing_id)
    if posting is None or not policy.may_see_draft(actor, posting):
        raise NotFound("posting.unknown", id=listing_id)
    return posting


def get_own_posting(session: Session, listing_id: str, actor: Actor) -> Posting:
    """A posting that the actor may change. Raises `NotFound` as `get_posting` does, and `Forbidden`."""
    posting = get_posting(session, listing_id, actor)
    if not policy.may_edit(actor, posting):
        raise Forbidden("not.permitted")
    return posting


def content_of(session: Session, posting: Posting) -> Mapping[str, Any]:
    """What a posting says: its draft, else the record of its published listing."""
    return records_of(session, [posting]).get(posting.listing_id, {})


def records_of(session: Session, postings: Sequence[Posting]) -> dict[str, Mapping[str, Any]]:
    """What each posting says, by id: its draft, else the record of its published listing."""
    found: dict[str, Mapping[str, Any]] = {one.listing_id: one.content for one in postings if one.content is not None}
    wanted = [one.listing_id for one in postings if one.content is None]
    if wanted:
        published = session.scalars(whole_listings().where(Listing.id.in_(wanted)))
        found |= {listing.id: to_record(listing) for listing in published}
    return found


def list_versions(session: Session, listing_id: str) -> Sequence[ListingVersion]:
    """The published versions of a listing, the newest first."""
    query = sa.select(ListingVersion).where(ListingVersion.listing_id == listing_id)
    return session.scalars(query.order_by(ListingVersion.version.desc())).all()
