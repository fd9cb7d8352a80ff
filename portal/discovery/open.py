"""What "open" means to the search: one can still apply."""

from __future__ import annotations

from datetime import datetime

from search.concepts.understanding import Understanding

NOTHING = Understanding("")  # no words: browse everything


def open_ranges(now: datetime) -> dict[str, tuple[float | None, float | None]]:
    """The range that leaves only listings one can still apply for."""
    return {"open_until": (now.timestamp(), None)}
