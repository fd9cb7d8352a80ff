"""A new draft from an earlier listing: the same with the dates asked anew, or the next cycle of the same. Pure
functions on records, which may be drafts and so hold anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from portal.listings.codes import PROSE
from search.concepts.quantities.periods import common_era

# What belongs to the one listing: who it is, how it stands, when it was checked, and how many have come.
_OWN = (
    "id", "url", "version", "state", "organisation_id", "posted_at", "updated_at", "confirmed_at", "source_checked_on",
    "places_filled",
)  # fmt: skip
_DAYS = ("starts_from", "starts_until", "result_on", "next_cycle_on")
_DATE = re.compile(r"(\d{4})(-\d\d-\d\d)(.*)", re.ASCII | re.DOTALL)
_LAST_YEAR = 2100  # of any date of a listing
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_YEARS = range(1990, 2100)

Record = Mapping[str, Any]


def begin_anew(record: Record) -> dict[str, Any]:
    """All that a new listing may take from an earlier one, without dates; who is asked for a deadline stays."""
    return _with_dates(record, lambda _date: None)


def next_cycle(record: Record) -> dict[str, Any]:
    """The same a year later."""
    return _with_dates(record, a_year_later)


def a_year_later(value: Any) -> Any:
    """A date, with or without a time, a year later: on the same day of the month, whichever weekday that is; the day
    before for 29 February. What is no date stays as it is, to be asked about."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[1]) >= _LAST_YEAR:
        return value
    year, day, rest = int(found[1]) + 1, found[2], found[3]
    return f"{year:04}{'-02-28' if day == '-02-29' and not _is_leap(year) else day}{rest}"


def names_year(text: Record) -> bool:
    """Whether a text names a year, in the digits of any script."""
    return any(common_era(int(year)) in _YEARS for part in PROSE for year in _YEAR.findall(str(text.get(part) or "")))


def _with_dates(record: Record, change: Callable[[Any], Any]) -> dict[str, Any]:
    copy = {key: deepcopy(value) for key, value in record.items() if key not in _OWN}
    for name in _DAYS:
        if copy.get(name) is not None:
            copy[name] = change(copy[name])
    for row in _rows(copy, "deadlines"):
        row["local_time"] = change(row.get("local_time"))
    for row in _rows(copy, "rules"):
        parameters = row.get("parameters")
        if isinstance(parameters, dict) and parameters.get("on") is not None:
            parameters["on"] = change(parameters["on"])
            if parameters["on"] is None:
                del parameters["on"]
    return copy


def _rows(record: Record, name: str) -> list[dict[str, Any]]:
    rows = record.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
