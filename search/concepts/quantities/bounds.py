"""What words beside a number say of its bounds: at least, at most, around."""

from __future__ import annotations

from dataclasses import replace

from search.concepts.understanding import Limit

CUES = ("least", "most", "around")
LEEWAY = 0.2  # of a number that was asked for as a rough one


def bounded(limit: Limit, cues: set[str], is_range: bool) -> Limit:
    """A limit with both bounds, open on the side that the words leave open, or wider for a rough number. A range names
    both: “from 3 to 6 months”."""
    if is_range:
        return limit
    if "most" in cues:
        return replace(limit, low=None)
    if "least" in cues:
        return replace(limit, high=None)
    if "around" in cues and limit.low is not None and limit.high is not None:
        low, high = limit.low * (1 - LEEWAY), limit.high * (1 + LEEWAY)
        return replace(limit, low=round(low, 1), high=round(high, 1), around=True)
    return limit
