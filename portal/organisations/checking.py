"""Takes values out of one record of a file, and names line and field where one is not as it should be."""

from __future__ import annotations

import re
from typing import Any

from portal.core.errors import Invalid
from search.analysis.cleaning import clean

# Control characters, halves of characters, and what is none: no name or address has them.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LARGEST = 2**31 - 1  # whole number that every database keeps
_LONGEST = 300
_LINK = r"https?://[^\s\"<>]{1,2000}"
_SHOWN = 80  # characters of a value that are told back


class Checker:
    """One JSON object and the line it was read from."""

    def __init__(self, line: int, raw: Any, path: str = "") -> None:
        self.line = line
        self._path = path
        if not isinstance(raw, dict):
            raise self.broken("record", raw)
        self.raw: dict[str, Any] = raw

    def __contains__(self, field: str) -> bool:
        return field in self.raw

    def broken(self, field: str, value: Any = None) -> Invalid:
        """The error that names a field of this record."""
        name = f"{self._path}.{field}" if self._path else field
        return Invalid("record.broken", line=self.line, field=name, value=clean(str(value)[:_SHOWN]))

    def inside(self, field: str, raw: Any) -> Checker:
        """The same for an object within this one."""
        if not isinstance(raw, dict):
            raise self.broken(field, raw)
        return Checker(self.line, raw, f"{self._path}.{field}" if self._path else field)

    def text(self, field: str, longest: int) -> str:
        """A text that must be there; spaces around it are dropped."""
        value = self.optional_text(field, longest)
        if value is None:
            raise self.broken(field, value)
        return value

    def optional_text(self, field: str, longest: int) -> str | None:
        """A text or None."""
        value = self.raw.get(field)
        if value is None:
            return None
        if not isinstance(value, str) or not 0 < len(value.strip()) <= longest or _UNWRITABLE.search(value.strip()):
            raise self.broken(field, value)
        return value.strip()

    def matching(self, field: str, pattern: str) -> str:
        """A text of a fixed form."""
        value = self.raw.get(field)
        if not isinstance(value, str) or _UNWRITABLE.search(value) or not re.fullmatch(pattern, value):
            raise self.broken(field, value)
        return value

    def number(self, field: str, limit: float) -> float | None:
        """A number from -limit to limit, or None."""
        value = self.raw.get(field)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not -limit <= value <= limit:
            raise self.broken(field, value)
        return float(value)

    def whole(self, field: str) -> int | None:
        """A whole number, zero or more, or None."""
        value = self.raw.get(field)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
            raise self.broken(field, value)
        return value

    def flag(self, field: str, default: bool) -> bool:
        """True or false."""
        value = self.raw.get(field, default)
        if not isinstance(value, bool):
            raise self.broken(field, value)
        return value

    def items(self, field: str, default: list[Any] | None = None) -> list[Any]:
        """A list that must be there unless there is a default."""
        value = self.raw.get(field, default)
        if not isinstance(value, list):
            raise self.broken(field, value)
        return value

    def texts(self, field: str) -> list[str]:
        """A list of texts."""
        values = self.items(field)
        for value in values:
            if not isinstance(value, str) or len(value) > _LONGEST or _UNWRITABLE.search(value):
                raise self.broken(field, value)
        return values

    def links(self, field: str) -> list[dict[str, str]]:
        """Web addresses with their type; any other scheme would be a hole in the page that shows it."""
        entries = [self.inside(field, item) for item in self.items(field)]
        return [{"type": e.text("type", 20), "value": e.matching("value", _LINK)} for e in entries]

    def relationships(self, field: str) -> list[dict[str, str]]:
        """Other organisations: how they are related, their id and label."""
        entries = [self.inside(field, item) for item in self.items(field)]
        return [{key: entry.text(key, 300) for key in ("type", "id", "label")} for entry in entries]
