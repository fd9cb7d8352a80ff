"""What a reader may apply for, as far as a search goes: what it leaves out, and how they stand to what it finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from portal.discovery.query import Query
from portal.eligibility.questions import missing
from portal.eligibility.rulebook import FIELD, Decisions, Standing, decide_rules, rules_of
from portal.eligibility.visitor import NOTHING
from portal.listings.answers import Answers
from portal.listings.eligibility import decide_all
from portal.site import Site
from search.results import Hit


def decisions_of(site: Site, answers: Answers, now: datetime) -> Decisions | None:
    """Each rule of the site decided for a reader; None for one who has not answered anything."""
    if answers == NOTHING:
        return None
    with site.sessions() as session:
        return decide_rules(session, answers, now.date())


def excluded(query: Query, decisions: Decisions | None) -> Mapping[str, tuple[str, ...]]:
    """What no hit may have."""
    return {FIELD: decisions.unmet} if query.eligible and decisions else {}


def question_of(hits: Iterable[Hit], answers: Answers, now: datetime) -> str | None:
    """The question that most of some hits wait for."""
    asked = Counter(question for hit in hits for question in _missing(hit, answers, now))
    return max(asked, key=asked.__getitem__, default=None)


def _missing(hit: Hit, answers: Answers, now: datetime) -> Iterable[str]:
    return missing(decide_all(rules_of(hit.stored.get("rules", ())), answers, now.date()), answers)


def standing_of(hit: Hit, decisions: Decisions | None) -> Standing | None:
    """How the reader stands to a listing; None where nothing can be said."""
    return decisions.standing(hit.stored.get("rules", ())) if decisions else None
