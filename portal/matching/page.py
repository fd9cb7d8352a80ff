"""What the page "for you" shows: one page of the listings that fit somebody, each with its conditions."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.paging import slice_of
from portal.eligibility.page import Check, check_rules
from portal.eligibility.questions import QUESTIONS
from portal.eligibility.rulebook import Standing, decide_rules, rules_of
from portal.eligibility.visitor import NOTHING
from portal.listings.answers import Answers
from portal.matching.explained import Lacking, lacking
from portal.matching.fit import Fit, Offer, Seeker, fit
from portal.matching.queries import find_matches
from portal.matching.ranking import Match
from portal.researchers.answers import answers_of
from portal.researchers.queries import get_profile
from portal.site import Site
from portal.web.cards import Card, card

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
    says anything that conditions ask for; `has_citizenship`: whether that is known, without which most of what the
    person may not apply for is not left out; `open_questions`: what else the conditions of this page ask;
    `closed_off`: whether these are the listings that the person may not apply for."""

    said: bool
    known: bool
    has_citizenship: bool = False
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
        True, decisions is not None, answers.citizenships is not None, closed_off, cards, page.total, page.page,
        page.pages, lacking(fit(seeker, Offer()).missing)[:SHOWN_LACKING], open_questions, degraded,
    )  # fmt: skip


def _card(match: Match, answers: Answers, site: Site, reader: str) -> MatchCard:
    now = site.clock()
    rules = rules_of(match.stored["rules"]) if match.standing else ()
    check = check_rules(rules, answers, now.date()) if rules else None
    met = {theirs for part in match.fit.parts if part.name == "topics" for _mine, theirs in part.shared}
    return MatchCard(card(match.id, match.stored, reader, now, met), match.fit, match.standing, check)
