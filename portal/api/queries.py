"""Reads of the API that no page has: searches with their own page size, the thesaurus as a list, suggestions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from portal.api import parameters
from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.discovery.fallback import with_fallback
from portal.discovery.naming import Names
from portal.listings.document import open_ranges
from portal.organisations.queries import find_organisations
from portal.site import Site
from portal.vocabulary.collation import sort_key
from portal.vocabulary.thesaurus import load_thesaurus
from search.analysis.cleaning import clean, simplify
from search.analysis.folding import fold
from search.concepts.reading import understand
from search.concepts.thesaurus import Concept
from search.engine import SearchRequest
from search.results import SearchResults, Suggestion

_LISTINGS_SUGGESTED = 3

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
    """Answer a search. Raises `Invalid` for an unknown organisation, `NotFound` for a page past the end."""
    _check_organisations(site, search.chosen.get("organisation", ()))
    now = site.clock()
    results = with_fallback(site).engine.search(
        SearchRequest(
            understand(search.q, language, site.labels, site.thesaurus),
            language,
            now,
            chosen=search.chosen,
            ranges={} if search.closed else open_ranges(now),
            sort=search.sort,
            offset=(search.page - 1) * search.per_page,
            limit=search.per_page,
            facets=tuple(facet.name for facet in parameters.FACETS),
        )
    )
    pages = max(1, -(-results.total // search.per_page))
    if search.page > pages:
        raise NotFound("page.unknown", page=search.page, pages=pages)
    return results


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
    wanted = fold(simplify(words)).split()
    found = [
        concept
        for concept in load_thesaurus().concepts.values()
        if scheme in (None, concept.scheme)
        and (not wanted or any(all(word in label for word in wanted) for label in _folded()[concept.id]))
    ]
    found.sort(key=lambda concept: (*sort_key(concept.label(language), language), concept.id))
    return Page(found[(page - 1) * per_page : page * per_page], len(found), page, per_page)


@cache
def _folded() -> dict[str, tuple[str, ...]]:
    """All labels of each concept, in the form in which they are compared."""
    return {
        concept.id: tuple({fold(simplify(label)) for labels in concept.labels.values() for label in labels})
        for concept in load_thesaurus().concepts.values()
    }


def suggest(site: Site, typed: str, language: str, limit: int) -> list[Suggestion]:
    """What a reader may be typing: concepts, places, organisations, then listings by their title."""
    if not typed:
        return []
    listings = with_fallback(site).engine.suggest(typed, language, min(_LISTINGS_SUGGESTED, limit))
    entries = [completion.entry for completion in site.labels.complete(typed, language, limit - len(listings))]
    names = Names(site, language, (entry.concept for entry in entries))
    found = [
        Suggestion(entry.scheme, entry.concept, names.of(entry.concept).value, entry.label, entry.language)
        for entry in entries
    ]
    return found + listings
