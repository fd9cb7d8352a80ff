"""All distinct rules of the site, each decided once for some answers.

Many listings have the same rule: 100,000 listings have some hundreds. A rule is known by its digest, which the search
index has of every listing, so that leaving out what somebody may not apply for is leaving out some digests. They are
read anew for every search, from the index of their column, for a listing with a new rule must not slip through. What a
digest stands for never changes, and is remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.listings.answers import Answers, Outcome
from portal.listings.eligibility import Rule, decide, rule_of
from portal.listings.models import EligibilityRule
from search.engine import SearchEngine, SearchRequest
from search.results import SearchResults

FIELD = "rule"  # of the search schema

_AT_ONCE = 500  # values that a statement takes on any database
_RULES: dict[str, Rule] = {}  # digest → what it stands for


@dataclass(frozen=True)
class Standing:
    """How somebody stands to one listing: the whole, and how many rules are still open or not met."""

    outcome: Outcome
    number: int = 0


@dataclass(frozen=True)
class Decisions:
    """What each rule of the site comes to for somebody, by its digest."""

    outcomes: Mapping[str, Outcome]

    @property
    def unmet(self) -> tuple[str, ...]:
        """The digests that no listing may have for which this person can apply."""
        return self._coming_to(Outcome.UNMET)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The digests of rules that wait for an answer."""
        return self._coming_to(Outcome.UNKNOWN)

    def _coming_to(self, wanted: Outcome) -> tuple[str, ...]:
        return tuple(digest for digest, outcome in self.outcomes.items() if outcome is wanted)

    def standing(self, digests: Iterable[str]) -> Standing | None:
        """How the person stands to a listing with these rules; None where it has none."""
        outcomes = [self.outcomes.get(digest, Outcome.UNKNOWN) for digest in digests]
        for worst in (Outcome.UNMET, Outcome.UNKNOWN):
            if worst in outcomes:
                return Standing(worst, outcomes.count(worst))
        return Standing(Outcome.MET) if outcomes else None


@dataclass(frozen=True)
class Counts:
    """Of the listings that are not ruled out: how many have rules that are all met, and how many wait for answers."""

    sure: int
    depending: int


def decide_rules(session: Session, answers: Answers, on: date) -> Decisions:
    """Decide every rule that some listing has."""
    digests = _list_digests(session)
    _learn(session, [digest for digest in digests if digest not in _RULES])
    return Decisions({one: decide(_RULES[one], answers, on).outcome for one in digests if one in _RULES})


def count_open(engine: SearchEngine, request: SearchRequest, results: SearchResults, decisions: Decisions) -> Counts:
    """Tell the sure ones apart among the results of a request that leaves out what is unmet."""
    if not decisions.unknown:
        return Counts(results.total, 0)
    neither = {FIELD: (*decisions.unmet, *decisions.unknown)}
    found = engine.search(replace(request, exclude=neither, offset=0, limit=0, facets=()))
    alike = (found.relaxed, found.widened) == (results.relaxed, results.widened)  # else it found what was not asked for
    sure = min(found.total, results.total) if alike else 0
    return Counts(sure, results.total - sure)


def rules_of(digests: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of a listing that a search found, once all rules have been decided."""
    return tuple(_RULES[digest] for digest in digests if digest in _RULES)


def _list_digests(session: Session) -> list[str]:
    """Every digest once, from one to the next along the index: the number of listings plays no part."""
    column = EligibilityRule.digest
    found = sa.select(sa.func.min(column).label("digest")).cte("found", recursive=True)
    following = sa.select(sa.func.min(column)).where(column > found.c.digest).scalar_subquery()
    found = found.union_all(sa.select(following).where(found.c.digest.is_not(None)))
    return list(session.scalars(sa.select(found.c.digest).where(found.c.digest.is_not(None))))


def _learn(session: Session, digests: Sequence[str]) -> None:
    column = EligibilityRule.digest
    for start in range(0, len(digests), _AT_ONCE):
        some = digests[start : start + _AT_ONCE]
        first = sa.select(sa.func.min(EligibilityRule.id)).where(column.in_(some)).group_by(column)
        for row in session.scalars(sa.select(EligibilityRule).where(EligibilityRule.id.in_(first))):
            _RULES[row.digest] = rule_of(row)
