"""Reading counts: of all listings of an organisation, of one listing by day and by language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.listings.models import Listing
from portal.organisations.models import Organisation
from portal.organisations.queries import get_organisation
from portal.statistics import policy
from portal.statistics.models import WHATS, DayCount

DAYS = 30  # of the period that is looked at, and of the one before it


@dataclass(frozen=True)
class Figures:
    """Views of the page of a listing, how often it stood in results, and how often it was saved: in the last days, and
    in as many before."""

    views: int = 0
    views_before: int = 0
    shown: int = 0
    shown_before: int = 0
    saves: int = 0
    saves_before: int = 0


@dataclass(frozen=True)
class ListingNumbers:
    """One listing of the table; `share` is its part of all the organisation's views (None where there are none)."""

    listing: Listing
    figures: Figures
    share: float | None


@dataclass(frozen=True)
class OrganisationNumbers:
    """The table of an organisation, the most viewed listing first."""

    organisation: Organisation
    rows: Sequence[ListingNumbers]
    total: Figures


@dataclass(frozen=True)
class Day:
    """One day of a listing."""

    day: date
    views: int
    shown: int
    saves: int


def numbers_of_organisation(session: Session, organisation_id: str, actor: Actor, today: date) -> OrganisationNumbers:
    """The table of an organisation. Raises `NotFound` for those who may not see it."""
    if not policy.may_see_numbers(actor, organisation_id):
        raise NotFound("organisation.unknown", id=organisation_id)
    organisation = get_organisation(session, organisation_id)
    own = sa.select(Listing).where(Listing.organisation_id == organisation_id)
    listings = session.scalars(own.options(selectinload(Listing.translations))).all()
    figures = {listing.id: Figures() for listing in listings} | _figures(session, organisation_id, today)
    total = _sum(figures.values())
    rows = [
        ListingNumbers(one, figures[one.id], figures[one.id].views / total.views if total.views else None)
        for one in listings
    ]
    rows.sort(key=lambda row: (-row.figures.views, -row.figures.shown, row.listing.id))
    return OrganisationNumbers(organisation, rows, total)


def get_listing(session: Session, listing_id: str, actor: Actor) -> Listing:
    """A listing whose numbers the actor may see. Raises `NotFound` for any other: nobody learns that it exists."""
    query = sa.select(Listing).where(Listing.id == listing_id).options(selectinload(Listing.translations))
    listing = session.scalars(query).one_or_none()
    if listing is None or not policy.may_see_numbers(actor, listing.organisation_id or ""):
        raise NotFound("listing.unknown", id=listing_id)
    return listing


def list_days(session: Session, listing_id: str, today: date, number: int = 2 * DAYS) -> list[Day]:
    """The last days of a listing up to today, those without a count too."""
    first = today - timedelta(days=number - 1)
    query = (
        sa.select(DayCount.day, DayCount.what, sa.func.sum(DayCount.count))
        .where(DayCount.listing_id == listing_id, DayCount.day.between(first, today))
        .group_by(DayCount.day, DayCount.what)
    )
    found = {(day, what): int(count) for day, what, count in session.execute(query)}
    days = [first + timedelta(days=passed) for passed in range(number)]
    return [Day(day, *(found.get((day, what), 0) for what in WHATS)) for day in days]


def count_by_language(
    session: Session, listing_id: str, what: str, today: date, number: int = 2 * DAYS
) -> Mapping[str, int]:
    """Language → count in the last days."""
    query = (
        sa.select(DayCount.language, sa.func.sum(DayCount.count))
        .where(DayCount.listing_id == listing_id, DayCount.what == what)
        .where(DayCount.day.between(today - timedelta(days=number - 1), today))
        .group_by(DayCount.language)
    )
    return {language: int(count) for language, count in session.execute(query)}


def all_counts(session: Session, listing_ids: Sequence[str]) -> Iterator[DayCount]:
    """Every stored number of some listings, the oldest first."""
    query = sa.select(DayCount).where(DayCount.listing_id.in_(listing_ids))
    return iter(session.scalars(query.order_by(DayCount.day, DayCount.listing_id, DayCount.what, DayCount.language)))


def _figures(session: Session, organisation_id: str, today: date) -> dict[str, Figures]:
    last = today - timedelta(days=DAYS - 1)
    is_last = sa.case((DayCount.day >= last, 1), else_=0)
    query = (
        sa.select(DayCount.listing_id, DayCount.what, is_last, sa.func.sum(DayCount.count))
        .join(Listing, Listing.id == DayCount.listing_id)
        .where(Listing.organisation_id == organisation_id)
        .where(DayCount.day.between(last - timedelta(days=DAYS), today))
        .group_by(DayCount.listing_id, DayCount.what, is_last)
    )
    names = {
        ("view", 1): "views", ("view", 0): "views_before", ("shown", 1): "shown", ("shown", 0): "shown_before",
        ("save", 1): "saves", ("save", 0): "saves_before",
    }  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    for listing_id, what, recent, count in session.execute(query):
        if (what, recent) in names:
            found.setdefault(listing_id, {})[names[what, recent]] = int(count)
    return {listing_id: Figures(**values) for listing_id, values in found.items()}


def _sum(figures: Iterable[Figures]) -> Figures:
    every = list(figures)
    return Figures(**{field.name: sum(getattr(one, field.name) for one in every) for field in fields(Figures)})
