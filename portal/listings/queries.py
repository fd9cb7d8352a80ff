"""Reads of listings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from portal.core.errors import NotFound
from portal.listings.models import Listing, Partner, PartnerConfirmation
from portal.organisations.models import Organisation

SHOWN_STATES = ("published", "closed")  # states in which anybody may open a listing's page


def get_listing(session: Session, listing_id: str) -> Listing:
    """One listing that anybody may see, with everything loaded. Raises `NotFound`."""
    query = whole_listings().where(Listing.id == listing_id, Listing.state.in_(SHOWN_STATES))
    listing: Listing | None = session.scalars(query).one_or_none()
    if listing is None:
        raise NotFound("listing.unknown", id=listing_id)
    return listing


def find_listings(session: Session, ids: Sequence[str]) -> list[Listing]:
    """Those published listings of a list of ids that exist, with everything loaded, in the order asked for."""
    query = whole_listings().where(Listing.id.in_(ids), Listing.state == "published")
    found = {listing.id: listing for listing in session.scalars(query)}
    return [found[listing_id] for listing_id in dict.fromkeys(ids) if listing_id in found]


def list_published_ids(session: Session) -> list[str]:
    """The ids of all published listings, in a stable order."""
    return list(session.scalars(sa.select(Listing.id).where(Listing.state == "published").order_by(Listing.id)))


def list_ids_naming(session: Session, organisation_ids: Iterable[str]) -> list[str]:
    """The ids of listings, in any state, that name one of these organisations as host or partner."""
    ids = list(organisation_ids)
    partners = sa.select(Partner.listing_id).where(Partner.organisation_id.in_(ids))
    query = sa.select(Listing.id).where(sa.or_(Listing.organisation_id.in_(ids), Listing.id.in_(partners)))
    return list(session.scalars(query.order_by(Listing.id)))


def partner_answers(session: Session, listing_id: str) -> dict[str, str]:
    """Partner → "asked", "confirmed" or "declined"; those that nobody could ask are not there."""
    own = sa.select(PartnerConfirmation).where(PartnerConfirmation.listing_id == listing_id)
    return {answer.organisation_id: answer.state for answer in session.scalars(own)}


def whole_listings() -> sa.Select[Any]:
    """Listings in any state, with all that a page or a document needs loaded."""
    return sa.select(Listing).options(*_everything())


def _everything() -> tuple[ORMOption, ...]:
    """Each list of parts in one query of its own, however many listings there are; organisations come by a join."""
    parts = (
        Listing.translations, Listing.deadlines, Listing.money, Listing.rules, Listing.documents, Listing.criteria,
    )  # fmt: skip
    partner = joinedload(Partner.organisation, innerjoin=True)
    return (
        joinedload(Listing.organisation).selectinload(Organisation.names),
        selectinload(Listing.partners).options(partner.selectinload(Organisation.names)),
        *(selectinload(part) for part in parts),
    )
