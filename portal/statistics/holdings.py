"""Counts hold nobody: a number for a listing, a day and a language."""

from __future__ import annotations

from portal.core.holding import Holding
from portal.core.messages import N_

HOLDINGS = (
    Holding(
        "statistics", N_("Statistics"),
        N_(
            "How often listings were seen is counted. Nothing about you is noted with it, so that nobody can tell who "
            "it was."
        ),
    ),
)  # fmt: skip
