"""Uploaded files: what they are is told by their bytes, and their rows come one after the other.

Raises `Invalid` with a code "file.…" for what cannot be read; `sentences` says what to do about each.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from portal.core.errors import Invalid
from portal.core.tables import unmarked
from portal.listings.importing import read_line
from portal.posting.bulk.columns import by_code
from portal.posting.bulk.values import Cell, Formula
from portal.posting.bulk.workbooks import read_workbook

LARGEST = 16 * 1024 * 1024  # bytes
MOST_ROWS = 10_000  # listings
MOST_COLUMNS = 600
HEAD = 10  # rows within which the codes of the columns stand
_SEPARATORS = (",", ";", "\t")
_SIGNS = ("=", "'")  # of a formula, of text that is none
_LEAST_CODES = 2  # by which a row of codes is known


@dataclass(frozen=True)
class Line:
    """One row that is not empty: its number in the file, and its cells by the codes of their columns. A line of a file
    of records is one as it stands."""

    number: int
    cells: Mapping[str, Cell] = field(default_factory=dict)
    record: Any = None


@dataclass(frozen=True)
class Table:
    """A file that can be read: the codes of its columns (none: it is a file of records), where each stands (from 0),
    and its lines."""

    codes: tuple[str, ...]
    places: Mapping[str, int]
    lines: Iterator[Line]

    @property
    def has_records(self) -> bool:
        """Whether its lines are records."""
        return not self.codes


def open_table(content: bytes) -> Table:
    """A file as a table."""
    if len(content) > LARGEST:
        raise Invalid("file.too-large", megabytes=LARGEST // 1024**2)
    if not content or content.isspace():
        raise Invalid("file.empty")
    if content.startswith(b"PK\x03\x04"):
        return _table(_workbook_rows(content))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid("file.old-workbook")
    encoding = _encoding_of(content)
    if content[:4000].decode(encoding, "ignore").lstrip().startswith("{"):
        return Table((), {}, _records(_text(content, encoding)))
    return _table(_separated_rows(content, encoding))


def _workbook_rows(content: bytes) -> Iterator[tuple[Cell, ...]]:
    for sheet in read_workbook(content, MOST_COLUMNS):
        head = [row for _n, row in zip(range(HEAD), sheet, strict=False)]
        if any(_codes_in(row) for row in head):
            yield from head
            yield from sheet
            return
    raise Invalid("file.no-codes")


def _table(rows: Iterator[tuple[Cell, ...]]) -> Table:
    for number, row in enumerate(rows, 1):
        places = _codes_in(row)
        if places:
            return Table(tuple(places), places, _lines(rows, number, places))
        if number == HEAD:
            break
    raise Invalid("file.no-codes")


def _codes_in(row: tuple[Cell, ...]) -> dict[str, int]:
    """Where the codes of columns stand in a row; nowhere, if it is not the row of codes."""
    codes = [str(cell).strip() if cell is not None else "" for cell in row]
    if sum(code in by_code() for code in codes) < _LEAST_CODES:
        return {}
    if unknown := next((code for code in codes if code and code not in by_code()), None):
        raise Invalid("file.unknown-column", column=unknown[:60])
    if twice := next((code for code in codes if code and codes.count(code) > 1), None):
        raise Invalid("file.repeated-column", column=twice)
    return {code: place for place, code in enumerate(codes) if code}


def _lines(rows: Iterator[tuple[Cell, ...]], head: int, places: Mapping[str, int]) -> Iterator[Line]:
    by_place = {place: code for code, place in places.items()}
    codes = [by_place.get(place) for place in range(max(by_place) + 1)]
    found = 0
    for number, row in enumerate(rows, head + 1):
        filled = zip(codes, row, strict=False)
        if cells := {code: _unmarked(cell) for code, cell in filled if code and cell != "" and cell is not None}:
            found += 1
            _check_number(found)
            yield Line(number, cells)


def _records(lines: Iterable[str]) -> Iterator[Line]:
    found = 0
    for number, line in enumerate(lines, 1):
        if line.strip():
            found += 1
            _check_number(found)
            try:
                yield Line(number, record=read_line(line))
            except Invalid as error:
                raise Invalid("file.not-json", row=number, reason=error.parameters["reason"]) from error


def _check_number(rows: int) -> None:
    if rows > MOST_ROWS:
        raise Invalid("file.too-many-rows", most=MOST_ROWS)


def _unmarked(cell: Cell) -> Cell:
    if not isinstance(cell, str) or not cell.startswith(_SIGNS) or isinstance(cell, Formula):
        return cell
    return Formula(cell) if cell.startswith("=") else unmarked(cell)


def _encoding_of(content: bytes) -> str:
    """The one that all of the bytes are in, of those that offices save in: UTF-8, UTF-16, and the Chinese GB 18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content[:4000]:
        halves = content[0:4000:2].count(b"\0"), content[1:4000:2].count(b"\0")
        encodings = ["utf-16-le" if halves[1] > halves[0] else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            for _line in _text(content, encoding):
                pass
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or _is_chinese(_text(content, encoding)):
            return encoding
    raise Invalid("file.unknown-encoding")


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    """The text of a file, of which a little is decoded at a time."""
    return io.TextIOWrapper(io.BytesIO(content), encoding, newline="")


def _is_chinese(lines: Iterable[str]) -> bool:
    """Whether text read as GB 18030 is one that people write: bytes of other encodings give rare characters."""
    foreign = list(islice((character for line in lines for character in line if character > "\x7f"), 5000))
    return sum(map(_is_common, foreign)) >= 0.95 * len(foreign)


def _is_common(character: str) -> bool:
    try:
        first = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return first < 0xAA or 0xB0 <= first <= 0xD7  # signs, and the 3,755 characters of the first level


def _separated_rows(content: bytes, encoding: str) -> Iterator[tuple[Cell, ...]]:
    head = [line for _n, line in zip(range(HEAD), _text(content, encoding), strict=False)]
    separator = max(_SEPARATORS, key=lambda sign: _most_codes(head, sign))
    try:
        for row in csv.reader(_text(content, encoding), delimiter=separator):
            if len(row) > MOST_COLUMNS:
                raise Invalid("file.too-many-columns", most=MOST_COLUMNS)
            yield tuple(row)
    except csv.Error as error:
        raise Invalid("file.broken", reason=str(error)) from error


def _most_codes(head: Iterable[str], separator: str) -> int:
    """How many codes of columns a row of the head has, if cells end with this sign."""
    return max(sum(cell.strip('" \r\n') in by_code() for cell in line.split(separator)) for line in head)
