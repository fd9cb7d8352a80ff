"""Files of listings: one JSON object a line, as `records` describes it. Nothing of a file with a mistake is taken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import Invalid
from portal.listings.models import Listing
from portal.listings.record_parts import Known, broken
from portal.listings.records import from_record, to_record
from portal.organisations.models import Organisation
from portal.vocabulary.isced import load_isced
from search.analysis.cleaning import clean
from search.concepts.thesaurus import Thesaurus

_LONGEST_LINE = 1 << 22  # characters; a listing with all its translations at their longest takes half of it
_SHOWN = 80  # characters of a field or value that are told back


def known_references(session: Session, thesaurus: Thesaurus) -> Known:
    """Everything that exists on this site."""
    return Known(
        organisations=frozenset(session.scalars(sa.select(Organisation.id))),
        concepts={concept.id for concept in thesaurus.of_scheme("topic")},
        places={place.id for place in thesaurus.of_scheme("place")},
        isced=load_isced().fields,
    )


def write_listings(listings: Iterable[Listing]) -> Iterator[str]:
    """Listings as lines of JSON."""
    for listing in listings:
        yield json.dumps(to_record(listing), ensure_ascii=False) + "\n"


def read_file(path: Path, known: Known) -> list[Listing]:
    """All listings of a file. Raises `Invalid`: "file.unreadable", or as `read_listings`."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            return read_listings(_lines(lines), known)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("file.unreadable", field="file", reason=str(error)) from error


def read_listings(lines: Iterable[str], known: Known) -> list[Listing]:
    """All listings of some lines of JSON. Raises `Invalid` ("record.broken" with `line`, `field`, `reason`)."""
    found: dict[str, Listing] = {}
    for number, text in enumerate(lines, 1):
        if text.strip():
            try:
                listing = from_record(read_line(text), known)
                if listing.id in found:
                    raise broken("id", "repeated-id", listing.id)
            except Invalid as error:
                raise Invalid(error.code, line=number, **_shown(error.parameters)) from error
            found[listing.id] = listing
    return list(found.values())


def _lines(file: TextIO) -> Iterator[str]:
    """The lines of a file, of which none is ever read whole that could not be a listing."""
    while line := file.readline(_LONGEST_LINE + 1):
        yield line


def _shown(parameters: dict[str, Any]) -> dict[str, Any]:
    """What an error says of a file, fit to be printed whatever stood there."""
    return {name: clean(value)[:_SHOWN] if isinstance(value, str) else value for name, value in parameters.items()}


def read_line(text: str) -> object:
    """The JSON of one line. Raises `Invalid` where it is none, or has a key twice."""
    if len(text) > _LONGEST_LINE:
        raise broken("json", "too-long")
    try:
        found: object = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise broken("json", "not-json", text[:80]) from error
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise broken(key, "repeated-field")
        found[key] = value
    return found
