"""Reads of listings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.listings import eligibility, time
from portal.listings.models import Listing, Partner
from portal.organisations.models import Organisation

PER_PAGE = 20
SHOWN_STATES = ("published", "closed")  # states in which anybody may open a listing's page


@dataclass(frozen=True)
class Counts:
    """How much there is, for the home page. "Open" means that an application would still be in time."""

    published: int
    open: int
    organisations: int
    open_by_kind: Mapping[str, int]
    open_by_country: Mapping[str, int]


@dataclass(frozen=True)
class Corridor:
    """From a home country to a host country: open listings, and the places in those that state them."""

    home: str
    host: str
    listings: int
    places: int


def get_listing(session: Session, listing_id: str) -> Listing:
    """One listing that anybody may see, with everything loaded. Raises `NotFound`."""
    query = whole_listings().where(Listing.id == listing_id, Listing.state.in_(SHOWN_STATES))
    listing: Listing | None = session.scalars(query).one_or_none()
    if listing is None:
        raise NotFound("listing.unknown", id=listing_id)
    return listing


def find_listings(session: Session, ids: Sequence[str]) -> list[Listing]:
    """Those published listings of a list of ids that exist, with everything loaded, in the order asked for."""
    found = {listing.id: listing for listing in session.scalars(_published().where(Listing.id.in_(ids)))}
    return [found[listing_id] for listing_id in dict.fromkeys(ids) if listing_id in found]


def list_published_ids(session: Session) -> list[str]:
    """The ids of all published listings, in a stable order."""
    return list(session.scalars(sa.select(Listing.id).where(Listing.state == "published").order_by(Listing.id)))


def list_by_organisation(
    session: Session, organisation_id: str, page: int = 1, per_page: int = PER_PAGE
) -> Page[Listing]:
    """Published listings of which an organisation is host or partner, newest first. Raises `NotFound` past the end."""
    named = _names(organisation_id)
    total = session.scalar(sa.select(sa.func.count(Listing.id)).where(named, Listing.state == "published")) or 0
    query = _published().where(named).order_by(Listing.posted_at.desc(), Listing.id)
    chosen = query.limit(per_page).offset(max(page - 1, 0) * per_page)
    return Page(list(session.scalars(chosen)), total, page, per_page)


def list_ids_naming(session: Session, organisation_ids: Iterable[str]) -> list[str]:
    """The ids of listings, in any state, that name one of these organisations as host or partner."""
    ids = list(organisation_ids)
    partners = sa.select(Partner.listing_id).where(Partner.organisation_id.in_(ids))
    query = sa.select(Listing.id).where(sa.or_(Listing.organisation_id.in_(ids), Listing.id.in_(partners)))
    return list(session.scalars(query.order_by(Listing.id)))


def count_by_organisation(session: Session) -> dict[str, int]:
    """Organisation → published listings of which it is the host."""
    query = sa.select(Listing.organisation_id, sa.func.count()).where(Listing.state == "published")
    rows = session.execute(query.group_by(Listing.organisation_id))
    return {organisation: count for organisation, count in rows if organisation is not None}


def count_listings(session: Session, now: datetime) -> Counts:
    """How much is published and how much of it is open."""
    listings = session.scalars(_published(selectinload(Listing.deadlines))).all()
    still_open = [listing for listing in listings if time.is_open(listing, now)]
    return Counts(
        published=len(listings),
        open=len(still_open),
        organisations=len({listing.organisation_id for listing in listings if listing.organisation_id}),
        open_by_kind=Counter(listing.kind for listing in still_open),
        open_by_country=Counter(listing.country for listing in still_open),
    )


def list_corridors(session: Session, now: datetime) -> list[Corridor]:
    """Corridors with at least one open listing; a listing counts in each country it is open to, but for its own."""
    listings: Counter[tuple[str, str]] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    for listing in session.scalars(_published(selectinload(Listing.deadlines), selectinload(Listing.rules))):
        if time.is_open(listing, now):
            for home in eligibility.open_to(listing.rules):
                if home != listing.country:
                    listings[home, listing.country] += 1
                    places[home, listing.country] += listing.places_total or 0
    return [Corridor(*pair, count, places[pair]) for pair, count in sorted(listings.items())]


def whole_listings() -> sa.Select[Any]:
    """Listings in any state, with all that a page or a document needs loaded."""
    return sa.select(Listing).options(*_everything())


def _published(*options: ORMOption) -> sa.Select[Any]:
    return sa.select(Listing).options(*(options or _everything())).where(Listing.state == "published")


def _names(organisation_id: str) -> sa.ColumnElement[bool]:
    partners = sa.select(Partner.listing_id).where(Partner.organisation_id == organisation_id)
    return sa.or_(Listing.organisation_id == organisation_id, Listing.id.in_(partners))


def _everything() -> tuple[ORMOption, ...]:
    """Each relationship in one query of its own, however many listings there are."""
    return (
        selectinload(Listing.organisation).selectinload(Organisation.names),
        selectinload(Listing.partners).selectinload(Partner.organisation).selectinload(Organisation.names),
        *(
            selectinload(part)
            for part in (
                Listing.translations, Listing.deadlines, Listing.money, Listing.rules, Listing.documents,
                Listing.criteria,
            )
        ),
    )  # fmt: skip
