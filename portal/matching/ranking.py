"""The order of listings for one person: what they may not apply for comes last, whatever its score; then the score
decides; among equals what they may certainly apply for, the nearer deadline, the id.

What is still open is no reason to come later: most of it is a nomination, which anybody may ask for (decision 19).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from portal.eligibility.rulebook import Decisions, Standing
from portal.listings.answers import Outcome
from portal.matching.fit import Fit, Offer, Seeker, fit
from search.results import Hit

WORTH = 0.6  # what fits less than this share of the best is not shown
_NEVER = datetime.max.replace(tzinfo=UTC)
_EQUAL = 9  # digits after which scores count as equal


@dataclass(frozen=True)
class Match:
    """One listing (the card that the search hands back), how it fits and how the person stands to it. No `standing`: it
    has no rules, or nothing is known of the person."""

    id: str
    stored: Mapping[str, Any]
    fit: Fit
    standing: Standing | None = None


def rank(seeker: Seeker, hits: Iterable[Hit], decisions: Decisions | None) -> list[Match]:
    """All that fit, the best first."""
    return sorted((_match(seeker, hit, decisions) for hit in hits), key=_place)


def worth_showing(matches: Iterable[Match]) -> list[Match]:
    """Those that do not fit much less than the best does: a list "for you" does not end with what nobody would want."""
    found = list(matches)
    least = WORTH * max((match.fit.score for match in found), default=0.0)
    return [match for match in found if match.fit.score >= least]


def _match(seeker: Seeker, hit: Hit, decisions: Decisions | None) -> Match:
    standing = decisions.standing(hit.stored.get("rules", ())) if decisions else None
    return Match(hit.id, hit.stored, fit(seeker, Offer.of(hit.stored)), standing)


def _place(match: Match) -> tuple[bool, float, bool, datetime, str]:
    outcome = match.standing.outcome if match.standing else Outcome.MET
    return *order_of(outcome, match.fit), _closes(match.stored), match.id


def order_of(outcome: Outcome, fit: Fit) -> tuple[bool, float, bool]:
    """What decides between two matches, for the person and for the host alike."""
    return outcome is Outcome.UNMET, -round(fit.score, _EQUAL), outcome is Outcome.UNKNOWN


def _closes(stored: Mapping[str, Any]) -> datetime:
    """When it closes; what has no deadline comes last among equals."""
    deadline = stored["deadline"]
    return datetime.fromisoformat(deadline["at"]) if deadline else _NEVER
