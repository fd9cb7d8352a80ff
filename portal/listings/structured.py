"""A listing in schema.org's words (JSON-LD), for search engines and other readers that are not people.

Each kind has the type whose definition fits: programmes of study and of work-based training have deadlines, salaries
and credentials of their own; courses have instances; a scholarship is a grant. Only properties that schema.org declares
for a type are used: what concerns the page (its language, that it is a demonstration) stands with `mainEntityOfPage`,
and when and where to apply, for all kinds, is an `ApplyAction`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from portal.listings import money, time
from portal.listings.models import Listing, MoneyLine, Translation
from portal.locales import edition_for
from portal.organisations.models import Organisation
from portal.organisations.names import local_name
from portal.vocabulary.thesaurus import load_thesaurus

Node = dict[str, Any]

DEMONSTRATION = "Demonstration"
NOT_AN_OFFER = "Demonstration data: this is not a real offer."
_MODES = {"onsite": "onsite", "online": "online", "mixed": "blended"}
_UNITS = {"month": "MONTH", "year": "YEAR"}
_FEES = ("tuition", "fee")
_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def json_ld(listing: Listing, language: str, address: str) -> Node:
    """The structured data of a listing, loaded whole, on its page at `address` for readers of `language`."""
    return _without_empty({"@context": "https://schema.org", **_KINDS[listing.kind](listing, language, address)})


def embeddable(data: Node) -> str:
    """JSON that may stand inside a `script` element: nothing in it can end the element or begin another."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_UNSAFE)


def _programme(type_: str) -> Callable[[Listing, str, str], Node]:
    """Something of some length with applicants, for which the institution that provides it is responsible."""

    def node(listing: Listing, language: str, address: str) -> Node:
        return {
            **_thing(listing, language, address, type_),
            "provider": _provider(listing, language),
            "applicationDeadline": _deadline(listing),
            "startDate": _iso(listing.starts_from),
            "timeToComplete": _length(listing.months_max),
            "educationalProgramMode": _MODES[listing.mode],
            "educationalCredentialAwarded": _credential(listing),
            "numberOfCredits": listing.credits,
            "maximumEnrollment": listing.places_total,
            "financialAidEligible": money.funding_of(listing) != "none",
            "trainingSalary": _salary(listing),
            "offers": _offers(listing, address),
        }

    return node


def _course(listing: Listing, language: str, address: str) -> Node:
    """A course, and the time and place at which it is given."""
    return {
        **_thing(listing, language, address, "Course"),
        **_work(listing, list(listing.working_languages)),
        "provider": _provider(listing, language),
        "about": _topics(listing, language),
        "educationalLevel": list(listing.levels),
        "educationalCredentialAwarded": _credential(listing),
        "numberOfCredits": listing.credits,
        "financialAidEligible": money.funding_of(listing) != "none",
        "offers": _offers(listing, address),
        "hasCourseInstance": _without_empty(
            {
                "@type": "CourseInstance",
                "courseMode": _MODES[listing.mode],
                "inLanguage": list(listing.working_languages),
                "startDate": _iso(listing.starts_from),
                "duration": _length(listing.months_max),
                "maximumAttendeeCapacity": listing.places_total,
                "location": _location(listing, language),
            }
        ),
    }


def _grant(listing: Listing, language: str, address: str) -> Node:
    """Money for a person's studies; a `MonetaryGrant` where the amount is stated."""
    stipend = money.highest_stipend(listing.money)
    funder = next((partner.organisation for partner in listing.partners if partner.role == "funder"), None)
    given = _organisation(funder, language) if funder else _named_funder(listing) or _provider(listing, language)
    return {
        **_thing(listing, language, address, "MonetaryGrant" if stipend else "Grant"),
        "funder": given,
        "sponsor": _provider(listing, language) if funder or listing.funder else None,
        "amount": _amount(stipend) if stipend else None,
    }


_KINDS: dict[str, Callable[[Listing, str, str], Node]] = {
    "joint-programme": _programme("EducationalOccupationalProgram"),
    "visiting-scholar": _programme("EducationalOccupationalProgram"),
    "training-base": _programme("WorkBasedProgram"),
    "overseas-training": _course,
    "shared-course": _course,
    "scholarship": _grant,
}


def _thing(listing: Listing, language: str, address: str, type_: str) -> Node:
    """What every thing has. Prose that is not in the reader's language says which one it is in."""
    prose = _prose(listing, language)
    return {
        "@type": type_,
        "@id": f"{address}#listing",
        "url": address,
        "name": _text(prose.title, prose.language, language),
        "description": _text(prose.summary, prose.language, language),
        "disambiguatingDescription": NOT_AN_OFFER if listing.demonstration else None,
        "identifier": listing.reference,
        "sameAs": listing.source_url,
        "mainEntityOfPage": _without_empty({"@type": "WebPage", "@id": address, **_work(listing, language)}),
        "potentialAction": _apply(listing, address),
    }


