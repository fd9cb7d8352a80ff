"""Makes organisations and listings that are complete without being told everything: for demonstration and for tests.

Whatever is passed by name replaces the default. Ids follow from names and titles, so that nothing depends on chance.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from portal.core.ids import new_id
from portal.listings.models import (
    Criterion,
    Deadline,
    DocumentWanted,
    EligibilityRule,
    Listing,
    MoneyLine,
    Partner,
    Translation,
)
from portal.listings.service import add_listing
from portal.organisations.models import Organisation, OrganisationName

POSTED = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def make_organisation(
    session: Session, name: str = "University of the Seven Hills", country: str = "CN", **overrides: Any
) -> Organisation:
    """An organisation; `names` (language → name) beside the English `name`."""
    names: dict[str, str] = overrides.pop("names", {})
    values: dict[str, Any] = {
        "id": new_id(random.Random(f"organisation {name}"), 9),
        "country": country,
        "types": ["education"],
        "complete": True,
        "updated_at": POSTED,
        **overrides,
    }
    labels = {"en": name, **names}
    rows = [
        OrganisationName(position=place, value=value, language=language, kind="label", display=place == 0)
        for place, (language, value) in enumerate(labels.items())
    ]
    organisation = Organisation(names=rows, **values)
    session.add(organisation)
    return organisation


def make_listing(
    session: Session, title: str = "Visiting scholar: machine learning for river floods", **overrides: Any
) -> Listing:
    """A published listing with every fact of its kind, noted for the index.

    `organisation` makes the host (and the country); `translations`, `partners`, `deadlines`, `money`, `rules`,
    `documents` and `criteria` take lists of rows (the functions below make them).
    """
    organisation: Organisation | None = overrides.pop("organisation", None)
    if organisation is not None:
        overrides.setdefault("organisation_id", organisation.id)
        overrides.setdefault("country", organisation.country)
    listing = new_listing(title, **overrides)
    listing.organisation = organisation
    return add_listing(session, listing, listing.posted_at)


def new_listing(title: str, **overrides: Any) -> Listing:
    """The same, without a database."""
    language = overrides.get("source_language", "en")
    values = {
        "id": new_id(random.Random(f"listing {title}")),
        "translations": [translation(language, title)],
        **_facts(),
        **_parts(),
        **overrides,
    }
    for name in ("translations", "partners", "money", "rules", "documents", "criteria", "deadlines"):
        for position, row in enumerate(values[name]):
            row.position = position
    return Listing(**values)


def translation(language: str, title: str, origin: str = "source", **overrides: Any) -> Translation:
    """Prose in one language."""
    values = {"summary": f"{title}.", "description": f"{title}.\n\nMore about it.", **overrides}
    return Translation(language=language, origin=origin, title=title, **values)


def partner(organisation: Organisation | str, role: str) -> Partner:
    """Another organisation of a listing."""
    if isinstance(organisation, Organisation):
        return Partner(organisation_id=organisation.id, organisation=organisation, role=role)
    return Partner(organisation_id=organisation, role=role)


def deadline(purpose: str, local_time: datetime | str, zone: str = "Asia/Shanghai") -> Deadline:
    """A link of the deadline chain; `local_time` without an offset, as text in ISO 8601 or as a value."""
    value = datetime.fromisoformat(local_time) if isinstance(local_time, str) else local_time
    return Deadline(purpose=purpose, local_time=value, zone=zone)


def money_line(item: str, payer: str, amount: Decimal | int | None = None, *, per: str | None = None,
               currency: str = "CNY", level: str | None = None) -> MoneyLine:  # fmt: skip
    """A line of money; without an amount it is paid in kind."""
    value = None if amount is None else Decimal(amount)
    return MoneyLine(
        item=item, payer=payer, amount=value, currency=None if value is None else currency, per=per, level=level
    )


def rule(kind: str, **parameters: Any) -> EligibilityRule:
    """An eligibility rule, its parameters as JSON."""
    return EligibilityRule(kind=kind, parameters=parameters)


def _facts() -> dict[str, Any]:
    return {
        "version": 1,
        "kind": "visiting-scholar",
        "state": "published",
        "demonstration": True,
        "source_language": "en",
        "posted_at": POSTED,
        "updated_at": POSTED,
        "confirmed_at": POSTED,
        "organisation_id": None,
        "country": "CN",
        "place": None,
        "isced": ["0613"],
        "concepts": ["machine-learning"],
        "concepts_refused": [],
        "levels": ["doctoral", "postdoctoral"],
        "mode": "onsite",
        "working_languages": ["en"],
        "award": "none",
        "outputs": ["joint-paper"],
        "starts_from": date(2027, 3, 1),
        "starts_until": date(2027, 6, 30),
        "months_min": Decimal(3),
        "months_max": Decimal(6),
        "rolling": False,
        "result_on": date(2027, 1, 25),
        "places_total": 4,
        "places_filled": 0,
        "waiting_list": False,
        "stages": ["document-check", "decision"],
        "decided_by": "host-committee",
        "apply_steps": ["read-terms", "online-form", "result"],
        "base_equipment": [],
        "base_certifications": [],
        "joint_degrees": [],
    }


def _parts() -> dict[str, list[Any]]:
    return {
        "partners": [],
        "deadlines": [deadline("host", "2026-12-20T17:00")],
        "money": [
            money_line("stipend", "host", 12500, per="month"),
            money_line("housing", "host"),
        ],
        "rules": [rule("citizenship", countries=["VN", "TH", "LA"]), rule("age-max", age=44)],
        "documents": [
            DocumentWanted(kind="cv", count=1, languages=["en"], notarised_translation=False, due="application")
        ],
        "criteria": [Criterion(code="research-fit", weight=60), Criterion(code="language", weight=40)],
    }
