"""Ways on from a search that found nothing: what to drop, and topics nearby."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from portal.discovery.limits import limit_text
from portal.discovery.naming import Names
from portal.discovery.query import Query
from portal.site import Site
from portal.web.text import Text
from search.concepts.understanding import NOTHING, Span, Understanding
from search.engine import SearchRequest
from search.results import Relaxation, SearchResults

MAX_NEAR = 6


@dataclass(frozen=True)
class Way:
    """A way on from a search that found nothing: what to drop, and the number it would give."""

    kind: str  # filter, limit, chosen, topic, near, eligible
    label: Text
    facet: str | None
    count: int
    query: Query


def ways(site: Site, query: Query, results: SearchResults, names: Names, request: SearchRequest) -> Iterator[Way]:
    """What could be dropped, most results first; then topics nearby that have listings. `request` is what was asked."""
    if request.exclude:
        yield from _for_others(site, query, request)
    for item in results.suggestions:
        way = _dropping(query, results.understanding, item, names)
        if way is not None:
            yield way
    yield from _near(site, query, request, names)


def _for_others(site: Site, query: Query, request: SearchRequest) -> Iterator[Way]:
    """The listings that were left out because the reader may not apply for them."""
    count = site.engine.search(replace(request, exclude={}, offset=0, limit=0, facets=())).total
    if count:
        yield Way("eligible", Text(""), None, count, query.for_the_reader(eligible=False))


def _dropping(query: Query, understanding: Understanding, item: Relaxation, names: Names) -> Way | None:
    if item.kind == "topic":
        spans = [topic.span for topic in understanding.topics if topic.concept in item.values]
        return Way("topic", names.of(item.values[0]), None, item.count, _without(query, understanding, spans))
    if item.kind == "limit":
        limit = next(limit for limit in understanding.limits if limit.span.text == item.text)
        label = Text(limit_text(limit, names.reader))
        return Way("limit", label, None, item.count, _without(query, understanding, [limit.span]))
    label = Text(", ".join(names.of_value(item.field, value).value for value in item.values))
    if item.kind == "chosen":
        return Way("chosen", label, item.field, item.count, query.leaving(item.field))
    spans = [part.span for part in understanding.filters if part.field == item.field]
    if not spans:
        return None
    return Way("filter", label, item.field, item.count, _without(query, understanding, spans))


def _without(query: Query, understanding: Understanding, spans: list[Span]) -> Query:
    text = understanding.text
    for span in sorted(spans, key=lambda item: -item.start):
        text = f"{text[: span.start]} {text[span.end :]}"
    return query.asking(" ".join(text.split()))


def _near(site: Site, query: Query, request: SearchRequest, names: Names) -> Iterator[Way]:
    """Concepts beside those asked for that some listing is about."""
    asked = {topic.concept for topic in request.understanding.topics}
    near: dict[str, None] = {}
    for concept in (site.thesaurus[one] for one in asked):
        siblings = [child for parent in concept.broader for child in site.thesaurus.narrower(parent)]
        near.update(dict.fromkeys((*concept.related, *concept.broader, *siblings)))
    if not near:
        return
    counts = _concept_counts(site, request)
    # Nearly all listings are about the widest topics: these are not near.
    found = [one for one in near if counts.get(one) and one not in asked and site.thesaurus[one].broader]
    for concept_id in found[:MAX_NEAR]:
        only = Query(chosen={"concept": (concept_id,)}, closed=query.closed, eligible=query.eligible)
        yield Way("near", names.of(concept_id), "concept", counts[concept_id], only)


def _concept_counts(site: Site, request: SearchRequest) -> Mapping[str, int]:
    """Concept → listings, of those that may be found at all."""
    everything = replace(request, understanding=NOTHING, chosen={}, offset=0, limit=0, facets=("concept",))
    return {value.value: value.count for value in site.engine.search(everything).facets.get("concept", ())}
