"""The page of one concept: what it is called in every language, what is above and below it, and what is on offer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from portal.core.errors import NotFound
from portal.discovery.fallback import with_fallback
from portal.discovery.query import Query
from portal.listings.document import open_ranges
from portal.listings.structured import embeddable
from portal.locales import LANGUAGES, Language
from portal.site import Site
from portal.vocabulary.collation import sort_key
from portal.web.cards import Card, card
from portal.web.text import capitalised
from search.concepts.thesaurus import Concept, Thesaurus
from search.concepts.understanding import Filter, Span, Topic, Understanding
from search.engine import SearchRequest

SHOWN = 10
_NOWHERE = Span(0, 0, "")


@dataclass(frozen=True)
class ConceptLink:
    """Another concept and its name for the reader."""

    id: str
    name: str


@dataclass(frozen=True)
class ConceptNames:
    """What a concept is called in one language: as every list has it, a capital letter first; then as people write
    it."""

    language: Language
    preferred: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class ConceptPage:
    """One concept as its page shows it."""

    concept: Concept
    name: str
    names: tuple[ConceptNames, ...]
    broader: tuple[ConceptLink, ...]
    narrower: tuple[ConceptLink, ...]
    related: tuple[ConceptLink, ...]
    cards: tuple[Card, ...]
    total: int
    query: Query  # the search that finds the same

    @property
    def has_other_names(self) -> bool:
        """Whether any language has more than one name for it."""
        return any(row.others for row in self.names)


@dataclass(frozen=True)
class Branch:
    """A topic with those directly below it."""

    link: ConceptLink
    narrower: tuple[ConceptLink, ...]


def concept_page(site: Site, concept_id: str, reader: str) -> ConceptPage:
    """The page of a concept. Raises `NotFound`."""
    thesaurus = site.thesaurus
    concept = thesaurus.concepts.get(concept_id)
    if concept is None:
        raise NotFound("concept.unknown", id=concept_id)
    now = site.clock()
    request = SearchRequest(_asking_for(concept), reader, now, ranges=open_ranges(now), limit=SHOWN, facets=())
    found = with_fallback(site).engine.search(request)
    wanted = not found.widened  # something wider was found instead: the page says that there is nothing
    return ConceptPage(
        concept=concept,
        name=capitalised(concept.label(reader)),
        names=tuple(_names(concept, language) for language in LANGUAGES),
        broader=_links(concept.broader, thesaurus, reader),
        narrower=_links(thesaurus.narrower(concept_id), thesaurus, reader),
        related=_links(concept.related, thesaurus, reader),
        cards=tuple(card(hit.id, hit.stored, reader, now) for hit in found.hits) if wanted else (),
        total=found.total if wanted else 0,
        query=Query(q=concept.label(reader)),
    )


def branches(thesaurus: Thesaurus, reader: str) -> tuple[Branch, ...]:
    """All topics that have something below them, two levels deep, in the reader's order of names."""
    roots = [topic.id for topic in thesaurus.of_scheme("topic") if not topic.broader]
    below = [child for root in roots for child in thesaurus.narrower(root)]
    heads = _links(dict.fromkeys(below), thesaurus, reader)
    return tuple(Branch(head, _links(thesaurus.narrower(head.id), thesaurus, reader)) for head in heads)


def _asking_for(concept: Concept) -> Understanding:
    if concept.filter is not None:
        return Understanding("", filters=(Filter(concept.id, *concept.filter, _NOWHERE),))
    return Understanding("", topics=(Topic(concept.id, _NOWHERE),))


def _names(concept: Concept, language: Language) -> ConceptNames:
    preferred, *others = concept.labels.get(language.tag) or (concept.label(language.tag),)
    return ConceptNames(language, capitalised(preferred), tuple(others))


def _links(ids: Iterable[str], thesaurus: Thesaurus, reader: str) -> tuple[ConceptLink, ...]:
    links = [ConceptLink(one, capitalised(thesaurus.label(one, reader))) for one in ids]
    return tuple(sorted(links, key=lambda link: sort_key(link.name, reader)))


def structured(page: ConceptPage) -> Markup:
    """The concept in schema.org's words, for a script element."""
    names = dict.fromkeys(name for found in page.names for name in (found.preferred, *found.others))
    node = {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "name": page.name,
        "termCode": page.concept.id,
        "alternateName": [name for name in names if name != page.name],
    }
    return Markup(embeddable(node))  # noqa: S704 - made safe for script elements
