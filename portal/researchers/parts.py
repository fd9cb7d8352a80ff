"""What people type about themselves, and the JSON of a part that it stands for; each goes both ways.

A part that is a list is shown a window at a time, so that a form stays small however much somebody has published.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.listings.typed import Codes, Day, Decimal, Lines, Prose, Rows, Shape, Text, Whole, Year, line_of
from portal.researchers.identifiers import read_doi
from portal.researchers.records import LISTS

WINDOW = 20  # rows of a list in one form
_SEEN = re.compile(r"(\d{1,9})\.(\d{1,5})\.(\d{1,5})", re.ASCII)
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?:[:/?#]\S*)?")
_PLACE = {"organisation_id": "organisation_id", "place": "name", "country": "country"}  # column → key of a place
# Lists of the background: the question that may be answered with no; the choice of one more.
_ANSWERS = {"stays": "abroad", "awards_from": "awarded"}
_OTHERS = {"citizenships": "another_citizenship", "awards_from": "another_award"}


@dataclass(frozen=True)
class Sentences(Prose):
    """A few sentences, or none."""

    def read(self, typed: Any) -> Any:
        """The text; None where there is none."""
        return super().read(typed) or None


@dataclass(frozen=True)
class Doi(Text):
    """A DOI, however it was copied."""

    def read(self, typed: Any) -> Any:
        """Bare and in small letters; what is none, as it was typed."""
        line = line_of(typed)
        return read_doi(line) or line or None


@dataclass(frozen=True)
class Link(Text):
    """A web address, as browsers show it too."""

    def read(self, typed: Any) -> Any:
        """With the protocol that browsers leave out."""
        line = line_of(typed)
        return f"https://{line}" if _HOST.fullmatch(line) else line or None


@dataclass(frozen=True)
class PlacedRows(Rows):
    """Rows of what was done somewhere: the place is typed in columns, and is one value of the record."""

    def show_row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The place in its columns."""
        at = row.get("at")
        place = at if isinstance(at, dict) else {}
        return {**super().show_row(row), **{column: Text().show(place.get(key)) for column, key in _PLACE.items()}}

    def read_row(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """The place in one."""
        row = super().read_row(typed)
        place = {key: row.pop(column) for column, key in _PLACE.items()}
        return {**row, "at": {key: value for key, value in place.items() if value} or None}


def _placed(**columns: Shape) -> PlacedRows:
    return PlacedRows({**columns, **dict.fromkeys(_PLACE, Text())})


@dataclass(frozen=True)
class TypedPart:
    """How a part is typed: key of its JSON → the shape."""

    shapes: Mapping[str, Shape]

    def show(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Name of the field → what is typed there."""
        return {key: shape.show(content.get(key)) for key, shape in self.shapes.items()}

    def read(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """The part, without what is not said."""
        read = {key: shape.read(typed.get(key)) for key, shape in self.shapes.items()}
        return {key: value for key, value in read.items() if value is not None}


class TypedBackground(TypedPart):
    """Citizenships and awards are ticked, rare countries chosen below; “none” is an answer of its own."""

    def show(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """With yes, no or nothing for what may be none."""
        said = {answer: _answer(content.get(key)) for key, answer in _ANSWERS.items()}
        return {**super().show(content), **said, **dict.fromkeys(_OTHERS.values(), "")}

    def read(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        """An empty list only where “no” was said."""
        part = self._given(typed)
        noes = {key for key, answer in _ANSWERS.items() if line_of(typed.get(answer)) == "no"}
        return {key: value for key, value in part.items() if value != [] or key in noes}

    def doubts(self, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The answers that what is typed beside them belies: field and reason."""
        part, found = self._given(typed), []
        for key, answer in _ANSWERS.items():
            said = line_of(typed.get(answer))
            if said == "yes" and not part[key]:
                found.append((answer, "none-given"))
            elif said == "no" and part[key]:
                found.append((answer, "some-given"))
        return found

    def _given(self, typed: Mapping[str, Any]) -> dict[str, Any]:
        part = super().read(typed)
        return {**part, **{key: Codes().read([*part[key], typed.get(other) or ""]) for key, other in _OTHERS.items()}}


def _answer(value: Any) -> str:
    return "" if not isinstance(value, list) else "yes" if value else "no"


TYPED: Mapping[str, TypedPart] = {
    "name": TypedPart({"given": Text(), "family": Text(), "native": Text()}),
    "background": TypedBackground({
        "citizenships": Codes(), "born_on": Day(), "residence": Text(),
        "stays": Rows({"country": Text(), "since": Day(), "until": Day()}), "awards_from": Codes(),
    }),
    "degrees": TypedPart({"degrees": _placed(level=Text(), subject=Text(), isced=Text(), completed_on=Day())}),
    "posts": TypedPart({"posts": _placed(kind=Text(), title=Text(), since=Day(), until=Day())}),
    "publications": TypedPart({
        "publications": Rows({
            "title": Text(), "kind": Text(), "year": Year(), "venue": Text(), "authors": Lines(), "doi": Doi(),
            "url": Link(),
        }, given=("kind",)),
    }),
    "languages": TypedPart({
        "languages": Rows({
            "language": Text(), "level": Text(),
            "tests": Rows({"test": Text(), "result": Text(), "taken_on": Day()}),
        }),
    }),
    "skills": TypedPart({
        "summary": Sentences(), "summary_language": Text(), "concepts": Codes(), "concepts_refused": Codes(),
        "isced": Codes(), "research_years": Whole(),
    }),
    "wishes": TypedPart({
        "kinds": Codes(), "levels": Codes(), "countries": Codes(), "concepts": Codes(), "modes": Codes(),
        "starts_from": Day(), "starts_until": Day(), "months_min": Decimal(), "months_max": Decimal(),
        "funding": Text(),
    }),
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What a page has seen of a part: its `revision` (0: it was not there); of a list, `held` rows from `start` on."""

    revision: int = 0
    start: int = 0
    held: int = 0

    @classmethod
    def read(cls, text: str) -> Seen:
        """As a page carries it; nothing for what no page of ours does."""
        found = _SEEN.fullmatch(text)
        return cls(*map(int, found.groups())) if found else cls()

    def __str__(self) -> str:
        return f"{self.revision}.{self.start}.{self.held}"


NOTHING = Seen()


def show_part(part: str, content: Any, start: int = 0) -> dict[str, Any]:
    """What stands in the form of a part; of a list the window that begins at `start`."""
    if part in LISTS:
        return TYPED[part].show({part: list(content or ())[start : start + WINDOW]})
    return TYPED[part].show(content or {})


def read_typed(part: str, typed: Mapping[str, Any], content: Any = None, seen: Seen = NOTHING) -> Any:
    """The JSON of a part with what was typed. Of a list, it takes the place of the rows of `content` that the form had;
    all others stay."""
    read = TYPED[part].read(typed)
    if part not in LISTS:
        return read
    rows: Sequence[Any] = content or ()
    return [*rows[: seen.start], *read[part], *rows[seen.start + seen.held :]]


def held_rows(part: str, typed: Mapping[str, Any]) -> int:
    """How many rows of a list a form has that say something."""
    return len(TYPED[part].read(typed)[part]) if part in LISTS else 0


def field_of(place: str, start: int = 0) -> str:
    """The field of the form in which a place of a part ("degrees[21].at.country") is typed, by its name there."""
    part, _dot, _rest = place.partition(".")
    path = place if part.partition("[")[0] in LISTS else place.removeprefix(f"{part}.")
    path = re.sub(r"^(\w+)\[(\d+)\]", lambda found: f"{found[1]}[{int(found[2]) - start}]", path)
    path = path.replace(".at.name", ".place").replace(".at.", ".")
    return re.sub(r"\[\d+\]$", "", path).replace("[", "-").replace("].", "-").replace(".", "-")
