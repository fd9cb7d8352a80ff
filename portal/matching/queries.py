"""Reads of matches: the listings that fit somebody, and how one listing fits."""

from __future__ import annotations

from portal.discovery.fallback import with_fallback
from portal.eligibility.rulebook import FIELD, Decisions
from portal.listings.document import open_ranges, to_card
from portal.listings.models import Listing
from portal.matching.candidates import find_candidates
from portal.matching.fit import Fit, Offer, Seeker, fit
from portal.matching.ranking import Match, rank, worth_showing
from portal.researchers.queries import get_profile
from portal.site import Site
from search.concepts.understanding import NOTHING
from search.engine import SearchRequest


def find_matches(
    site: Site, seeker: Seeker, decisions: Decisions | None, reader: str, closed_off: bool = False
) -> tuple[list[Match], bool]:
    """All listings worth showing to somebody, the best first; and whether the search was away."""
    now = site.clock()
    unmet = {FIELD: decisions.unmet} if decisions and decisions.unmet else {}
    if closed_off and not unmet:
        return [], False
    request = SearchRequest(
        NOTHING, reader, now, ranges=open_ranges(now), require=unmet if closed_off else {},
        exclude={} if closed_off else unmet,
    )  # fmt: skip
    found = find_candidates(with_fallback(site).engine, site.thesaurus, seeker, request)
    return worth_showing(rank(seeker, found.hits, decisions)), found.degraded


def fit_of_listing(site: Site, user_id: str, listing: Listing) -> Fit | None:
    """How one listing fits somebody; None for one who has said nothing to rank by."""
    with site.sessions() as session:
        profile = get_profile(session, user_id)
    seeker = Seeker.of(profile, site.thesaurus)
    if seeker.is_silent:
        return None
    return fit(seeker, Offer.of(to_card(listing)))
