"""Who may fit a listing: candidates from the index of people, the exact score for each, and whom the host may see.

The index only proposes. Whether somebody is shown, and with what, the database says at this moment: consent that was
withdrawn counts at once, however far the index lags behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from portal.core.actor import Actor
from portal.core.secrets import digest
from portal.listings import eligibility
from portal.listings.answers import Outcome, Verdict
from portal.listings.document import to_card
from portal.listings.models import Listing
from portal.listings.rules import Rule
from portal.locales import DEFAULT
from portal.matching.fit import Fit, Offer, Seeker, fit
from portal.matching.invitations.queries import find_visible
from portal.matching.ranking import order_of
from portal.researchers.answers import answers_of
from portal.researchers.queries import Shown
from portal.site import Site
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import NOTHING
from search.engine import SearchRequest
from search.plan import PlannedTopic

MOST = 300  # people whose exact score is worked out


@dataclass(frozen=True)
class Candidate:
    """Somebody as far as hosts may see them, with the reasons that the person sees too."""

    person: Shown
    fit: Fit
    rules: tuple[Rule, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def outcome(self) -> Outcome:
        """Whether the person may apply, as far as shown."""
        return eligibility.overall(self.verdicts)


def people_for(site: Site, session: Session, listing: Listing, actor: Actor) -> list[Candidate]:
    """The people who fit a listing, the best first; who may not apply comes last. Raises `EngineUnavailable`."""
    return held_against(site, session, listing, actor, _proposed(site, listing))


def held_against(
    site: Site, session: Session, listing: Listing, actor: Actor, public_ids: Iterable[str]
) -> list[Candidate]:
    """Those of some people whom the host of a listing may see, in order; never who looks, nor who refuses the host."""
    seen = find_visible(session, list(public_ids), listing.organisation_id or "", actor)
    judge = _Judge.of(listing, site.thesaurus, site.clock().date())
    found = [judge.candidate(one) for one in seen]

    def place(one: Candidate) -> tuple[bool, float, bool, str]:
        """Equals stand in another order for each listing, so that no two hosts know people by their place."""
        return *order_of(one.outcome, one.fit), digest(f"{listing.id} {one.person.public_id}")

    return sorted((one for one in found if one.fit.parts), key=place)


@dataclass(frozen=True)
class _Judge:
    offer: Offer
    rules: tuple[Rule, ...]
    thesaurus: Thesaurus
    today: date

    @classmethod
    def of(cls, listing: Listing, thesaurus: Thesaurus, today: date) -> _Judge:
        rules = tuple(eligibility.rule_of(row) for row in listing.rules)
        return cls(Offer.of(to_card(listing)), rules, thesaurus, today)

    def candidate(self, person: Shown) -> Candidate:
        """Somebody held against the listing."""
        answers = answers_of(person.profile, self.today)
        verdicts = eligibility.decide_all(self.rules, answers, self.today)
        score = fit(Seeker.of(person.profile, self.thesaurus), self.offer)
        return Candidate(person, score, self.rules, verdicts)


def _proposed(site: Site, listing: Listing) -> dict[str, None]:
    """The ids of those who have to do with the listing's topics and, where these are few, of who changed their profile
    last."""
    request = SearchRequest(NOTHING, DEFAULT, site.clock(), sort="newest", limit=MOST, facets=())
    found = dict.fromkeys(hit.id for hit in site.people.about(_topics(listing, site.thesaurus), request, MOST).hits)
    if len(found) < MOST:
        found |= dict.fromkeys(hit.id for hit in site.people.search(request).hits)
    return dict.fromkeys(list(found)[:MOST])


def _topics(listing: Listing, thesaurus: Thesaurus) -> list[PlannedTopic]:
    """The listing's topics as people may have them: narrower and wider ones too, as the score counts both."""
    return [
        PlannedTopic(one, "", {**thesaurus.ancestors(one), **thesaurus.descendants(one)})
        for one in listing.concepts
        if one in thesaurus
    ]
