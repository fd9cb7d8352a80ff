"""What the search knows of a listing: the schema, and a listing turned into a document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from portal.listings import eligibility, money, time
from portal.listings.facts import FACTS, Fact
from portal.listings.models import Listing, Partner
from portal.locales import TAGS
from portal.organisations.models import Organisation
from portal.organisations.names import names_by_language
from portal.vocabulary.isced import load_isced
from portal.vocabulary.thesaurus import place_ids, topic_ids
from search import scoring
from search.concepts.index import LabelIndex
from search.concepts.reading import Mention, find_concepts, find_mentions
from search.concepts.thesaurus import Thesaurus
from search.documents import Document, Evidence, Field, Role, Schema

NEVER = datetime(2100, 1, 1, tzinfo=UTC).timestamp()  # `open_until` of what has no deadline
_MILLISECONDS = 10**14  # more than a moment has


def _field(fact: Fact, role: Role) -> Field:
    weight = scoring.FIELD_WEIGHTS[fact.code] if role is Role.TEXT else 1.0
    return Field(fact.code, role, weight, fact.windows)


# 2: the facet of topics has what they are part of, too; 3: rules, by their digests; 4: no degree is fully funded
# without its tuition; 5: cards have the lowest stipend, too
EDITION = 5
SCHEMA = Schema("listings", tuple(_field(fact, fact.role) for fact in FACTS if fact.role), TAGS, edition=EDITION)


def to_document(listing: Listing, thesaurus: Thesaurus, label_index: LabelIndex) -> Document:
    """A listing, loaded by `queries.whole_listings`, as the index knows it."""
    texts = {text.language: _prose(text.title, text.summary, text.description) for text in listing.translations}
    return Document(
        id=listing.id,
        version=_version(listing),
        texts=texts,
        concepts=tuple(_evidence(listing, texts, thesaurus, label_index)),
        facets=_facets(listing),
        numbers=_numbers(listing),
        stored=to_card(listing),
    )


def to_card(listing: Listing) -> dict[str, Any]:
    """The part of a listing that lists and feeds show, as JSON."""
    return {
        **_identity(listing),
        **_provider(listing),
        "concepts": list(listing.concepts),
        "isced": list(listing.isced),
        "levels": list(listing.levels),
        "mode": listing.mode,
        "award": listing.award,
        "working_languages": list(listing.working_languages),
        "funding": money.funding_of(listing),
        "money_stated": bool(listing.money),
        "stipend": _stipend(listing),
        "benefits": list(money.benefits(listing.money)),
        **_dates(listing),
        "places": listing.places_total,
        "open_to": list(eligibility.open_to(listing.rules)),
        "rules": list(eligibility.digests(listing.rules)),
    }


def proposed_concepts(listing: Listing, thesaurus: Thesaurus, label_index: LabelIndex) -> list[Mention]:
    """Where the prose names topics that its owner has neither tagged nor taken out, in the order of the texts."""
    settled = {*listing.concepts, *listing.concepts_refused}
    texts = {text.language: _prose(text.title, text.summary, text.description) for text in listing.translations}
    return [found for found in find_mentions(texts, label_index, thesaurus) if found.concept not in settled]


def open_ranges(now: datetime) -> dict[str, tuple[float | None, float | None]]:
    """What "open" means to the search: the range that leaves only listings one can still apply for."""
    return {"open_until": (now.timestamp(), None)}


def _version(listing: Listing) -> int:
    """Grows with every change of the listing and, since its card carries their names, of its organisations."""
    own = [listing.organisation] if listing.organisation else []
    changes = [one.updated_at for one in (*own, *(partner.organisation for partner in listing.partners))]
    latest = max((change.timestamp() for change in changes), default=0.0)
    return listing.version * _MILLISECONDS + round(latest * 1000)


def _prose(title: str, summary: str, description: str) -> dict[str, str]:
    return {"title": title, "summary": summary, "description": description}


def _evidence(
    listing: Listing, texts: dict[str, dict[str, str]], thesaurus: Thesaurus, label_index: LabelIndex
) -> Iterator[Evidence]:
    """What its owner tagged, then what the prose names and the owner has not taken out."""
    yield from (Evidence(concept, "tag") for concept in listing.concepts)
    refused = set(listing.concepts_refused)
    yield from (e for e in find_concepts(texts, label_index, thesaurus) if e.concept not in refused)


def _facets(listing: Listing) -> dict[str, tuple[str, ...]]:
    organisations = [listing.organisation_id, *(partner.organisation_id for partner in listing.partners)]
    narrow = load_isced().narrow
    return {
        "kind": (listing.kind,),
        "source_language": (listing.source_language,),
        "organisation": tuple(dict.fromkeys(o for o in organisations if o)),
        "country": (listing.country,),
        "place": place_ids(listing.place),
        "isced": tuple(dict.fromkeys(narrow(code) for code in listing.isced)),
        "concept": tuple(dict.fromkeys(one for topic in listing.concepts for one in topic_ids(topic))),
        "level": tuple(listing.levels),
        "mode": (listing.mode,),
        "working_language": tuple(listing.working_languages),
        "award": (listing.award,),
        "funding": (money.funding_of(listing),),
        "open_to": eligibility.open_to(listing.rules),
        "rolling": ("yes",) if listing.rolling else (),
        "benefit": money.benefits(listing.money),
        "currency": _currency(listing),
        "document": tuple(dict.fromkeys(document.kind for document in listing.documents)),
        "rule": eligibility.digests(listing.rules),
        "language_test": eligibility.test_values(listing.rules),
        "nomination": ("yes",) if eligibility.needs_nomination(listing.rules) else ("no",),
    }


def _numbers(listing: Listing) -> dict[str, float]:
    end = time.closes_at(listing)
    moments = {"closes_at": end, "posted_at": listing.posted_at, "confirmed_at": listing.confirmed_at}
    numbers = {name: moment.timestamp() for name, moment in moments.items() if moment is not None}
    return {**numbers, "open_until": numbers.get("closes_at", NEVER), **dict(_sizes(listing))}


def _sizes(listing: Listing) -> Iterator[tuple[str, float]]:
    """How long, when it starts and what it pays a month; a single value stands for both ends."""
    shortest, longest = listing.months_min or listing.months_max, listing.months_max or listing.months_min
    first, last = listing.starts_from, listing.starts_until or listing.starts_from
    for name, months in (("months_min", shortest), ("months_max", longest)):
        if months is not None:
            yield name, float(months)
    for name, day in (("starts_from", first), ("starts_until", last)):
        if day is not None:
            yield name, datetime.combine(day, datetime.min.time(), UTC).timestamp()
    stipend = money.highest_stipend(listing.money)
    if stipend is not None:
        yield "stipend", float(money.monthly_value(stipend))


def _currency(listing: Listing) -> tuple[str, ...]:
    stipend = money.highest_stipend(listing.money)
    return (stipend.currency,) if stipend is not None and stipend.currency else ()


def _identity(listing: Listing) -> dict[str, Any]:
    return {
        "kind": listing.kind,
        "source_language": listing.source_language,
        "state": listing.state,
        "demonstration": listing.demonstration,
        "real": not listing.demonstration and listing.scheme is not None,
        "titles": {text.language: text.title for text in listing.translations},
        "summaries": {text.language: text.summary for text in listing.translations},
        "origins": {text.language: text.origin for text in listing.translations},
        "source_url": listing.source_url,
        "source_checked_on": _iso(listing.source_checked_on),
        "posted_at": _iso(listing.posted_at),
        "updated_at": _iso(listing.updated_at),
        "confirmed_at": _iso(listing.confirmed_at),
    }


def _provider(listing: Listing) -> dict[str, Any]:
    return {
        "organisation": _named(listing.organisation) if listing.organisation else None,
        "country": listing.country,
        "place": listing.place,
        "partners": [_partner(partner) for partner in listing.partners],
    }


def _named(organisation: Organisation) -> dict[str, Any]:
    return {"id": organisation.id, "names": names_by_language(organisation)}


def _partner(partner: Partner) -> dict[str, Any]:
    return {**_named(partner.organisation), "role": partner.role, "country": partner.organisation.country}


def _stipend(listing: Listing) -> dict[str, str | None] | None:
    found = money.stipend_range(listing.money)
    if found is None:
        return None
    lowest, highest = found
    return {
        "amount": f"{highest.amount:.2f}",
        "lowest": f"{lowest.amount:.2f}",
        "currency": highest.currency,
        "per": highest.per,
    }


def _dates(listing: Listing) -> dict[str, Any]:
    decisive = None if listing.rolling else time.decisive_deadline(listing.deadlines)
    months = [listing.months_min, listing.months_max]
    starts = [listing.starts_from, listing.starts_until or listing.starts_from]
    return {
        "months": [_number(value) for value in months if value is not None] if all(months) else None,
        "starts": [_iso(day) for day in starts] if listing.starts_from else None,
        "deadline": {
            "purpose": decisive.purpose,
            "local_time": decisive.local_time.isoformat(),
            "zone": decisive.zone,
            "at": _iso(time.deadline_at(decisive)),
        }
        if decisive
        else None,
        "rolling": listing.rolling,
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None
