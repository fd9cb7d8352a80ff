"""Reads the real schemes (`schemes.toml`): what their sources say, with source and day, never as a demonstration."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.core.errors import Invalid
from portal.listings.codes import PROSE
from portal.listings.importing import known_references
from portal.listings.models import Listing
from portal.listings.record_parts import Known
from portal.listings.records import from_record
from portal.vocabulary.thesaurus import load_thesaurus

PATH = Path(__file__).parent / "schemes.toml"
CHECKED_ON = date(2026, 11, 23)
_NO_COLUMNS = (*PROSE, "posted_on", "translations")  # keys of the file that records do not have, or have otherwise


def load_schemes(session: Session) -> list[Listing]:
    """All schemes as listings that are not yet in the session. Raises `Invalid`, naming scheme and field."""
    known = known_references(session, load_thesaurus())
    return [_listing(scheme, known) for scheme in _schemes()]


@cache
def _schemes() -> tuple[dict[str, Any], ...]:
    tables: list[dict[str, Any]] = tomllib.loads(PATH.read_text("utf-8"))["scheme"]
    return tuple(tables)


def _listing(scheme: dict[str, Any], known: Known) -> Listing:
    """A scheme in the format of records; organisations that this directory does not have are left out."""
    translations = [_prose(text, language, "machine") for language, text in scheme["translations"].items()]
    record = {
        "state": "published",
        **{key: value for key, value in scheme.items() if key not in _NO_COLUMNS},
        "source_language": "en",
        "demonstration": False,
        "source_checked_on": CHECKED_ON.isoformat(),
        "posted_at": datetime.combine(scheme["posted_on"], time(), UTC).isoformat(),
        "partners": [row for row in scheme.get("partners", []) if row["organisation_id"] in known.organisations],
        "translations": [_prose(scheme, "en", "source"), *translations],
    }
    if record.get("organisation_id") not in known.organisations:
        record["organisation_id"] = None
    try:
        return from_record(record, known)
    except Invalid as error:
        raise Invalid(error.code, scheme=scheme["id"], **error.parameters) from error


def _prose(text: dict[str, Any], language: str, origin: str) -> dict[str, str]:
    """One translation in the format of records; line breaks of the file mean nothing in titles and summaries."""
    short = {name: " ".join(text[name].split()) for name in ("title", "summary")}
    return {"language": language, "origin": origin, **short, "description": text["description"].strip()}
