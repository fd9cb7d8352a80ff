"""What a person sees of invitations: who invites, to what, and why it fits, with the reasons that the host sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.listings.document import to_card
from portal.listings.models import Listing
from portal.matching.fit import Fit, Offer, Seeker, fit
from portal.matching.invitations.queries import listings_of
from portal.matching.invitations.workflow import PERSON, actions
from portal.matching.models import Invitation
from portal.organisations.models import Organisation
from portal.organisations.queries import find_organisations
from portal.researchers.queries import shown_profile
from portal.site import Site
from portal.web.cards import Card, card


@dataclass(frozen=True)
class Received:
    """One invitation with all that is needed to answer it."""

    invitation: Invitation
    host: Organisation
    card: Card
    fit: Fit
    actions: tuple[str, ...]


def received(site: Site, session: Session, invitations: Iterable[Invitation], reader: str) -> list[Received]:
    """Invitations of one person for the page, in their order."""
    rows = list(invitations)
    listings = listings_of(session, rows)
    hosts: Mapping[str, Organisation] = find_organisations(session, [one.organisation_id for one in rows])
    seeker = Seeker.of(shown_profile(session, rows[0].user_id), site.thesaurus) if rows else None
    return [
        _received(site, row, hosts[row.organisation_id], listings[row.listing_id], seeker, reader)
        for row in rows
        if seeker is not None
    ]


def _received(
    site: Site, row: Invitation, host: Organisation, listing: Listing, seeker: Seeker, reader: str
) -> Received:
    stored, now = to_card(listing), site.clock()
    return Received(
        row, host, card(listing.id, stored, reader, now), fit(seeker, Offer.of(stored)),
        () if row.is_over(now) else actions(PERSON, row.state),
    )  # fmt: skip
