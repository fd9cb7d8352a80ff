"""What people type about deadlines and conditions, whose rows are more than their columns; all else is typed as
`portal.listings.typed` says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.listings.typed import Codes, Day, Flag, Rows, Shape, Text, Whole, line_of

_COLONS = 2  # of a time with its seconds
_HOUR = re.compile(r"(\d{1,2})[:.：](\d{2})")


@dataclass(frozen=True)
class Deadlines(Rows):
    """The chain of deadlines: date and time are typed apart, and are one value of the record."""

    def show_row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Date and time apart."""
        local = Text().show(row.get("local_time"))
        day, _t, hour = local.rpartition("T") if "T" in local else (local, "", "")
        hour = hour.removesuffix(":00") if hour.count(":") == _COLONS else hour
        return {**super().show_row(row), "date": day, "time": hour}

    def read_row(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """Date and time in one."""
        day, hour = Day().read(typed.get("date")), line_of(typed.get("time"))
        found = _HOUR.fullmatch(hour)
        hour = f"{int(found[1]):02}:{int(found[2]):02}:00" if found else hour
        local = f"{day or ''}T{hour}" if day or hour else None
        row = super().read_row(typed)
        return {"purpose": row["purpose"], "local_time": local, "zone": row["zone"]}

    def name_of(self, key: str) -> str:
        """Both are found wanting at the date."""
        return "date" if key == "local_time" else key


RULES: Mapping[str, Mapping[str, Shape]] = {
    "citizenship": {"countries": Codes()},
    "citizenship-excluded": {"countries": Codes()},
    "age-max": {"age": Whole(), "on": Day()},
    "degree-min": {"degree": Text(), "research_years": Whole()},
    "degree-within": {"years": Whole()},
    "employment": {"years": Whole(), "proof": Flag()},
    "residence-max": {"country": Text(), "months": Whole(), "of_last": Whole()},
    "no-concurrent-award": {"country": Text()},
    "language-test": {"any_of": Rows({"language": Text(), "test": Text(), "minimum": Text()})},
    "nomination": {"by": Text()},
}
"""The parameters of each kind of rule, as `portal.listings.rules` has them."""


@dataclass(frozen=True)
class Rules(Rows):
    """Conditions; each kind has questions of its own, whose answers are its parameters."""

    def show_row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Kind and parameters in one."""
        kind = Text().show(row.get("kind"))
        parameters = row.get("parameters")
        known = parameters if isinstance(parameters, dict) else {}
        return {"kind": kind, **{name: shape.show(known.get(name)) for name, shape in RULES.get(kind, {}).items()}}

    def read_row(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of its kind."""
        kind = line_of(typed.get("kind")) or None
        found = {name: shape.read(typed.get(name)) for name, shape in RULES.get(kind or "", {}).items()}
        more = line_of(typed.get("another_country"))
        if more and "countries" in found:
            found["countries"] = list(dict.fromkeys((*found["countries"], more)))
        return {"kind": kind, "parameters": {name: value for name, value in found.items() if value is not None}}

    def name_of(self, key: str) -> str:
        """A parameter has its own name in the form."""
        return key.removeprefix("parameters").removeprefix(".") or "kind"
