"""A draft as the listing it would become, as far as it goes: what lacks or cannot be read is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.core.errors import Invalid
from portal.listings.codes import PROSE
from portal.listings.models import Listing, Translation
from portal.listings.record_parts import Known
from portal.listings.records import from_record
from portal.locales import BY_TAG
from portal.organisations.queries import find_organisations
from portal.posting.drafts.sections import source_text
from portal.posting.translations.texts import translated

_PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?")
_MOST = 1000  # things that are left out


def sketch(session: Session, content: Mapping[str, Any], known: Known, country: str, now: datetime) -> Listing:
    """The listing of a draft of an organisation of a country, with the organisations it names. `mode` is empty where
    none is stated, and so is every missing text."""
    needed = {
        "id": "preview", "kind": "scholarship", "country": country, "mode": "onsite", "posted_at": now.isoformat(),
        "source_language": "en",
    }  # fmt: skip
    listing = _readable({**deepcopy(dict(content)), "state": "published"}, needed, known)
    listing.updated_at = now
    if content.get("mode") != listing.mode:
        listing.mode = ""
    listing.translations = list(_texts(content, listing.source_language))
    return with_organisations(session, listing)


def with_organisations(session: Session, listing: Listing) -> Listing:
    """A listing that is in no session, with the organisations that it names."""
    named = [listing.organisation_id, *(partner.organisation_id for partner in listing.partners)]
    found = find_organisations(session, [one for one in named if one])
    listing.organisation = found.get(listing.organisation_id or "")
    for partner in listing.partners:
        partner.organisation = found[partner.organisation_id]
    return listing


def _readable(record: dict[str, Any], needed: Mapping[str, Any], known: Known) -> Listing:
    """Read a record, leaving out what cannot be read."""
    text = {"language": "", "origin": "source", "title": "…", "summary": "…", "description": "…"}
    for _attempt in range(_MOST):
        language = str(record.get("source_language"))
        record["translations"] = [{**text, "language": language if language in BY_TAG else "en"}]
        try:
            return from_record(record, known)
        except Invalid as error:
            _leave_out(record, str(error.parameters.get("field", "")), needed)
    record = {**needed, "translations": [{**text, "language": "en"}]}
    return from_record(record, known)


def _leave_out(record: dict[str, Any], place: str, needed: Mapping[str, Any]) -> None:
    """Leave out the row that a mistake is in, else the whole value."""
    found = _PLACE.match(place)
    name, number = (found[1], found[2]) if found else (place, None)
    rows = record.get(name)
    if number is not None and isinstance(rows, list) and int(number) < len(rows):
        del rows[int(number)]
    elif name in needed:
        record[name] = needed[name]
    else:
        record.pop(name, None)


def _texts(content: Mapping[str, Any], source_language: str) -> Iterator[Translation]:
    """All texts, however unfinished, each language once, the original first."""
    seen: set[str] = set()
    for text in ({**source_text(content), "origin": "source", "language": source_language}, *translated(content)):
        language = str(text.get("language"))
        if language in BY_TAG and language not in seen:
            seen.add(language)
            parts = {part: str(text.get(part) or "") for part in PROSE}
            yield Translation(language=language, origin=str(text.get("origin")), **parts)
