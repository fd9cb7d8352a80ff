"""Reads plain JSON values into typed ones; every refusal names the field, as `deadlines[0].zone`."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from portal.core.errors import Invalid

T = TypeVar("T")
D = TypeVar("D", bound=date)  # a moment is a date too

# Control characters, halves of characters, and what is none.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_YEARS = range(1900, 2101)  # of any date in a listing; further off, moments cannot be reckoned in other zones
_LONGEST_LIST = 1000
_LONGEST_TEXT = 100_000


class Reader:
    """The values of one JSON object. Ask for each key, then call `finish` to refuse the keys nobody asked for."""

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, Mapping):
            raise Invalid("record.broken", reason="wrong-type", field=path, expected="object")
        self.path = path
        self._values: Mapping[str, Any] = value
        self._asked: set[str] = set()

    def finish(self, ignored: Container[str] = ()) -> None:
        """Refuse keys that nobody asked for."""
        unknown = [key for key in self._values if key not in self._asked and key not in ignored]
        if unknown:
            raise Invalid("record.broken", reason="unknown-field", field=self.at(str(unknown[0])))

    def at(self, key: str) -> str:
        """The full name of a key."""
        return f"{self.path}.{key}" if self.path else key

    def optional(self, read: Callable[[str], T], key: str) -> T | None:
        """What `read` gives, or None where the key is absent or null."""
        if self._values.get(key) is not None:
            return read(key)
        self._asked.add(key)
        return None

    def text(self, key: str, longest: int = _LONGEST_TEXT) -> str:
        """Text that says something, of at most `longest` characters."""
        value = str(self._of_type(key, str, "text"))
        if not value.strip():
            raise Invalid("record.broken", reason="missing-field", field=self.at(key))
        _check_text(value, self.at(key), longest)
        return value

    def short_text(self, longest: int) -> Callable[[str], str]:
        """`text` with its length set, to be used with `optional`."""
        return lambda key: self.text(key, longest)

    def flag(self, key: str) -> bool:
        """True or false."""
        return bool(self._of_type(key, bool, "true or false"))

    def whole(self, key: str) -> int:
        """A whole number, zero or more."""
        value = self._of_type(key, int, "whole number")
        if isinstance(value, bool):
            raise Invalid("record.broken", reason="wrong-type", field=self.at(key), expected="whole number")
        if not 0 <= value < 10**9:
            raise Invalid("record.broken", reason="out-of-range", field=self.at(key), value=value)
        return int(value)

    def decimal(self, key: str) -> Decimal:
        """An amount as text ("12500.00", exact) or as a number; zero or more, two decimals at most."""
        value = self._of_type(key, (str, int, float), "number")
        try:
            number = Decimal(str(value))
        except InvalidOperation as error:
            raise Invalid("record.broken", reason="wrong-type", field=self.at(key), expected="number") from error
        if not number.is_finite() or not 0 <= number < 10**12 or number != number.quantize(Decimal("0.01")):
            raise Invalid("record.broken", reason="out-of-range", field=self.at(key), value=str(value))
        return number + 0  # no negative zero

    def tenths(self, key: str) -> Decimal:
        """A number of at most one decimal, such as months."""
        number = self.decimal(key)
        if number >= 1000 or number != number.quantize(Decimal("0.1")):
            raise Invalid("record.broken", reason="out-of-range", field=self.at(key), value=str(number))
        return number

    def mapping(self, key: str) -> Mapping[str, Any]:
        """An object, to be read by somebody else."""
        found: Mapping[str, Any] = self._of_type(key, dict, "object")
        return found

    def day(self, key: str) -> date:
        """A date, as 2027-03-01."""
        return self._parsed(key, date.fromisoformat, "date")

    def moment(self, key: str) -> datetime:
        """A moment with its offset, as 2027-03-01T09:00:00+00:00."""
        value = self._parsed(key, datetime.fromisoformat, "moment")
        if value.tzinfo is None:
            raise Invalid("record.broken", reason="wrong-type", field=self.at(key), expected="moment with offset")
        return value

    def wall_clock(self, key: str) -> datetime:
        """A local time without an offset, as 2027-03-01T17:00."""
        value = self._parsed(key, datetime.fromisoformat, "local time")
        if value.tzinfo is not None:
            raise Invalid(
                "record.broken", reason="wrong-type", field=self.at(key), expected="local time without offset"
            )
        return value

    def code(self, key: str, allowed: Container[str]) -> str:
        """One of the allowed codes."""
        value = str(self._of_type(key, str, "code"))
        if value not in allowed:
            raise Invalid("record.broken", reason="unknown-code", field=self.at(key), value=value)
        return value

    def code_of(self, allowed: Container[str]) -> Callable[[str], str]:
        """`code` with its codes set, to be used with `optional`."""
        return lambda key: self.code(key, allowed)

    def codes(self, key: str, allowed: Container[str] | None) -> list[str]:
        """A list of distinct codes (any text if `allowed` is None); an absent key is an empty list."""
        found: list[str] = []
        for position, value in enumerate(self.items(key)):
            field = f"{self.at(key)}[{position}]"
            if not isinstance(value, str) or not value.strip():
                raise Invalid("record.broken", reason="wrong-type", field=field, expected="text")
            _check_text(value, field, _LONGEST_TEXT)
            if (allowed is not None and value not in allowed) or value in found:
                reason = "repeated-code" if value in found else "unknown-code"
                raise Invalid("record.broken", reason=reason, field=field, value=value)
            found.append(value)
        return found

    def items(self, key: str) -> list[Any]:
        """A list of anything; an absent key is an empty list."""
        self._asked.add(key)
        if self._values.get(key) is None:
            return []
        found = list(self._of_type(key, list, "list"))
        if len(found) > _LONGEST_LIST:
            raise Invalid("record.broken", reason="too-long", field=self.at(key), longest=_LONGEST_LIST)
        return found

    def children(self, key: str) -> list[Reader]:
        """A list of objects; an absent key is an empty list."""
        return [Reader(value, f"{self.at(key)}[{position}]") for position, value in enumerate(self.items(key))]

    def _of_type(self, key: str, kind: type | tuple[type, ...], expected: str) -> Any:
        self._asked.add(key)
        value = self._values.get(key)
        if value is None:
            raise Invalid("record.broken", reason="missing-field", field=self.at(key))
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise Invalid("record.broken", reason="wrong-type", field=self.at(key), expected=expected)
        return value

    def _parsed(self, key: str, parse: Callable[[str], D], expected: str) -> D:
        text = str(self._of_type(key, str, expected))
        try:
            value = parse(text)
        except ValueError as error:
            raise Invalid("record.broken", reason="wrong-type", field=self.at(key), expected=expected) from error
        if value.year not in _YEARS:
            raise Invalid("record.broken", reason="out-of-range", field=self.at(key), value=text)
        return value


def _check_text(value: str, field: str, longest: int) -> None:
    if len(value) > longest:
        raise Invalid("record.broken", reason="too-long", field=field, longest=longest)
    if _UNWRITABLE.search(value):
        raise Invalid("record.broken", reason="control-character", field=field)
