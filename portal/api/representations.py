"""How the API shows things: dictionaries, whose shapes `schemas` describes; labels in the language asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from portal.discovery.cards import reason_sentence
from portal.discovery.naming import Names
from portal.listings import eligibility, money
from portal.listings.models import Listing
from portal.listings.records import to_record
from portal.organisations.models import Organisation
from portal.organisations.names import local_name, names_by_language
from portal.site import Site
from portal.vocabulary.thesaurus import load_thesaurus
from portal.web.public import address_of
from search.concepts.thesaurus import Concept
from search.concepts.understanding import Filter, Understanding
from search.results import FacetValue, Hit, Reason, SearchResults, Suggestion

Node = dict[str, Any]

MAX_FACET_VALUES = 50  # the most frequent ones
_AS_STORED = (
    "kind", "source_language", "place", "isced", "levels", "mode", "award", "funding", "stipend", "benefits",
    "working_languages", "open_to", "deadline", "rolling", "posted_at", "updated_at", "confirmed_at", "demonstration",
)  # fmt: skip


def search_results(site: Site, results: SearchResults, language: str) -> Node:
    """What was understood, the facets and the hits of one page."""
    shown = {name: values[:MAX_FACET_VALUES] for name, values in results.facets.items()}
    names = _names(site, results, language, (value.value for value in shown.get("organisation", ())))
    return {
        "degraded": results.degraded,
        "by_meaning": results.by_meaning,
        "facets": {name: facet(name, values, names) for name, values in shown.items()},
        **_answer(results, names, language),
    }


def stretch(site: Site, results: SearchResults, language: str) -> Node:
    """What was understood, and the hits of one stretch of a long answer."""
    return {"total": results.total, **_answer(results, _names(site, results, language), language)}


def _names(site: Site, results: SearchResults, language: str, more: Iterable[str] = ()) -> Names:
    return Names(site, language, [*(part.concept for part in results.understanding.filters), *more])


def _answer(results: SearchResults, names: Names, language: str) -> Node:
    return {
        "understood": understood(results.understanding, language, names),
        "relaxed": results.relaxed,
        "widened": [concept_reference(concept, language) for concept in results.widened],
        "hits": [hit(found, language) for found in results.hits],
    }


def understood(understanding: Understanding, language: str, names: Names) -> Node:
    """Every part of the query exactly once: topics, places, kinds, other facts, and the words that are left."""
    parts: dict[str, list[Node]] = {"places": [], "kinds": [], "filters": []}
    groups = {"country": "places", "place": "places", "kind": "kinds"}
    for part in understanding.filters:
        parts[groups.get(part.field, "filters")].append(_understood_filter(part, names))
    topics = [
        {**concept_reference(topic.concept, language), "text": topic.span.text, "mended": topic.mended}
        for topic in understanding.topics
    ]
    limits = [
        {"name": limit.name, "minimum": limit.low, "maximum": limit.high, "unit": limit.unit, "text": limit.span.text}
        for limit in understanding.limits
    ]
    return {
        "text": understanding.text,
        "converted": understanding.converted,
        "concepts": topics,
        **parts,
        "limits": limits,
        "not_used": [span.text for span in understanding.left_alone],
        "words": [word.span.text for word in understanding.words],
    }


def _understood_filter(part: Filter, names: Names) -> Node:
    common = {"id": part.concept, "label": names.of(part.concept).value, "text": part.span.text}
    return {**common, "mended": part.mended, "field": part.field, "values": list(part.values)}


def facet(name: str, values: Iterable[FacetValue], names: Names) -> list[Node]:
    """The values of a facet, most frequent first, with labels and counts."""
    return [
        {"value": v.value, "label": names.of_value(name, v.value).value, "count": v.count, "chosen": v.chosen}
        for v in values
    ]


def hit(found: Hit, language: str) -> Node:
    """One listing that was found, and why. The title is in the asker's language where there is one."""
    stored = found.stored
    shown = language if language in stored["titles"] else stored["source_language"]
    return {
        "id": found.id,
        "url": listing_address(found.id, language),
        "title": stored["titles"][shown],
        "summary": stored["summaries"][shown],
        "text_language": shown,
        "languages": list(stored["titles"]),
        "host_country": stored["country"],
        "organisation": _stored_organisation(stored["organisation"], language),
        "concepts": [concept_in_context(concept, language) for concept in stored["concepts"]],
        **{name: stored[name] for name in _AS_STORED},
        "reasons": [reason(cause, language) for cause in found.reasons],
        "score": round(found.score, 6),
        "score_parts": [{"name": part.name, "value": round(part.value, 6)} for part in found.parts],
    }


