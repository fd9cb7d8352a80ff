"""A search for what somebody may apply for has exactly the listings whose rules, decided one by one, allow it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from portal.demo.builders import make_listing, rule
from portal.discovery.fallback import search_database
from portal.discovery.queries import search_page
from portal.discovery.query import Query
from portal.eligibility.rulebook import Counts, decide_rules
from portal.indexing.service import rebuild
from portal.listings.answers import Answers, Day, Outcome
from portal.listings.eligibility import decide_all, overall, rule_of
from portal.listings.models import EligibilityRule, Listing
from portal.listings.queries import whole_listings
from portal.site import Site
from search.concepts.understanding import NOTHING
from search.engine import SearchRequest
from search.errors import EngineUnavailable
from tests.moments import NOW
from tests.work.applying import make_listings

PEOPLE = (
    Answers(),
    Answers(citizenships=("VN",)),
    Answers(citizenships=("CN", "TH"), born=Day.in_year(1990)),
    Answers(born=Day.in_year(1960), degree="bachelor", tests=(), stays=()),
    Answers(("TH",), Day.in_year(2001), "doctoral", stays=()),
)


def test_engine_and_database_leave_out_what_deciding_by_hand_does(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    listings = make_listings(site)
    for answers in PEOPLE:
        check_by_hand(site, answers)
    vietnamese = Answers(citizenships=("VN",))
    with site.unit_of_work().begin() as session:  # many listings, few rules, and one that was not there before
        for number in range(30):
            own = rule("citizenship", countries=["LA"])
            make_listing(session, f"lao {number}", rules=[own], deadlines=[], rolling=True)
    rebuild(site)
    check_by_hand(site, vietnamese)
    with site.sessions() as session:
        digests = set(session.scalars(sa.select(EligibilityRule.digest)))
        assert set(decide_rules(session, vietnamese, NOW.date()).outcomes) == digests
    assert len(digests) == 8

    def away(_request: SearchRequest) -> None:
        raise EngineUnavailable("away")

    monkeypatch.setattr(site.engine, "search", away)
    page = search_page(site, Query(eligible=True), "en", vietnamese)
    assert page.degraded
    assert listings["chinese"] not in {hit.card.id for hit in page.hits}
    found = search_page(site, Query(), "en", vietnamese)
    assert found.total == len(listings) + 30


def check_by_hand(site: Site, answers: Answers) -> None:
    with site.sessions() as session:
        everything = list(session.scalars(whole_listings()))
        decisions = decide_rules(session, answers, NOW.date())
    kept = {one.id for one in everything if _by_hand(one, answers) is not Outcome.UNMET}
    page = search_page(site, Query(eligible=True), "en", answers)
    assert {hit.card.id for hit in page.hits} == kept
    assert page.total == len(kept)
    if answers != Answers():
        sure = sum(_by_hand(one, answers) is Outcome.MET for one in everything)
        assert page.counts == Counts(sure, len(kept) - sure)
    request = SearchRequest(NOTHING, "en", NOW, exclude={"rule": decisions.unmet}, facets=("country",))
    from_database = search_database(site, request)
    assert {hit.id for hit in from_database.hits} == kept
    assert from_database.total == len(kept)
    if answers != Answers():
        for hit in page.hits:
            (listing,) = [one for one in everything if one.id == hit.card.id]
            assert (hit.standing.outcome if hit.standing else Outcome.MET) is _by_hand(listing, answers)


def _by_hand(listing: Listing, answers: Answers) -> Outcome:
    return overall(decide_all(map(rule_of, listing.rules), answers, NOW.date()))
