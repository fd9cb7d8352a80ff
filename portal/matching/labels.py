"""Matches in words: English message ids, translated when shown."""

from __future__ import annotations

from portal.core.messages import N_

PARTS = {
    "topics": N_("Topics"),
    "field": N_("Field of study"),
    "kind": N_("Kind"),
    "level": N_("Level"),
    "country": N_("Country"),
    "languages": N_("Languages"),
    "funding": N_("Funding"),
    "period": N_("Time and length"),
    "mode": N_("On site or online"),
}
# The least score for which the words are said, the highest first.
WORDS = (
    (0.85, N_("Fits very well")),
    (0.65, N_("Fits well")),
    (0.45, N_("Fits in part")),
    (0.0, N_("Fits little")),
)
# The same where too little was said to be sure.
EARLY_WORDS = ((0.65, N_("Could fit well")), *WORDS[2:])
# What is still to be said → the part of the profile to say it in; what it changes, `HINTS` says.
MISSING = {
    "topics": "skills", "field": "skills", "kind": "wishes", "level": "wishes", "country": "wishes",
    "languages": "languages", "funding": "wishes", "period": "wishes", "mode": "wishes",
}  # fmt: skip