def reason(cause: Reason, language: str) -> Node:
    """One cause, as data and as a sentence."""
    sentence = reason_sentence(cause, language)
    return {
        "kind": cause.kind,
        "sentence": sentence.striptags() if isinstance(sentence, Markup) else sentence,
        "asked": cause.asked,
        "concept": concept_reference(cause.concept, language) if cause.concept else None,
        "asked_concept": cause.asked_concept,
        "distance": cause.distance,
        "source": cause.source,
        "language": cause.language,
        "surface": cause.surface,
        "field": cause.field,
        "value": cause.value,
    }


def listing(found: Listing, language: str) -> Node:
    """All facts and translations, as import files have them, with what follows from the facts."""
    names = names_by_language(found.organisation) if found.organisation else {}
    return {
        **to_record(found),
        "url": listing_address(found.id, language),
        "organisation": organisation_reference(found.organisation.id, names, language) if found.organisation else None,
        "funding": money.funding_of(found),
        "open_to": list(eligibility.open_to(found.rules)),
    }


def organisation_summary(found: Organisation, language: str) -> Node:
    """An organisation in a list."""
    return {
        "id": found.id,
        "url": address_of("organisations.show", organisation_id=found.id, language=language),
        "name": local_name(found, language).value,
        "country": found.country,
        "city": found.city,
        "types": list(found.types),
        "ror_id": found.ror_id,
    }


def organisation(found: Organisation, language: str) -> Node:
    """All that is known of an organisation."""
    facts = (
        "subdivision", "subdivision_code", "latitude", "longitude", "geonames_id", "links", "domains", "established",
        "wikidata", "relationships", "ror_release", "complete",
    )  # fmt: skip
    return {
        **organisation_summary(found, language),
        "names": [{"value": name.value, "language": name.language, "kind": name.kind} for name in found.names],
        **{fact: getattr(found, fact) for fact in facts},
        "updated_at": found.updated_at.isoformat(),
    }


def concept_summary(found: Concept, language: str) -> Node:
    """A concept in a list."""
    return {"id": found.id, "scheme": found.scheme, "label": found.label(language), "broader": list(found.broader)}


def concept(found: Concept, language: str) -> Node:
    """A concept with its labels in all languages (the first of each is the preferred one) and its neighbours."""
    narrower = load_thesaurus().narrower(found.id)
    filters = {found.filter[0]: list(found.filter[1])} if found.filter else None
    return {
        **concept_summary(found, language),
        "labels": {tag: list(labels) for tag, labels in sorted(found.labels.items())},
        "broader": [concept_reference(other, language) for other in found.broader],
        "narrower": [concept_reference(other, language) for other in narrower],
        "related": [concept_reference(other, language) for other in found.related],
        "filter": filters,
    }


def concept_reference(concept_id: str, language: str) -> Node:
    """A concept by its id and label."""
    return {"id": concept_id, "label": _label(concept_id, language)}


def concept_in_context(concept_id: str, language: str) -> Node:
    """A concept with the labels of what it is part of, nearest first."""
    above = load_thesaurus().ancestors(concept_id)
    return {**concept_reference(concept_id, language), "broader": [_label(other, language) for other in above]}


def suggestion(found: Suggestion, language: str) -> Node:
    """A completion, and where it leads on this site."""
    return {
        "kind": "listing" if found.kind == "document" else found.kind,
        "id": found.id,
        "label": found.label,
        "matched": found.matched,
        "language": found.language,
        "url": _suggestion_address(found, language),
    }


def _suggestion_address(found: Suggestion, language: str) -> str:
    if found.kind == "document":
        return listing_address(found.id, language)
    if found.kind == "organisation":
        return address_of("organisations.show", organisation_id=found.id, language=language)
    return address_of("discovery.search", q=found.label, language=language)


def organisation_reference(organisation_id: str, names: Mapping[str, str], language: str) -> Node:
    """An organisation by its id and name."""
    address = address_of("organisations.show", organisation_id=organisation_id, language=language)
    return {"id": organisation_id, "name": _name(names, language), "url": address}


def listing_address(listing_id: str, language: str) -> str:
    """The page of a listing."""
    return address_of("listings.show", listing_id=listing_id, language=language)


def _stored_organisation(stored: Mapping[str, Any] | None, language: str) -> Node | None:
    return organisation_reference(stored["id"], stored["names"], language) if stored else None


def _name(names: Mapping[str, str], language: str) -> str:
    return names.get(language) or names[""]


def _label(concept_id: str, language: str) -> str:
    return load_thesaurus().label(concept_id, language)
