"""Workbooks (XLSX), row by row in both directions, and what must not be in one that comes from outside."""

from __future__ import annotations

import io
import lzma
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import IO, Any
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from portal.core.errors import Invalid
from portal.posting.bulk.values import Cell, Counted, Formula

MOST_ROWS = 20_000  # of a sheet, empty ones too
_MOST_BYTES = 120 * 1024 * 1024  # of all parts, unpacked
_MOST_TIMES = 200  # that a part may be larger unpacked than packed: spreadsheets are some twenty times
_SMALL = 1024 * 1024  # bytes; a part as small as this may be packed as it likes
_MOST_PARTS = 300
_MOST_ELEMENTS = 3_000_000  # of one part
_CHUNK = 1 << 16
_DAYS_TO_1904 = 1462
_COLUMN = re.compile("[A-Z]+")
# What reading a broken workbook may end in: openpyxl does not check what it is given.
_BROKEN = (
    ArithmeticError, AttributeError, EOFError, expat.ExpatError, IndexError, KeyError, LookupError, NotImplementedError,
    OSError, RuntimeError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error,
    lzma.LZMAError,
)  # fmt: skip


def read_workbook(content: bytes, most_columns: int) -> Iterator[Iterator[tuple[Cell, ...]]]:
    """The sheets of a workbook, each as its rows. Raises `Invalid` ("file.…") for what is none or does harm."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check(archive, most_columns)
        workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    except _BROKEN as error:
        raise Invalid("file.broken", reason=type(error).__name__) from error
    shift = _DAYS_TO_1904 if workbook.epoch == CALENDAR_MAC_1904 else 0
    for sheet in workbook.worksheets:
        yield _rows(sheet, most_columns, shift)


def _rows(sheet: Any, most_columns: int, shift: int) -> Iterator[tuple[Cell, ...]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # dates that are none: they are told of as errors of their cells
            for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=most_columns, values_only=True):
                yield tuple(_cell(value, shift) for value in row)
    except _BROKEN as error:
        raise Invalid("file.broken", reason=type(error).__name__) from error


def _cell(value: Any, shift: int) -> Cell:
    if isinstance(value, str):
        return Formula(value) if value.startswith("=") or value in ERROR_CODES else value
    if value is None or isinstance(value, bool | datetime | date):
        return value
    if isinstance(value, int | float):
        return Counted(value, shift) if shift else value
    return str(value) if isinstance(value, time | timedelta) else Formula("=")


def _check(archive: zipfile.ZipFile, most_columns: int) -> None:
    """Look at all parts without unpacking more than is allowed, before anything else reads them."""
    parts = archive.infolist()
    if "xl/workbook.xml" not in archive.NameToInfo:
        raise Invalid("file.not-workbook")
    if any("vbaProject" in part.filename for part in parts):
        raise Invalid("file.macros")
    large = [part for part in parts if part.file_size > max(_SMALL, _MOST_TIMES * part.compress_size)]
    if large or len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise Invalid("file.too-much")
    for part in parts:
        with archive.open(part) as file:
            if part.filename.endswith((".xml", ".rels")):
                _Looked(most_columns).at(file)
            else:  # a sheet may have any name; where this one stops, any reader does
                with suppress(expat.ExpatError):
                    _Looked(most_columns).at(file)


class _Looked:
    """One part, looked at element by element: how many there are, and what a reader would stumble over."""

    def __init__(self, most_columns: int) -> None:
        self._most_columns = most_columns
        self._elements = self._cells = self._column = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = self._refuse_definitions

    def at(self, file: IO[bytes]) -> None:
        """Look at the whole of it."""
        while chunk := file.read(_CHUNK):
            self._parser.Parse(chunk, False)
        self._parser.Parse(b"", True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise Invalid("file.too-much")
        name = tag.rpartition(":")[2]
        if name == "row":
            self._cells = 0
            if float(attributes.get("r", 0)) > MOST_ROWS:
                raise Invalid("file.too-many-sheet-rows", most=MOST_ROWS)
        elif name == "c":
            self._cells += 1
            self._column = _column_number(attributes.get("r", ""))
        elif name == "mergeCell":
            raise Invalid("file.merged-cells", cells=attributes.get("ref", "")[:30])
        if self._cells > self._most_columns or (name in ("v", "is") and self._column > self._most_columns):
            raise Invalid("file.too-many-columns", most=self._most_columns)

    def _refuse_definitions(self, *_args: Any) -> None:
        raise Invalid("file.broken", reason="doctype")


def _column_number(reference: str) -> int:
    number = 0
    found = _COLUMN.match(reference[:4])
    for letter in found[0] if found else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
