"""A listing as JSON and back: the format of import files and of the API's detail.

Keys are the columns of `facts.FACTS`. Dates and moments are ISO 8601; amounts are text with two decimals; `local_time`
of a deadline has no offset, for its `zone` says the rest. The order of a list is kept. Derived facts (funding,
open_to …) may be there and are not read: they follow from the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.listings import codes
from portal.listings.facts import FACTS, columns
from portal.listings.models import Listing
from portal.listings.record_parts import PARTS, Known, broken, one_of, part_columns, read_parts, rows_of
from portal.listings.shapes import Reader
from portal.locales import COUNTRIES, TAGS

DERIVED = frozenset(fact.code for fact in FACTS) - frozenset(columns())
_IGNORED = DERIVED | {"url"}
_LONGEST: dict[str, int] = {column.name: getattr(column.type, "length", 0) for column in Listing.__table__.columns}
_URL = re.compile(r"https?://[^\s\"<>]+")


def to_record(listing: Listing) -> dict[str, Any]:
    """A listing as JSON; it needs its parts loaded (`queries.whole_listings`)."""
    record: dict[str, Any] = {}
    for name in columns():
        value = getattr(listing, name)
        if name in PARTS:
            keys = part_columns(PARTS[name])
            record[name] = [{key: _plain(key, getattr(row, key)) for key in keys} for row in value]
        else:
            record[name] = _plain(name, value)
    return record


def from_record(record: object, known: Known) -> Listing:
    """A listing that is not yet in any session. Raises `Invalid`, naming the field."""
    values = read_record(record, known)
    return Listing(**values | {name: rows_of(name, values[name]) for name in PARTS})


def read_record(record: object, known: Known) -> dict[str, Any]:
    """The values of a listing by the names of its columns, and those of its parts, without making rows of them: to see
    whether a record is right. Raises `Invalid`, naming the field."""
    reader = Reader(record)
    values = {**_identity(reader), **_provider(reader, known), **_content(reader, known), **_time(reader)}
    values |= {**_places(reader), **_selection(reader), **_extras(reader, known)}
    values |= {name: read_parts(reader, name, known) for name in PARTS}
    reader.finish(_IGNORED)
    _check(values)
    return values


def _identity(reader: Reader) -> dict[str, Any]:
    identifier = reader.text("id", 12)
    if not re.fullmatch(r"[0-9a-z-]+", identifier):
        raise broken("id", "wrong-type", identifier)
    posted_at = reader.moment("posted_at")
    return {
        "id": identifier,
        "version": reader.optional(reader.whole, "version") or 1,
        "kind": reader.code("kind", codes.KINDS),
        "state": reader.optional(reader.code_of(codes.STATES), "state") or "published",
        "demonstration": reader.optional(reader.flag, "demonstration") or False,
        "source_language": reader.code("source_language", TAGS),
        **_texts(reader, "scheme", "funder", "reference"),
        "source_url": reader.optional(lambda key: _url(reader, key), "source_url"),
        "source_checked_on": reader.optional(reader.day, "source_checked_on"),
        "posted_at": posted_at,
        "updated_at": reader.optional(reader.moment, "updated_at") or posted_at,
        "confirmed_at": reader.optional(reader.moment, "confirmed_at"),
    }


def _provider(reader: Reader, known: Known) -> dict[str, Any]:
    return {
        "organisation_id": reader.optional(lambda key: one_of(reader, key, known.organisations), "organisation_id"),
        "country": reader.code("country", COUNTRIES),
        "place": reader.optional(lambda key: one_of(reader, key, known.places), "place"),
        **_texts(reader, "department", "contact_name", "contact_email"),
    }


def _content(reader: Reader, known: Known) -> dict[str, Any]:
    return {
        "isced": reader.codes("isced", known.isced),
        "concepts": reader.codes("concepts", known.concepts),
        "concepts_refused": reader.codes("concepts_refused", known.concepts),
        "levels": reader.codes("levels", codes.LEVELS),
        "mode": reader.code("mode", codes.MODES),
        "working_languages": reader.codes("working_languages", TAGS),
        "award": reader.optional(reader.code_of(codes.AWARDS), "award") or "none",
        "credits": reader.optional(reader.whole, "credits"),
        "outputs": reader.codes("outputs", codes.OUTPUTS),
    }


def _time(reader: Reader) -> dict[str, Any]:
    return {
        **{
            name: reader.optional(reader.day, name)
            for name in ("starts_from", "starts_until", "result_on", "next_cycle_on")
        },
        **{name: reader.optional(reader.tenths, name) for name in ("months_min", "months_max")},
        "rolling": reader.optional(reader.flag, "rolling") or False,
    }


def _places(reader: Reader) -> dict[str, Any]:
    names = ("places_total", "places_per_country", "places_per_institution")
    return {
        **{name: reader.optional(reader.whole, name) for name in names},
        "places_filled": reader.optional(reader.whole, "places_filled") or 0,
        "waiting_list": reader.optional(reader.flag, "waiting_list") or False,
    }


def _selection(reader: Reader) -> dict[str, Any]:
    return {
        "stages": reader.codes("stages", codes.STAGES),
        "decided_by": reader.optional(reader.code_of(codes.DECIDERS), "decided_by"),
        "apply_url": reader.optional(lambda key: _url(reader, key), "apply_url"),
        "apply_steps": reader.codes("apply_steps", codes.APPLY_STEPS),
    }


def _extras(reader: Reader, known: Known) -> dict[str, Any]:
    numbers = ("base_seats", "base_courses_a_year", "joint_months_home", "joint_months_host")
    return {
        **{name: reader.optional(reader.whole, name) for name in numbers},
        "base_equipment": reader.codes("base_equipment", codes.EQUIPMENT),
        "base_certifications": reader.codes("base_certifications", None),
        "base_open_to_third_parties": reader.optional(reader.flag, "base_open_to_third_parties"),
        "joint_degrees": [_degree(child, known) for child in reader.children("joint_degrees")],
        **_texts(reader, "joint_approval"),
    }


def _degree(reader: Reader, known: Known) -> dict[str, str]:
    degree = {
        "degree": reader.code("degree", codes.DEGREES),
        "organisation": one_of(reader, "organisation", known.organisations),
    }
    reader.finish()
    return degree


def _check(values: Mapping[str, Any]) -> None:
    """What concerns more than one field."""
    languages = [text["language"] for text in values["translations"]]
    sources = [text["language"] for text in values["translations"] if text["origin"] == "source"]
    if sources != [values["source_language"]]:
        raise broken("translations", "one-source-wanted", values["source_language"])
    if len(set(languages)) < len(languages):
        raise broken("translations", "repeated-code")
    for low, high in (
        ("months_min", "months_max"),
        ("starts_from", "starts_until"),
        ("places_per_country", "places_total"),
        ("places_per_institution", "places_total"),
        ("places_filled", "places_total"),
    ):
        first, second = values[low], values[high]
        if first is not None and second is not None and first > second:
            raise broken(high, "out-of-range", str(second))


def _texts(reader: Reader, *names: str) -> dict[str, str | None]:
    """Optional short texts, as long as their columns are wide."""
    return {name: reader.optional(reader.short_text(_LONGEST[name]), name) for name in names}


def _url(reader: Reader, key: str) -> str:
    value = reader.text(key, 500)
    if not _URL.fullmatch(value):
        raise broken(reader.at(key), "wrong-type", value[:80])
    return value


def _plain(name: str, value: Any) -> Any:
    """A value as JSON: dates as ISO text, amounts as text, other decimals as numbers."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}" if name == "amount" else int(value) if value == int(value) else float(value)
    return value
