"""The one published formula. Both engines add up the same parts; the page "How ranking works" shows these numbers.

score = Σ over the topics asked for: TOPIC × NARROWER^steps × EVIDENCE[source]      (the best place it was found in)
      + WORDS × BM25 of the left-over words in the best language of the document (other than the reader's: ×
      OTHER_LANGUAGE)
      + CONFIRMED × (1 - days since the host confirmed / CONFIRMED_DAYS), not below 0
      + AHEAD, if the deadline is still ahead

Equal scores: the nearer deadline first, then the id.

Where a model takes part (`search.semantic`), its list and this one are joined: Σ over both lists: 1 / (FUSION + place).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

from search.results import ScorePart

TOPIC = 10.0
NARROWER = 0.8
EVIDENCE = {"tag": 1.0, "title": 0.9, "summary": 0.7, "description": 0.4}
WORDS = 1.0
FIELD_WEIGHTS = {"title": 3.0, "summary": 1.5, "description": 1.0}
OTHER_LANGUAGE = 0.9
CONFIRMED = 0.5
CONFIRMED_DAYS = 90.0
AHEAD = 0.5
MAX_BOOST = CONFIRMED + AHEAD
FUSION = 60


def topic_factors(steps: int, source: str) -> dict[str, float]:
    """What one topic's value is the product of, met `steps` below the concept asked for, in a field or as the owner's
    tag."""
    return {"points": TOPIC, "narrower": NARROWER**steps, "evidence": EVIDENCE[source]}


@cache  # asked for every mention of every hit, and there are few steps and sources
def topic_value(steps: int, source: str) -> float:
    """What one topic adds."""
    return math.prod(topic_factors(steps, source).values())


def confirmed_factors(days_since: float) -> dict[str, float]:
    """What the value of a confirmation by the host is the product of."""
    return {"points": CONFIRMED, "share": max(0.0, 1.0 - max(days_since, 0.0) / CONFIRMED_DAYS)}


def confirmed_value(days_since: float | None) -> float:
    """What a recent confirmation by the host adds."""
    return 0.0 if days_since is None else math.prod(confirmed_factors(days_since).values())


def ahead_value(days_until: float | None) -> float:
    """What a deadline that is still ahead adds; none stated (or applications at any time) counts as ahead."""
    return AHEAD if days_until is None or days_until >= 0 else 0.0


def boosts(days_since: float | None, days_until: float | None) -> Iterator[ScorePart]:
    """The small addends that are not zero."""
    if days_since is not None and (confirmed := confirmed_value(days_since)):
        yield ScorePart("recently-confirmed", confirmed, confirmed_factors(days_since))
    if ahead := ahead_value(days_until):
        yield ScorePart("deadline-ahead", ahead, {"points": AHEAD})
