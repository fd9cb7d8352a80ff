"""Everything that is wrong with a draft at once: the reader of records stops at the first mistake, people want all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from portal.core.errors import Invalid
from portal.listings.models import Listing
from portal.listings.record_parts import Known
from portal.listings.records import from_record

_MOST = 200  # mistakes; nobody reads more
_PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?")


@dataclass(frozen=True)
class Problem:
    """One mistake: the `field` as the reader of records names it ("deadlines[0].zone"), the `reason` as a code, and
    what a sentence about it may need. A `warning` keeps nobody from publishing."""

    field: str
    reason: str
    parameters: Mapping[str, Any] = attribute(default_factory=dict)
    warning: bool = False


def read_draft(content: Mapping[str, Any], known: Known) -> tuple[Listing | None, list[Problem]]:
    """The listing that a draft's record is, or what is wrong with it, in the order of the record."""
    record = deepcopy(dict(content))
    problems: list[Problem] = []
    replaced: set[str] = set()
    while len(problems) < _MOST:
        try:
            listing = from_record(record, known)
        except Invalid as error:
            problem = _problem(error)
            if problem.field in replaced:  # nothing that stands there is right: there is no more to learn
                break
            if problem.field in {known.field for known in problems}:
                replaced.add(problem.field)
                _replace(record, problem.field)
            else:
                problems.append(problem)
                _mend(record, problem.field)
        else:
            return (None, problems) if problems else (listing, [])
    return None, problems


def _problem(error: Invalid) -> Problem:
    parameters = {name: value for name, value in error.parameters.items() if name not in ("field", "reason")}
    return Problem(str(error.parameters.get("field", "")), str(error.parameters["reason"]), parameters)


def _mend(record: dict[str, Any], place: str) -> None:
    """Put something right in the place of a mistake, so that the next one shows."""
    name, number, key = _parts_of(place)
    row = _row(record, name, number)
    if row is None or not key or name == "rules":  # a condition without one of its parameters would lack it
        _replace(record, place)
    elif key in _SOUND_PARTS[name]:
        row[key] = _SOUND_PARTS[name][key]
    else:
        row.pop(key, None)


def _replace(record: dict[str, Any], place: str) -> None:
    """Replace the whole value, or the whole row, that the mistake is in."""
    name, number, _key = _parts_of(place)
    if _row(record, name, number) is not None and number is not None:
        record[name][number] = dict(_SOUND_PARTS[name])
    elif name in _SOUND:
        record[name] = _SOUND[name]
    elif name == "translations":
        record[name] = [{**_SOUND_PARTS[name], "language": record["source_language"]}]
    else:
        record.pop(name, None)


def _parts_of(place: str) -> tuple[str, int | None, str]:
    """“deadlines[0].zone” as its field, the number of the row, and the key there."""
    found = _PLACE.match(place)
    if not found:
        return "", None, ""
    return found[1], None if found[2] is None else int(found[2]), found[3] or ""


def _row(record: Mapping[str, Any], name: str, number: int | None) -> dict[str, Any] | None:
    rows = record.get(name)
    if number is None or name not in _SOUND_PARTS or not isinstance(rows, list) or number >= len(rows):
        return None
    return rows[number] if isinstance(rows[number], dict) else None


# Values and rows without a mistake; they are never counted, shown or kept.
_SOUND: Mapping[str, Any] = {
    "id": "00000000", "kind": "scholarship", "source_language": "en", "country": "CN", "mode": "onsite",
    "posted_at": "2026-01-01T00:00:00+00:00",
}  # fmt: skip
_SOUND_PARTS: Mapping[str, dict[str, Any]] = {
    "translations": {"origin": "source", "title": "…", "summary": "…", "description": "…"},
    "deadlines": {"purpose": "host", "local_time": "2026-01-01T00:00", "zone": "UTC"},
    "money": {"item": "stipend", "payer": "host"},
    "rules": {"kind": "no-concurrent-award"},
    "documents": {"kind": "cv"},
    "criteria": {"code": "motivation"},
}
