"""What counts as a listing being seen: a page for a person who is not of its own team. Only a number grows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from flask import request

from portal.locales import BY_TAG, DEFAULT
from portal.web.current import site
from portal.web.identity import current_actor
from search.analysis.cleaning import clean
from search.analysis.scripts import script_of

# All browsers of people call themselves “Mozilla”; robots that do so too say one of these as well.
_ROBOTS = re.compile(r"bot|crawl|spider|slurp|preview|headless|lighthouse|monitor|archive|https?:", re.IGNORECASE)
_SCRIPTS = {"Han": "zh-Hans", "Thai": "th", "Lao": "lo", "Khmer": "km", "Myanmar": "my"}
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")  # letters that no other of our languages has


def count_seen(what: str, listings: Mapping[str, str | None], language: str) -> None:
    """Count listings (id → their organisation) that this answer shows; `what` is one of `statistics.models.WHATS`."""
    if request.method != "GET" or is_robot(request.user_agent.string) or "Sec-Purpose" in request.headers:
        return
    actor = current_actor()
    seen = [listing_id for listing_id, organisation_id in listings.items() if not actor.belongs_to(organisation_id)]
    if seen:
        site().tally.count(what, seen, language, site().clock().date())


def is_robot(user_agent: str) -> bool:
    """Whether a program asks that is no browser of a person."""
    return "Mozilla/" not in user_agent or _ROBOTS.search(user_agent) is not None


def language_of(query: str, reader: str) -> str:
    """The language a query was typed in, as its script tells it. Where several share the script it is that of the page,
    and English for Latin letters on a page in another script."""
    text = clean(query)
    scripts = Counter(script_of(one) for one in text if one.isalpha())
    if not scripts:
        return reader
    script = max(scripts, key=lambda one: scripts[one])
    if script in _SCRIPTS:
        return _SCRIPTS[script]
    if _VIETNAMESE.search(text):
        return "vi"
    return reader if BY_TAG[reader].script == "Latn" else DEFAULT
