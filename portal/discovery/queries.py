"""Reads of the search page: asks the engine, and makes read models for one reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from portal.core.paging import Page
from portal.discovery.cards import FoundCard, found
from portal.discovery.eligible import decisions_of, excluded, question_of, standing_of
from portal.discovery.fallback import with_fallback
from portal.discovery.naming import Names
from portal.discovery.query import Query
from portal.discovery.understood import Chip, chips
from portal.discovery.ways import Way, ways
from portal.eligibility.rulebook import Counts, count_open
from portal.eligibility.visitor import NOTHING
from portal.listings.answers import Answers
from portal.listings.document import open_ranges
from portal.listings.facets import FACETS
from portal.site import Site
from portal.web.formats import READER_COUNTRIES
from portal.web.text import Text
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import Understanding
from search.engine import WINDOW, SearchRequest
from search.results import FacetValue, SearchResults

PER_PAGE = 20
SHOWN_VALUES = 7  # of a facet; the rest is folded away
MAX_VALUES = 24


@dataclass(frozen=True)
class FacetChoice:
    """One value of a facet."""

    value: str
    label: Text
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A facet with its values: the first are shown, the rest are folded away."""

    name: str
    values: tuple[FacetChoice, ...]
    first: int

    @property
    def chosen(self) -> tuple[FacetChoice, ...]:
        """The values that were picked."""
        return tuple(value for value in self.values if value.chosen)


@dataclass(frozen=True)
class SearchPage:
    """One page of results with everything around it."""

    query: Query
    total: int
    page: int
    pages: int
    hits: tuple[FoundCard, ...]
    chips: tuple[Chip, ...]
    facets: tuple[Facet, ...]
    relaxed: bool
    widened: tuple[str, ...]
    degraded: bool
    by_meaning: bool
    converted: str  # the query in Unicode if it was typed in Zawgyi, else empty
    ways: tuple[Way, ...]
    answered: bool  # whether the reader has said anything of themselves
    counts: Counts | None  # of a search for what they may apply for
    question: str | None  # the one that most of these listings wait for


def search_page(site: Site, query: Query, reader: str, answers: Answers = NOTHING) -> SearchPage:
    """Answer a search for a reader who has said this of themselves. Raises `NotFound` for a page past the end."""
    site = with_fallback(site)
    now = site.clock()
    decisions = decisions_of(site, answers, now)
    understanding = site.understand(query.q, reader, now)
    request = SearchRequest(
        understanding, reader, now, chosen=query.chosen, ranges={} if query.closed else open_ranges(now),
        exclude=excluded(query, decisions),
        sort=query.sort, offset=(query.page - 1) * PER_PAGE, limit=PER_PAGE, facets=tuple(FACETS),
    )  # fmt: skip
    results = site.engine.search(request)
    page = Page(results.hits, results.total, query.page, PER_PAGE, reach=WINDOW)
    names = Names(site, reader, _spoken_of(results, understanding))
    topics = query.chosen.get("concept", ())
    return SearchPage(
        query=query,
        total=page.total,
        page=page.page,
        pages=page.pages,
        hits=tuple(found(hit, reader, now, topics, standing_of(hit, decisions)) for hit in page.items),
        chips=chips(query, understanding, site.thesaurus, names),
        facets=tuple(_facets(results, query, names, site.thesaurus)),
        relaxed=results.relaxed,
        widened=results.widened,
        degraded=results.degraded,
        by_meaning=results.by_meaning,
        converted=understanding.text if understanding.converted else "",
        ways=() if results.total else tuple(ways(site, query, results, names, request)),
        answered=decisions is not None,
        counts=count_open(site.engine, request, results, decisions) if request.exclude and decisions else None,
        question=question_of(results.hits, answers, now) if request.exclude else None,
    )


def _spoken_of(results: SearchResults, understanding: Understanding) -> Iterator[str]:
    """Ids of the concepts and organisations whose names the page needs."""
    for value in results.facets.get("organisation", ())[:MAX_VALUES]:
        yield value.value
    for topic in understanding.topics:
        yield from (topic.concept, *topic.alternatives)
    for item in understanding.filters:
        yield from (item.concept, *item.alternatives)
    for word in understanding.words:
        yield from word.alternatives


def _facets(results: SearchResults, query: Query, names: Names, thesaurus: Thesaurus) -> Iterator[Facet]:
    """The facets that offer a choice: chosen values first, then the reader's own country."""
    own = READER_COUNTRIES.get(names.reader, ())
    for name in FACETS:
        offered = (value for value in results.facets.get(name, ()) if value.chosen or _narrows(name, value, thesaurus))
        values = list(islice(offered, MAX_VALUES))
        chosen = query.chosen.get(name, ())
        if len(values) < 2 and not chosen:
            continue
        values.sort(key=lambda value: (not value.chosen, name != "open_to" or value.value not in own))
        choices = tuple(FacetChoice(v.value, names.of_value(name, v.value), v.count, v.chosen) for v in values)
        yield Facet(name, choices, max(SHOWN_VALUES, len(chosen)))


def _narrows(facet: str, value: FacetValue, thesaurus: Thesaurus) -> bool:
    """Whether choosing a value may leave anything out: nearly all listings are about the widest topics."""
    widest = facet == "concept" and value.value in thesaurus and not thesaurus[value.value].broader
    return value.count > 0 and not widest
