"""Reads of the search pages: builds requests, asks the engine, and makes read models for one reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from portal.core.errors import NotFound
from portal.discovery.cards import Card, FoundCard, card, facet_value, found
from portal.discovery.forms import FACETS, Query
from portal.locales import COUNTRIES
from portal.organisations.queries import find_organisations, names_by_language
from portal.site import Site
from portal.web.filters import Text, capitalised, name_in
from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.understanding import Filter, Span, Topic, Understanding
from search.engine import SearchRequest
from search.results import Relaxation, SearchResults

PER_PAGE = 20
SHOWN_VALUES = 7  # of a facet; the rest is folded away
MAX_VALUES = 40
NOTHING = Understanding("")
# Names of organisations by id, kept for as long as the directory does not change (the label index is then a new one).
_NAMES: WeakKeyDictionary[LabelIndex, dict[str, dict[str, str]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Reading:
    """Another thing the same words may mean, and the search for it."""

    label: Text
    query: Query


@dataclass(frozen=True)
class Chip:
    """A part of the query as it was understood, with the search without it."""

    kind: str  # topic, filter, word
    text: str
    label: Text
    facet: str | None
    narrower: int
    without: Query
    alternatives: tuple[Reading, ...] = ()


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
class Way:
    """A way on from a search that found nothing: what to drop, and the number it would give."""

    kind: str  # filter, chosen, topic, near
    label: Text
    facet: str | None
    count: int
    query: Query


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
    ways: tuple[Way, ...]


def open_ranges(now: datetime) -> dict[str, tuple[float | None, float | None]]:
    """The range that leaves only listings one can still apply for."""
    return {"open_until": (now.timestamp(), None)}


def search_page(site: Site, query: Query, reader: str) -> SearchPage:
    """Answer a search. Raises `NotFound` for a page past the end."""
    now = site.clock()
    understanding = understand(query.q, reader, site.labels, site.thesaurus)
    results = site.engine.search(
        SearchRequest(
            understanding, reader, now, chosen=query.chosen, ranges={} if query.closed else open_ranges(now),
            sort=query.sort, offset=(query.page - 1) * PER_PAGE, limit=PER_PAGE, facets=tuple(FACETS),
        )
    )  # fmt: skip
    pages = max(1, -(-results.total // PER_PAGE))
    if query.page > pages:
        raise NotFound("page.unknown", page=query.page, pages=pages)
    names = _organisation_names(site, results, understanding, reader)
    chips = tuple(_chips(site, query, understanding, reader, names))
    return SearchPage(
        query, results.total, query.page, pages, tuple(found(hit, reader, now) for hit in results.hits), chips,
        tuple(_facets(results, query, names)), results.relaxed, results.widened,
        tuple(_ways(site, query, results, reader, names)) if not results.total else (),
    )  # fmt: skip


def _organisation_names(
    site: Site, results: SearchResults, understanding: Understanding, reader: str
) -> Mapping[str, Text]:
    """The names of all organisations the page speaks of, in one read at most."""
    wanted = {value.value for value in results.facets.get("organisation", ())[:MAX_VALUES]}
    for part in (*understanding.filters, *understanding.topics):
        wanted.update(id for id in (part.concept, *part.alternatives) if id not in site.thesaurus)
    known = _NAMES.setdefault(site.labels, {})
    if missing := [id for id in wanted if id not in known]:
        with site.sessions() as session:
            found = find_organisations(session, missing)
        known.update({id: names_by_language(found[id]) if id in found else {"": id} for id in missing})
    return {id: name_in(known[id], reader) for id in wanted}


def _facets(results: SearchResults, query: Query, names: Mapping[str, Text]) -> Iterable[Facet]:
    for name in FACETS:
        values = results.facets.get(name, ())
        useful = [value for value in values if value.count or value.chosen][:MAX_VALUES]
        chosen = query.chosen.get(name, ())
        if len(useful) < 2 and not chosen:
            continue
        useful.sort(key=lambda value: not value.chosen)
        choices = tuple(
            FacetChoice(v.value, _value_label(name, v.value, names), v.count, v.chosen) for v in useful
        )
        yield Facet(name, choices, max(SHOWN_VALUES, len(chosen)))


def _value_label(facet: str, value: str, names: Mapping[str, Text]) -> Text:
    if facet == "organisation":
        return names.get(value, Text(value))
    return Text(facet_value(facet, value))


# -- what was understood


def _chips(
    site: Site, query: Query, understanding: Understanding, reader: str, names: Mapping[str, Text]
) -> Iterable[Chip]:
    parts: list[tuple[Span, Chip]] = []
    for topic in understanding.topics:
        narrower = len(site.thesaurus.descendants(topic.concept)) - 1
        parts.append((topic.span, _chip(site, query, understanding, topic, "topic", None, narrower, reader, names)))
    for item in understanding.filters:
        parts.append((item.span, _chip(site, query, understanding, item, "filter", item.field, 0, reader, names)))
    for word in understanding.words:
        without = query.asking(understanding.without(word.span))
        parts.append((word.span, Chip("word", word.span.text, Text(word.span.text), None, 0, without)))
    return [chip for _span, chip in sorted(parts, key=lambda pair: pair[0].start)]


def _chip(
    site: Site, query: Query, understanding: Understanding, part: Topic | Filter, kind: str, facet: str | None,
    narrower: int, reader: str, names: Mapping[str, Text],
) -> Chip:  # fmt: skip
    without = query.asking(understanding.without(part.span))
    others = tuple(_readings(site, without, part, reader, names))
    return Chip(kind, part.span.text, _name(site, part.concept, reader, names), facet, narrower, without, others)


def _readings(
    site: Site, without: Query, part: Topic | Filter, reader: str, names: Mapping[str, Text]
) -> Iterable[Reading]:
    """The other readings as facets, which are never ambiguous."""
    for other in part.alternatives[:3]:
        concept = site.thesaurus.concepts.get(other)
        if concept is None:
            facet, values = "organisation", (other,)
        else:
            facet, values = concept.filter or ("concept", (other,))
        if facet in FACETS and all(FACETS[facet](value) for value in values):
            yield Reading(_name(site, other, reader, names), without.including(facet, values))


def _name(site: Site, concept: str, reader: str, names: Mapping[str, Text]) -> Text:
    if concept in site.thesaurus:
        return Text(capitalised(site.thesaurus.label(concept, reader)))
    return names.get(concept, Text(concept))


# -- nothing found


def _ways(
    site: Site, query: Query, results: SearchResults, reader: str, names: Mapping[str, Text]
) -> Iterable[Way]:
    for item in results.suggestions:
        way = _way(site, query, results.understanding, item, reader, names)
        if way is not None:
            yield way
    yield from _near(site, query, results.understanding, reader)


def _way(
    site: Site, query: Query, understanding: Understanding, item: Relaxation, reader: str, names: Mapping[str, Text]
) -> Way | None:
    if item.kind == "chosen":
        label = Text(", ".join(_value_label(item.field, value, names).value for value in item.values))
        return Way("chosen", label, item.field, item.count, query.leaving(item.field))
    if item.kind == "topic":
        spans = [topic.span for topic in understanding.topics if topic.concept in item.values]
        label = _name(site, item.values[0], reader, names)
    else:
        spans = [part.span for part in understanding.filters if part.field == item.field]
        label = Text(", ".join(_value_label(item.field, value, names).value for value in item.values))
    if not spans:
        return None
    facet = None if item.kind == "topic" else item.field
    return Way(item.kind, label, facet, item.count, query.asking(_without_all(understanding, spans)))


def _without_all(understanding: Understanding, spans: list[Span]) -> str:
    text = understanding.text
    for span in sorted(spans, key=lambda item: -item.start):
        text = f"{text[: span.start]} {text[span.end :]}"
    return " ".join(text.split())


def _near(site: Site, query: Query, understanding: Understanding, reader: str) -> Iterable[Way]:
    """Concepts beside those asked for that some listing is about."""
    near: dict[str, None] = {}
    for topic in understanding.topics:
        concept = site.thesaurus[topic.concept]
        siblings = [child for parent in concept.broader for child in site.thesaurus.narrower(parent)]
        near.update(dict.fromkeys((*concept.related, *concept.broader, *siblings)))
    asked = {topic.concept for topic in understanding.topics}
    if not near:
        return
    counts = _concept_counts(site, query, reader)
    for concept_id in [id for id in near if counts.get(id) and id not in asked][:6]:
        label = Text(capitalised(site.thesaurus.label(concept_id, reader)))
        yield Way("near", label, "concept", counts[concept_id], Query(chosen={"concept": (concept_id,)}))


def _concept_counts(site: Site, query: Query, reader: str) -> Mapping[str, int]:
    now = site.clock()
    ranges = {} if query.closed else open_ranges(now)
    results = site.engine.search(SearchRequest(NOTHING, reader, now, ranges=ranges, limit=0, facets=("concept",)))
    return {value.value: value.count for value in results.facets.get("concept", ())}


# -- the home page


@dataclass(frozen=True)
class Corridor:
    """An ordered pair of countries and the number of open listings from home to host."""

    home: str
    host: str
    count: int


@dataclass(frozen=True)
class HomePage:
    """What the home page shows."""

    total: int
    kinds: Mapping[str, int]
    closing: tuple[Card, ...]
    newest: tuple[Card, ...]
    schemes: tuple[Card, ...]
    corridors: Mapping[tuple[str, str], int]  # (home, host) → open listings


def home_page(site: Site, reader: str) -> HomePage:
    """Counts by kind, what closes soon, what is new, and the corridors."""
    now = site.clock()
    base = SearchRequest(NOTHING, reader, now, ranges=open_ranges(now), limit=0, facets=("kind",))
    counted = site.engine.search(base)
    kinds = {value.value: value.count for value in counted.facets.get("kind", ())}
    closing = _cards(site, reader, now, "deadline", {"closes_at": (now.timestamp(), None)}, 5)
    newest = _cards(site, reader, now, "newest", open_ranges(now), 4)
    return HomePage(counted.total, kinds, closing, newest, (), corridors(site, reader))


def _cards(
    site: Site, reader: str, now: datetime, sort: str, ranges: dict[str, tuple[float | None, float | None]], limit: int
) -> tuple[Card, ...]:
    request = SearchRequest(NOTHING, reader, now, ranges=ranges, sort=sort, limit=limit, facets=())
    return tuple(card(hit.id, hit.stored, reader, now) for hit in site.engine.search(request).hits)


def corridors(site: Site, reader: str) -> Mapping[tuple[str, str], int]:
    """Open listings for each home and host country; a listing counts for every country it is open to."""
    now = site.clock()
    counts: dict[tuple[str, str], int] = {}
    for host in COUNTRIES:
        request = SearchRequest(
            NOTHING, reader, now, chosen={"country": (host,)}, ranges=open_ranges(now), limit=0, facets=("open_to",)
        )
        for value in site.engine.search(request).facets.get("open_to", ()):
            counts[value.value, host] = value.count
    return counts
