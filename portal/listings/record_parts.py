"""The rows that belong to a listing, read from JSON: one reader for each kind of part."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.core.errors import Invalid
from portal.listings import codes, eligibility, models
from portal.listings.shapes import Reader
from portal.listings.time import zone_of
from portal.locales import TAGS

PARTS: Mapping[str, type[Any]] = {
    "translations": models.Translation,
    "partners": models.Partner,
    "deadlines": models.Deadline,
    "money": models.MoneyLine,
    "rules": models.EligibilityRule,
    "documents": models.DocumentWanted,
    "criteria": models.Criterion,
}
_OWN = ("id", "listing_id", "position", "digest")  # what a part has for the database's sake


@dataclass(frozen=True)
class Known:
    """What a listing may refer to."""

    organisations: Container[str]
    concepts: Container[str]
    places: Container[str]
    isced: Container[str]


def part_columns(part: type[Any]) -> tuple[str, ...]:
    """The keys of one kind of part, in order."""
    return tuple(name for name in sa.inspect(part).column_attrs.keys() if name not in _OWN)  # noqa: SIM118


def read_parts(reader: Reader, name: str, known: Known) -> list[dict[str, Any]]:
    """The values of the parts of one kind, in their order."""
    parts = []
    for child in reader.children(name):
        parts.append(_PART_READERS[name](child, known))
        child.finish()
    return parts


def rows_of(name: str, parts: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The rows that the values of parts make."""
    return [PARTS[name](position=position, **values) for position, values in enumerate(parts)]


def _translation(reader: Reader, _known: Known) -> dict[str, Any]:
    return {
        "language": reader.code("language", TAGS),
        "origin": reader.code("origin", codes.ORIGINS),
        "title": reader.text("title", 300),
        "summary": reader.text("summary"),
        "description": reader.text("description"),
    }


def _partner(reader: Reader, known: Known) -> dict[str, Any]:
    organisation = one_of(reader, "organisation_id", known.organisations)
    return {"organisation_id": organisation, "role": reader.code("role", codes.PARTNER_ROLES)}


def _deadline(reader: Reader, _known: Known) -> dict[str, Any]:
    zone = reader.text("zone", 40)
    try:
        zone_of(zone)
    except Invalid as error:
        raise broken(reader.at("zone"), "unknown-zone", zone) from error
    purpose = reader.code("purpose", codes.DEADLINE_PURPOSES)
    return {"purpose": purpose, "local_time": reader.wall_clock("local_time"), "zone": zone}


def _money_line(reader: Reader, _known: Known) -> dict[str, Any]:
    amount = reader.optional(reader.decimal, "amount")
    currency = reader.optional(reader.short_text(3), "currency")
    if (amount is None) != (currency is None):
        raise broken(reader.at("currency"), "amount-and-currency-go-together", currency)
    if currency is not None and not re.fullmatch("[A-Z]{3}", currency):
        raise broken(reader.at("currency"), "unknown-code", currency)
    return {
        "item": reader.code("item", codes.MONEY_ITEMS),
        "payer": reader.code("payer", codes.MONEY_PAYERS),
        "amount": amount,
        "currency": currency,
        "per": reader.optional(reader.code_of(codes.MONEY_PERIODS), "per"),
        "level": reader.optional(reader.code_of(codes.LEVELS), "level"),
    }


def _rule(reader: Reader, _known: Known) -> dict[str, Any]:
    kind = reader.code("kind", codes.RULE_KINDS)
    parameters = reader.optional(reader.mapping, "parameters") or {}
    rule = eligibility.parse_rule(kind, parameters, reader.at("parameters"))
    return {"kind": kind, "parameters": rule.parameters()}


def _document(reader: Reader, _known: Known) -> dict[str, Any]:
    return {
        "kind": reader.code("kind", codes.DOCUMENTS),
        "count": reader.optional(reader.whole, "count") or 1,
        "languages": reader.codes("languages", TAGS),
        "notarised_translation": reader.optional(reader.flag, "notarised_translation") or False,
        "pages_max": reader.optional(reader.whole, "pages_max"),
        "words_max": reader.optional(reader.whole, "words_max"),
        "due": reader.optional(reader.code_of(codes.DOCUMENT_DUES), "due") or "application",
    }


def _criterion(reader: Reader, _known: Known) -> dict[str, Any]:
    return {"code": reader.code("code", codes.CRITERIA), "weight": reader.optional(reader.whole, "weight")}


_PART_READERS: Mapping[str, Callable[[Reader, Known], dict[str, Any]]] = {
    "translations": _translation,
    "partners": _partner,
    "deadlines": _deadline,
    "money": _money_line,
    "rules": _rule,
    "documents": _document,
    "criteria": _criterion,
}


def one_of(reader: Reader, key: str, known: Container[str]) -> str:
    """The id of something that exists."""
    value = reader.text(key, 60)
    if value not in known:
        raise broken(reader.at(key), "unknown-reference", value)
    return value


def broken(field: str, reason: str, value: object = None) -> Invalid:
    """The error that names a field of a record."""
    return Invalid("record.broken", field=field, reason=reason, value=value)
