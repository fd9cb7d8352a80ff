"""Reads of matches: the page "for you", and how one listing fits somebody."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.paging import slice_of
from portal.discovery.fallback import with_fallback
from portal.eligibility.page import Check, check_rules
from portal.eligibility.questions import QUESTIONS
from portal.eligibility.rulebook import FIELD, Decisions, Standing, decide_rules, rules_of
from portal.eligibility.visitor import NOTHING
from portal.listings.answers import Answers
from portal.listings.document import open_ranges, to_card
from portal.listings.models import Listing
from portal.matching.candidates import find_candidates
from portal.matching.explained import Lacking, lacking
from portal.matching.fit import Fit, Offer, Seeker, fit
from portal.matching.ranking import Match, rank, worth_showing
from portal.researchers.answers import answers_of
from portal.researchers.queries import get_profile
from portal.site import Site
from portal.web.cards import Card, card
from search.concepts.understanding import NOTHING as NO_WORDS
from search.engine import SearchRequest

PER_PAGE = 20
SHOWN_LACKING = 3  # what to add; the rest matters less


@dataclass(frozen=True)
class MatchCard:
    """One listing, how it fits, and each of its conditions decided; no `check` where it has none, or nothing is known
    of the person."""

    card: Card
    fit: Fit
    standing: Standing | None
    check: Check | None


@dataclass(frozen=True)
class ForYou:
    """One page of the listings for somebody. `said`: whether the profile says anything to rank by; `known`: whether it
    says anything that conditions ask for; `open_questions`: what else the conditions of this page ask; `closed_off`:
    whether these are the listings that the person may not apply for."""

    said: bool
    known: bool
    closed_off: bool = False
    matches: tuple[MatchCard, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 1
    lacking: tuple[Lacking, ...] = ()
    open_questions: tuple[str, ...] = ()
    degraded: bool = False


def for_you(
    site: Site, user_id: str, reader: str, answers: Answers = NOTHING, number: int = 1, closed_off: bool = False
) -> ForYou:
    """The listings that fit somebody best, with reasons; those they may not apply for are left out, or shown alone.
    `answers`: what they say to conditions before the profile does. Raises `NotFound` for a page past the end."""
    now = site.clock()
    with site.sessions() as session:
        profile = get_profile(session, user_id)
        answers = answers.completed_by(answers_of(profile, now.date()))
        decisions = decide_rules(session, answers, now.date()) if answers != NOTHING else None
    seeker = Seeker.of(profile, site.thesaurus)
    if seeker.is_silent:
        return ForYou(False, decisions is not None)
    matches, degraded = find_matches(site, seeker, decisions, reader, closed_off)
    page = slice_of(matches, number, PER_PAGE)
    cards = tuple(_card(match, answers, site, reader) for match in page.items)
    asked = {question for one in cards if one.check for question in one.check.asked}
    open_questions = tuple(one for one in QUESTIONS if one in asked)
    return ForYou(
        True, decisions is not None, closed_off, cards, page.total, page.page, page.pages,
        lacking(fit(seeker, Offer()).missing)[:SHOWN_LACKING], open_questions, degraded,
    )  # fmt: skip


def find_matches(
    site: Site, seeker: Seeker, decisions: Decisions | None, reader: str, closed_off: bool = False
) -> tuple[list[Match], bool]:
    """All listings worth showing to somebody, the best first; and whether the search was away."""
    now = site.clock()
    unmet = {FIELD: decisions.unmet} if decisions and decisions.unmet else {}
    if closed_off and not unmet:
        return [], False
    request = SearchRequest(
        NO_WORDS, reader, now, ranges=open_ranges(now), require=unmet if closed_off else {},
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


def _card(match: Match, answers: Answers, site: Site, reader: str) -> MatchCard:
    now = site.clock()
    rules = rules_of(match.stored["rules"]) if match.standing else ()
    check = check_rules(rules, answers, now.date()) if rules else None
    met = {theirs for part in match.fit.parts if part.name == "topics" for _mine, theirs in part.shared}
    return MatchCard(card(match.id, match.stored, reader, now, met), match.fit, match.standing, check)
