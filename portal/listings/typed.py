"""What people type, and the JSON of a record that it stands for; each shape goes both ways.

Nothing typed is refused. What is no number or no date stays in the draft as the text it is: there it is shown again,
and the reader of records says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Protocol
from unicodedata import normalize

from search.analysis.cleaning import clean
from search.analysis.letter_order import in_one_way
from search.concepts.quantities.periods import common_era

MOST_ROWS = 60  # of one group of a form
LONGEST = 100_000  # characters of any text of a record
_DIGITS = 12  # of a number; what has more is no number of a listing
_GROUPED = re.compile(r"(\d{1,3})((?:[., '’]\d{3})+)([.,]\d{1,2})?")
_PLAIN = re.compile(r"(\d+)(?:[.,](\d{1,2}))?")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_NO_CHARACTERS = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_UNSHOWABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_NO_CHARACTERS}]")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    + _NO_CHARACTERS
    + "]"
)


class Shape(Protocol):
    """One value of a record."""

    def show(self, value: Any) -> Any:
        """What stands in the form for a value of the record."""

    def read(self, typed: Any) -> Any:
        """The value of the record for what stands in the form."""


@dataclass(frozen=True)
class Text:
    """A line of text."""

    def show(self, value: Any) -> str:
        """The text; nothing for what cannot be written in one line."""
        return "" if value is None or isinstance(value, dict | list) else str(value)

    def read(self, typed: Any) -> Any:
        """The text, cleaned; None where there is none."""
        return line_of(typed) or None


@dataclass(frozen=True)
class Prose(Text):
    """Text of several lines; never None, for a text in a language has all its parts."""

    def read(self, typed: Any) -> Any:
        """The text, each line cleaned."""
        return lines_of(typed)


@dataclass(frozen=True)
class Whole(Text):
    """A whole number, in the digits of any script."""

    def read(self, typed: Any) -> Any:
        """The number, or the text that is none."""
        text = line_of(typed)
        plain = _number(text)
        return int(plain) if plain.isdecimal() and len(plain) <= _DIGITS else text or None


@dataclass(frozen=True)
class Year(Whole):
    """A year, of our era or the Buddhist one."""

    def read(self, typed: Any) -> Any:
        """The year of our era, or the text that is none."""
        read = super().read(typed)
        return common_era(read) if isinstance(read, int) else read


@dataclass(frozen=True)
class Decimal(Text):
    """A number such as months; `money` keeps it as text with two decimals."""

    money: bool = False

    def show(self, value: Any) -> str:
        """Without decimals that say nothing."""
        return super().show(value).removesuffix(".00")

    def read(self, typed: Any) -> Any:
        """The number, or the text that is none. Commas and points are read as those who write them mean them: three
        digits behind one are thousands, fewer are decimals."""
        text = line_of(typed)
        plain = _number(text)
        if not plain or len(plain) > _DIGITS + 3:
            return text or None
        whole, _point, decimals = plain.partition(".")
        if self.money:
            return f"{int(whole)}.{decimals:0<2}"
        return float(plain) if decimals.strip("0") else int(whole)


@dataclass(frozen=True)
class Day(Text):
    """A date, the year first."""

    def read(self, typed: Any) -> Any:
        """ISO 8601, or the text that is no date."""
        text = line_of(typed)
        found = _DAY.fullmatch(text)
        if found is None:
            return text or None
        year, month, day = map(int, found.groups())
        return f"{common_era(year):04}-{month:02}-{day:02}"


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    def show(self, value: Any) -> bool:
        """Whether it is said."""
        return value is True

    def read(self, typed: Any) -> bool:
        """Whether it is said."""
        return bool(typed)


@dataclass(frozen=True)
class YesNo:
    """Yes, no, or not said."""

    def show(self, value: Any) -> str:
        """A choice of three."""
        return {True: "yes", False: "no"}.get(value, "") if isinstance(value, bool) else ""

    def read(self, typed: Any) -> bool | None:
        """True, false or None."""
        return {"yes": True, "no": False}.get(line_of(typed))


@dataclass(frozen=True)
class Codes:
    """Codes chosen from a list, in the order they were sent."""

    def show(self, value: Any) -> list[str]:
        """The codes."""
        return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def read(self, typed: Any) -> list[str]:
        """The codes, each once."""
        return list(dict.fromkeys(filter(None, map(line_of, typed or ()))))


@dataclass(frozen=True)
class Lines:
    """A list of names, one a line."""

    def show(self, value: Any) -> str:
        """Line by line."""
        return "\n".join(str(one) for one in value) if isinstance(value, list) else ""

    def read(self, typed: Any) -> list[str]:
        """The names, each once."""
        return list(dict.fromkeys(filter(None, map(line_of, str(typed or "").splitlines()))))


@dataclass(frozen=True)
class Rows:
    """Rows of the same shape. A row in which nothing but `given` columns stands is none."""

    columns: Mapping[str, Shape]
    given: Sequence[str] = ()  # columns that the form itself fills in
    fixed: Mapping[str, Any] = attribute(default_factory=dict)  # what a record says where nothing is typed

    def show(self, value: Any) -> list[dict[str, Any]]:
        """The rows, typed."""
        rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        return [self.show_row(row) for row in rows[:MOST_ROWS]]

    def read(self, typed: Any) -> list[dict[str, Any]]:
        """The rows that say something."""
        return [self.read_row(row) for row in list(typed or ())[:MOST_ROWS] if self._says_something(row)]

    def show_row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """One row, typed."""
        return {name: shape.show(row.get(name)) for name, shape in self.columns.items()}

    def read_row(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """One row of the record."""
        row = {name: shape.read(typed.get(name)) for name, shape in self.columns.items()}
        return {name: self.fixed.get(name) if value is None else value for name, value in row.items()}

    def _says_something(self, typed: Mapping[str, Any]) -> bool:
        return any(says_something(value) for name, value in typed.items() if name not in self.given)

    def name_of(self, key: str) -> str:
        """The column of the form in which a key of a row is typed."""
        return key


def showable(text: str) -> str:
    """Text without what no page can hold."""
    return _UNSHOWABLE.sub("", text)


def line_of(typed: Any) -> str:
    """One line of text without what nobody can see."""
    return clean(typed[:LONGEST]) if isinstance(typed, str) else ""


def says_something(value: Any) -> bool:
    """Whether anything is typed, also in rows within a row."""
    if isinstance(value, Mapping):
        return any(map(says_something, value.values()))
    if isinstance(value, list):
        return any(map(says_something, value))
    return bool(line_of(value) if isinstance(value, str) else value)


def lines_of(typed: Any) -> str:
    """Text of several lines, as its writer set it: the spaces before a line, which mean something in Markdown, and the
    invisible ones between words of Khmer stay; controls, also those of direction, and what is no character go."""
    if not isinstance(typed, str):
        return ""
    lines = (in_one_way(normalize("NFC", _UNSEEN.sub("", line.expandtabs(4)))).rstrip() for line in typed.splitlines())
    text = re.sub("\n{4,}", "\n\n\n", "\n".join(lines)).strip("\n")
    return text if clean(text) else ""


def _number(text: str) -> str:
    """A number as digits with a decimal point; nothing for what is none."""
    figures = "".join(str(int(character)) if character.isdecimal() else character for character in text)
    grouped = _GROUPED.fullmatch(figures)
    if grouped and len({character for character in grouped[2] if not character.isdecimal()}) == 1:
        whole = grouped[1] + re.sub(r"\D", "", grouped[2])
        return f"{whole}.{grouped[3][1:]}" if grouped[3] else whole
    plain = _PLAIN.fullmatch(figures)
    if plain is None:
        return ""
    return f"{plain[1]}.{plain[2]}" if plain[2] else plain[1]
