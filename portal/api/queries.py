"""Reads of the API that no page has: searches with their own page size, the thesaurus as a list, suggestions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from portal.api import parameters
from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.discovery.fallback import with_fallback
from portal.discovery.listed import listed
from portal.discovery.naming import Names
from portal.listings.document import open_ranges
from portal.organisations.queries import find_organisations
from portal.site import Site
from portal.vocabulary.collation import sort_key
from portal.vocabulary.thesaurus import concepts_with, load_thesaurus
from search.analysis.cleaning import clean
from search.analysis.scripts import is_spaceless, script_of
from search.concepts.completion import only_places_follow
from search.concepts.labels import Entry
from search.concepts.thesaurus import Concept
from search.engine import Place, SearchRequest, Stretch
from search.errors import PlaceLost
from search.results import Hit, SearchResults, Suggestion

_LISTINGS_SUGGESTED = 3
_COUNT = re.compile(r"\b\d{1,2}$")  # longer numbers are years

Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Search:
    """One search, as `parameters.LISTINGS` give it."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    closed: bool = False
    sort: str = "relevance"
    page: int = 1
    per_page: int = 20

    @classmethod
    def of(cls, values: Values) -> Search:
        """The search that checked parameters ask for."""
        chosen = {facet.name: values[facet.name] for facet in parameters.FACETS if facet.name in values}
        if "funded" in values:
            wanted = ("full", "partly") if values["funded"][0] in parameters.YES else ("none",)
            named = chosen.get("funding", wanted)
            chosen["funding"] = tuple(code for code in wanted if code in named)
        closed = values.get("closed", ("",))[0] in parameters.YES
        sort = values.get("sort", ("relevance",))[0]
        page, per_page = number(values, parameters.PAGE), number(values, parameters.PER_PAGE)
        return cls(text(values), chosen, closed, sort, page, per_page)


def text(values: Values) -> str:
    """The words asked for, cleaned."""
    return clean(values.get("q", ("",))[0])


def number(values: Values, parameter: parameters.Parameter) -> int:
    """A whole number, or its default."""
    return int(values.get(parameter.name, (parameter.schema["default"],))[0])


def search_listings(site: Site, search: Search, language: str) -> SearchResults:
    """Answer a search; while the engine is away, from the database. Raises `Invalid` for an unknown organisation."""
    request = _request(site, search, language, site.clock())
    facets = tuple(facet.name for facet in parameters.FACETS)
    page = replace(request, offset=(search.page - 1) * search.per_page, limit=search.per_page, facets=facets)
    return with_fallback(site).engine.search(page)


def walk_listings(site: Site, search: Search, language: str, began: datetime, place: Place | None) -> Stretch:
    """The next stretch of all that a search finds. Raises `Invalid` for an unknown organisation or a place that is
    lost, and `EngineUnavailable`: the database could not go on where the engine has stopped."""
    request = _request(site, search, language, began)
    try:
        return site.engine.walk(replace(request, limit=search.per_page), place)
    except PlaceLost as error:
        raise parameters.CURSOR.refused("expired", "") from error


def scan_listings(site: Site, search: Search, language: str) -> Iterator[Hit]:
    """All that a search finds, asked for when the first is taken. Raises as `walk_listings` does."""
    return site.engine.scan(_request(site, search, language, site.clock()))


def _request(site: Site, search: Search, language: str, now: datetime) -> SearchRequest:
    _check_organisations(site, search.chosen.get("organisation", ()))
    return SearchRequest(
        site.understand(search.q, language, now),
        language,
        now,
        chosen=search.chosen,
        ranges={} if search.closed else open_ranges(now),
        sort=search.sort,
        facets=(),
    )


def _check_organisations(site: Site, ids: tuple[str, ...]) -> None:
    if not ids:
        return
    with site.sessions() as session:
        known = find_organisations(session, list(ids))
    for value in ids:
        if value not in known:
            raise parameters.BY_NAME["organisation"].refused("unknown-value", value)


def get_concept(concept_id: str) -> Concept:
    """One entry of the thesaurus. Raises `NotFound`."""
    concept = load_thesaurus().concepts.get(concept_id)
    if concept is None:
        raise NotFound("concept.unknown", id=concept_id)
    return concept


def list_concepts(words: str, scheme: str | None, language: str, page: int, per_page: int) -> Page[Concept]:
    """The thesaurus, or what has all words in one of its labels, in the order of a reader's language."""
    found = [concept for concept in concepts_with(words) if scheme in (None, concept.scheme)]
    found.sort(key=lambda concept: (*sort_key(concept.label(language), language), concept.id))
    return Page(found[(page - 1) * per_page : page * per_page], len(found), page, per_page)


def suggest(site: Site, typed: str, language: str, limit: int) -> list[Suggestion]:
    """What a reader may be typing: concepts, places, organisations, then listings by their title; where the whole goes
    on to nothing, what its last words may become."""
    if not typed:
        return []
    listings = with_fallback(site).engine.suggest(typed, language, min(_LISTINGS_SUGGESTED, limit))
    room = limit - len(listings)
    entries = [completion.entry for completion in site.labels.complete(typed, language, room, listed(site))]
    names = Names(site, language, (entry.concept for entry in entries))
    found = [_suggestion(entry, names.of(entry.concept).value) for entry in entries]
    if not found:
        found = list(islice(_last_words(site, typed, language, room), room))
    return found + listings


def _last_words(site: Site, typed: str, language: str, limit: int) -> Iterator[Suggestion]:
    """Completions of the end of what was typed, in its language, behind what is understood of it or behind a space; but
    not behind a number that what follows counts: “3 mon” is on the way to months."""
    cuts = {match.end for match in site.labels.find(typed, language)}
    cuts |= {place + 1 for place, character in enumerate(typed) if character == " "}
    for cut in sorted(cuts):
        head, tail = typed[:cut].rstrip(), typed[cut:].lstrip()
        if _COUNT.search(head):
            continue
        completions = site.labels.complete(tail, language, limit, listed(site)) if tail else []
        entries = [found.entry for found in completions if found.entry.scheme != "organisation"]
        if only_places_follow(head, language):
            entries = [entry for entry in entries if entry.scheme == "place"] or entries
        if entries:
            ends = (site.thesaurus.label(e.concept, e.language) if e.hidden else e.label for e in entries)
            yield from (
                _suggestion(e, _joined(typed.removesuffix(tail), end)) for e, end in zip(entries, ends, strict=True)
            )
            return


def _joined(head: str, end: str) -> str:
    """Two parts of a query with a space between them, unless it goes on in a script that writes none."""
    goes_on = is_spaceless(head[-1]) and script_of(head[-1]) == script_of(end)
    return head + end if goes_on else f"{head.rstrip()} {end}"


def _suggestion(entry: Entry, label: str) -> Suggestion:
    """A completion; labels that are never shown are not shown here either."""
    return Suggestion(entry.scheme, entry.concept, label, "" if entry.hidden else entry.label, entry.language)
