"""Reads of feeds and the sitemap: when things last changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.listings.models import Listing, Partner


@dataclass(frozen=True)
class Dates:
    """When a listing was posted and when it last changed."""

    posted_at: datetime
    updated_at: datetime


def find_dates(session: Session, ids: Iterable[str]) -> dict[str, Dates]:
    """The dates of those listings that exist."""
    query = sa.select(Listing.id, Listing.posted_at, Listing.updated_at).where(Listing.id.in_(list(ids)))
    return {listing_id: Dates(posted_at, updated_at) for listing_id, posted_at, updated_at in session.execute(query)}


def list_published(session: Session) -> list[tuple[str, datetime]]:
    """All published listings, each with its last change."""
    query = sa.select(Listing.id, Listing.updated_at).where(Listing.state == "published").order_by(Listing.id)
    return [(listing_id, updated_at) for listing_id, updated_at in session.execute(query)]


def list_organisations_with_listings(session: Session) -> list[tuple[str, datetime]]:
    """Hosts and partners of published listings, each with the last change of any of these."""
    published = Listing.state == "published"
    hosts = sa.select(Listing.organisation_id, Listing.updated_at).where(published)
    partners = sa.select(Partner.organisation_id, Listing.updated_at).join(Listing).where(published)
    latest: dict[str, datetime] = {}
    for organisation_id, updated_at in session.execute(hosts.union(partners)):
        if organisation_id is not None:
            latest[organisation_id] = max(updated_at, latest.get(organisation_id, updated_at))
    return sorted(latest.items())
