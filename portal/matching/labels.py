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
FUNDING_NEEDS = {
    "full": N_("I need everything paid"),
    "partly": N_("I can pay a part myself"),
    "none": N_("I can pay everything myself"),
}
# What is still to be said → the part of the profile to say it in, and what it changes.
MISSING = {
    "topics": ("skills", N_("topics that you work on: nothing counts more")),
    "field": ("skills", N_("your field of study: listings of the same field come first")),
    "kind": ("wishes", N_("kinds of listings: others come later")),
    "level": ("wishes", N_("a degree or a level: listings of that level come first")),
    "country": ("wishes", N_("countries: listings from there come first")),
    "languages": ("languages", N_("languages: listings in which you can work come first")),
    "funding": ("wishes", N_("what you can pay yourself: listings that do not pay enough come later")),
    "period": ("wishes", N_("when, and for how long: listings of that time come first")),
    "mode": ("wishes", N_("on site or online: others come later")),
}
