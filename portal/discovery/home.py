"""Reads of the home page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine

from portal.discovery.fallback import with_fallback
from portal.listings.document import open_ranges
from portal.locales import COUNTRIES, DEFAULT
from portal.site import Site
from portal.web.cards import Card, card
from search.concepts.understanding import NOTHING
from search.engine import SearchRequest
from search.results import Hit

SHOWN = 4
KEPT = timedelta(seconds=10)  # the overview asks the engine some fifteen questions, and is the same for all readers
Ranges = Mapping[str, tuple[float | None, float | None]]


@dataclass(frozen=True)
class Overview:
    """What there is at a moment, for readers of every language."""

    at: datetime
    kinds: Mapping[str, int]  # open listings of each
    corridors: Mapping[tuple[str, str], int]  # (home, host) → open listings
    closing: tuple[Hit, ...]
    newest: tuple[Hit, ...]  # of the others: nothing stands on the page twice


@dataclass(frozen=True)
class HomePage:
    """What the home page shows."""

    kinds: Mapping[str, int]
    corridors: Mapping[tuple[str, str], int]
    closing: tuple[Card, ...]
    newest: tuple[Card, ...]


_OVERVIEWS: WeakKeyDictionary[Engine, Overview] = WeakKeyDictionary()  # the latest of each site of this process


def home_page(site: Site, reader: str) -> HomePage:
    """Counts by kind, what closes soon, what is new, and the corridors; some seconds old at most."""
    now = site.clock()
    known = _OVERVIEWS.get(site.database)
    if known is None or not timedelta() <= now - known.at < KEPT:
        known = _OVERVIEWS[site.database] = overview(site, now)
    closing, newest = (
        tuple(card(hit.id, hit.stored, reader, now) for hit in hits) for hits in (known.closing, known.newest)
    )
    return HomePage(known.kinds, known.corridors, closing, newest)


def overview(site: Site, now: datetime) -> Overview:
    """Asks what there is."""
    site = with_fallback(site)
    closing = _first(site, now, "deadline", {"closes_at": (now.timestamp(), None)}, SHOWN)
    shown = {hit.id for hit in closing}
    newest = [hit for hit in _first(site, now, "newest", open_ranges(now), 2 * SHOWN) if hit.id not in shown]
    return Overview(now, _counts(site, now, "kind"), corridors(site, now), closing, tuple(newest[:SHOWN]))


def corridors(site: Site, now: datetime) -> Mapping[tuple[str, str], int]:
    """Open listings for each home and host country; a listing counts for every country it is open to."""
    return {
        (home, host): count
        for host in COUNTRIES
        for home, count in _counts(site, now, "open_to", {"country": (host,)}).items()
        if home != host
    }


def _counts(
    site: Site, now: datetime, facet: str, chosen: Mapping[str, tuple[str, ...]] | None = None
) -> Mapping[str, int]:
    """Value of a facet → open listings."""
    request = SearchRequest(
        NOTHING, DEFAULT, now, chosen=chosen or {}, ranges=open_ranges(now), limit=0, facets=(facet,)
    )
    return {value.value: value.count for value in site.engine.search(request).facets.get(facet, ())}


def _first(site: Site, now: datetime, sort: str, ranges: Ranges, limit: int) -> tuple[Hit, ...]:
    request = SearchRequest(NOTHING, DEFAULT, now, ranges=ranges, sort=sort, limit=limit, facets=())
    return site.engine.search(request).hits
