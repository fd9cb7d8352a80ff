"""Reads of the home page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.discovery.open import NOTHING, open_ranges
from portal.locales import COUNTRIES
from portal.site import Site
from portal.web.cards import Card, card
from search.engine import SearchRequest

SHOWN = 4
Ranges = Mapping[str, tuple[float | None, float | None]]


@dataclass(frozen=True)
class HomePage:
    """What the home page shows."""

    total: int
    kinds: Mapping[str, int]
    closing: tuple[Card, ...]
    newest: tuple[Card, ...]
    corridors: Mapping[tuple[str, str], int]  # (home, host) → open listings


def home_page(site: Site, reader: str) -> HomePage:
    """Counts by kind, what closes soon, what is new, and the corridors."""
    now = site.clock()
    base = SearchRequest(NOTHING, reader, now, ranges=open_ranges(now), limit=0, facets=("kind",))
    counted = site.engine.search(base)
    return HomePage(
        counted.total,
        {value.value: value.count for value in counted.facets.get("kind", ())},
        _cards(site, reader, now, "deadline", {"closes_at": (now.timestamp(), None)}),
        _cards(site, reader, now, "newest", open_ranges(now)),
        corridors(site, reader, now),
    )


def _cards(site: Site, reader: str, now: datetime, sort: str, ranges: Ranges) -> tuple[Card, ...]:
    request = SearchRequest(NOTHING, reader, now, ranges=ranges, sort=sort, limit=SHOWN, facets=())
    return tuple(card(hit.id, hit.stored, reader, now) for hit in site.engine.search(request).hits)


def corridors(site: Site, reader: str, now: datetime) -> Mapping[tuple[str, str], int]:
    """Open listings for each home and host country; a listing counts for every country it is open to."""
    counts: dict[tuple[str, str], int] = {}
    for host in COUNTRIES:
        request = SearchRequest(
            NOTHING, reader, now, chosen={"country": (host,)}, ranges=open_ranges(now), limit=0, facets=("open_to",)
        )
        for value in site.engine.search(request).facets.get("open_to", ()):
            counts[value.value, host] = value.count
    return counts