def _work(listing: Listing, languages: str | list[str]) -> Node:
    """What a creative work (a page, a course) says of itself."""
    return {
        "inLanguage": languages,
        "creativeWorkStatus": DEMONSTRATION if listing.demonstration else None,
        "datePublished": _iso(listing.posted_at),
        "dateModified": _iso(listing.updated_at),
    }


def _apply(listing: Listing, address: str) -> Node:
    """How long and where one may apply; never an address outside for what is not a real offer."""
    target = address if listing.demonstration else listing.apply_url or address
    return _without_empty({"@type": "ApplyAction", "target": target, "endTime": _deadline(listing)})


def _prose(listing: Listing, language: str) -> Translation:
    by_language = {text.language: text for text in listing.translations}
    return by_language[edition_for(language, by_language, listing.source_language)]


def _text(value: str, language: str, reader: str) -> str | Node:
    return value if language == reader else {"@language": language, "@value": value}


def _deadline(listing: Listing) -> str | None:
    closes = time.closes_at(listing)
    return closes.isoformat() if closes else None


def _provider(listing: Listing, language: str) -> Node | None:
    """The organisation, with its department; a scheme without one is provided by its funder."""
    if listing.organisation is None:
        return _named_funder(listing)
    node = _organisation(listing.organisation, language)
    if listing.department:
        node["department"] = {"@type": "Organization", "name": listing.department}
    return node


def _named_funder(listing: Listing) -> Node | None:
    return {"@type": "Organization", "name": listing.funder} if listing.funder else None


def _organisation(organisation: Organisation, language: str) -> Node:
    name = local_name(organisation, language)
    address = {
        "@type": "PostalAddress",
        "addressCountry": organisation.country,
        "addressRegion": organisation.subdivision,
        "addressLocality": organisation.city,
    }
    return _without_empty(
        {
            "@type": "EducationalOrganization" if "education" in organisation.types else "Organization",
            "@id": organisation.ror_id,
            "name": _text(name.value, name.language, language) if name.language else name.value,
            "url": next((link["value"] for link in organisation.links if link["type"] == "website"), None),
            "address": _without_empty(address),
        }
    )


def _location(listing: Listing, language: str) -> Node:
    if listing.mode == "online":
        return {"@type": "VirtualLocation"}
    place = load_thesaurus().label(listing.place, language) if listing.place else None
    address = {"@type": "PostalAddress", "addressCountry": listing.country, "addressLocality": place}
    return {"@type": "Place", "address": _without_empty(address)}


def _topics(listing: Listing, language: str) -> list[Node]:
    label = load_thesaurus().label
    return [{"@type": "DefinedTerm", "termCode": code, "name": label(code, language)} for code in listing.concepts]


def _credential(listing: Listing) -> Node | None:
    if listing.award == "none":
        return None
    return {"@type": "EducationalOccupationalCredential", "credentialCategory": listing.award}


def _offers(listing: Listing, address: str) -> list[Node]:
    """What taking part costs. Free only where it says that somebody else pays; nothing said is no offer."""
    lines = [line for line in listing.money if line.item in _FEES]
    prices = [_price(line) for line in lines if line.payer == "participant"]
    if lines and not prices:
        prices = [{"category": "Free", "price": 0, "priceCurrency": _currency(listing)}]
    ends = {"availabilityEnds": _deadline(listing), "url": address}
    return [_without_empty({"@type": "Offer", **price, **ends}) for price in prices]


def _price(line: MoneyLine) -> Node:
    """The tuition or fee of one line; without an amount it is still to be paid."""
    return {"category": "Paid", "price": _number(line.amount), "priceCurrency": line.currency}


def _currency(listing: Listing) -> str:
    """Nothing costs nothing in any currency, but one must be named: one of the listing, else China's."""
    return next((line.currency for line in listing.money if line.currency), "CNY")


def _amount(line: MoneyLine) -> Node:
    value = {"@type": "QuantitativeValue", "value": _number(line.amount), "unitText": _UNITS.get(line.per or "")}
    return {"@type": "MonetaryAmount", "currency": line.currency, "value": _without_empty(value)}


def _salary(listing: Listing) -> Node | None:
    """The highest stipend, if it is paid by the month or year."""
    line = money.highest_stipend(listing.money)
    if line is None or line.per not in _UNITS:
        return None
    duration = "P1M" if line.per == "month" else "P1Y"
    median = _number(line.amount)
    return {"@type": "MonetaryAmountDistribution", "currency": line.currency, "duration": duration, "median": median}


def _length(months: Decimal | None) -> str | None:
    """ISO 8601 durations have no half months: those become days of 30 a month."""
    if months is None:
        return None
    return f"P{int(months)}M" if months == int(months) else f"P{int(months * 30)}D"


def _number(amount: Decimal | None) -> int | float | None:
    if amount is None:
        return None
    return int(amount) if amount == int(amount) else float(amount)


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None


def _without_empty(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in (None, [], {})}
