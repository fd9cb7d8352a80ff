"""What there are open listings for: which of the concepts, places and organisations a reader would find anything by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine

from portal.discovery.fallback import with_fallback
from portal.listings.document import open_ranges
from portal.listings.facets import FACETS
from portal.locales import DEFAULT
from portal.site import Site
from search.concepts.thesaurus import Concept
from search.concepts.understanding import NOTHING
from search.engine import SearchRequest

KEPT = timedelta(minutes=1)
Counts = dict[str, set[str]]  # facet → the values that open listings have


@dataclass(frozen=True)
class _Listed:
    at: datetime
    ids: frozenset[str]


_LATEST: WeakKeyDictionary[Engine, _Listed] = WeakKeyDictionary()  # of each site of this process


def listed(site: Site) -> frozenset[str]:
    """Ids of the concepts and organisations that open listings have; a minute old at most."""
    now = site.clock()
    known = _LATEST.get(site.database)
    if known is None or not timedelta() <= now - known.at < KEPT:
        known = _LATEST[site.database] = _Listed(now, frozenset(_ids(site, now)))
    return known.ids


def _ids(site: Site, now: datetime) -> Iterator[str]:
    request = SearchRequest(NOTHING, DEFAULT, now, ranges=open_ranges(now), limit=0, facets=tuple(FACETS))
    facets = with_fallback(site).engine.search(request).facets
    values = {name: {value.value for value in found} for name, found in facets.items()}
    yield from values.get("organisation", ())
    yield from (concept.id for concept in site.thesaurus.concepts.values() if _has_listings(concept, values))


def _has_listings(concept: Concept, values: Counts) -> bool:
    """Whether a listing has one of the values that a concept asks for; facts that nobody counts are taken to be had."""
    field, wanted = concept.filter or ("concept", (concept.id,))
    return field not in values or not values[field].isdisjoint(wanted)
