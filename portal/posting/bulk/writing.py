"""Files for offices to fill in: an organisation's listings, or none, as a workbook, a table or lines of JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from tempfile import TemporaryFile
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from portal.core.messages import translated
from portal.core.tables import harmless
from portal.posting.bulk.columns import Column, columns
from portal.posting.bulk.guide import FORMS, GENERAL, NAMES, name_of
from portal.posting.bulk.rows import write_row
from portal.posting.bulk.values import Cell, plain
from portal.posting.bulk.words import vocabulary

Record = Mapping[str, Any]

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
}
LONGEST_CELL = 32_767  # characters, in a workbook
ROWS_TO_FILL = 2_000  # for which a workbook offers lists to choose from
_LONG_LIST = 400  # codes; longer ones are only explained
_BANDS = ("E8EEF4", "F6F0E4")  # behind the names of columns, so that groups are told apart
_NAME = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_DATES = {"day": "yyyy-mm-dd", "clock": "yyyy-mm-dd hh:mm"}


def lines(records: Iterable[Record]) -> Iterator[str]:
    """Each listing on a line of JSON, as `portal.listings.records` describes it."""
    for record in records:
        yield json.dumps(record, ensure_ascii=False) + "\n"


def table(records: Iterable[Record], tag: str) -> Iterator[str]:
    """A table as text: the names of the columns, their codes, and a row for each listing; with the mark of UTF-8 that
    spreadsheets look for."""
    yield "\ufeff" + _row(name_of(column, tag) for column in columns())
    yield _row(column.code for column in columns())
    for record in records:
        cells = write_row(record, tag, 1 << 30)
        yield _row(harmless(plain(cells.get(column.code))) for column in columns())


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def workbook_file(records: Iterable[Record], tag: str) -> IO[bytes]:
    """A workbook, to be read from its beginning; whoever closes it forgets it."""
    file = TemporaryFile()  # noqa: SIM115 - the reader closes it
    workbook(records, tag, file)
    file.seek(0)
    return file


def workbook(records: Iterable[Record], tag: str, file: IO[bytes]) -> None:
    """A workbook with the listings, a sheet that says how to fill it in, and lists to choose from."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_title(NAMES["listings"], tag))
    guide = book.create_sheet(_title(NAMES["guide"], tag))
    lists = book.create_sheet("lists")
    lists.sheet_state = "hidden"
    _write_lists(sheet, lists, tag)
    _write_listings(sheet, records, tag)
    _write_guide(guide, tag)
    book.save(file)


def _title(message: str, tag: str) -> str:
    """A name for a sheet: at most 31 characters."""
    return translated(message, tag)[:31]


def _write_listings(sheet: Any, records: Iterable[Record], tag: str) -> None:
    sheet.freeze_panes = "C3"
    sheet.sheet_properties.outlinePr.summaryRight = False
    for place, column in enumerate(columns(), 1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = 40 if column.key == "translations" else 18
        dimension.outlineLevel, dimension.hidden = int(column.is_detail), column.is_detail
    sheet.row_dimensions[2].hidden = True  # codes are for programs
    sheet.append([_head(sheet, column, tag) for column in columns()])
    sheet.append([column.code for column in columns()])
    for record in records:
        cells = write_row(record, tag, LONGEST_CELL - 1)  # a mark before a formula needs its place
        sheet.append([_cell(sheet, cells.get(column.code), column) for column in columns()])


def _head(sheet: Any, column: Column, tag: str) -> Any:
    cell = WriteOnlyCell(sheet, harmless(name_of(column, tag)))
    groups = list(dict.fromkeys(each.group for each in columns()))
    cell.font, cell.alignment = _NAME, _WRAPPED
    cell.fill = PatternFill("solid", fgColor=_BANDS[groups.index(column.group) % 2])
    return cell


def _cell(sheet: Any, value: Cell, column: Column) -> Any:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, harmless(value))
        cell.data_type = "s"
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(sheet, datetime.combine(value, value.time() if isinstance(value, datetime) else time()))
        cell.number_format = _DATES[column.form]
        return cell
    return value


def _write_lists(sheet: Any, lists: Any, tag: str) -> None:
    """The names of the codes, one list a column, and where each is offered. Other values are let in: the import has
    the last word, and tells more."""
    names: dict[str, list[str]] = {}
    for place, column in enumerate(columns(), 1):
        if column.form not in ("code", "flag") or not 0 < len(vocabulary(column.vocabulary).offered) <= _LONG_LIST:
            continue
        if column.vocabulary not in names:
            found = vocabulary(column.vocabulary)
            names[column.vocabulary] = [found.write(code, tag) for code in found.offered]
        letter = get_column_letter(list(names).index(column.vocabulary) + 1)
        source = f"lists!${letter}$1:${letter}${len(names[column.vocabulary])}"
        offered = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=False)
        target = get_column_letter(place)
        offered.add(f"{target}3:{target}{ROWS_TO_FILL}")
        sheet.data_validations.append(offered)
    for number in range(max(map(len, names.values()))):
        lists.append([each[number] if number < len(each) else None for each in names.values()])


def _write_guide(sheet: Any, tag: str) -> None:
    """What is written where, and all codes with their names."""

    def said(message: str) -> str:
        return translated(message, tag)

    for letter, width in (("A", 44), ("B", 60), ("C", 34)):
        sheet.column_dimensions[letter].width = width
    for sentence in GENERAL:
        sheet.append([_wrapped(sheet, said(sentence))])
    sheet.append([])
    sheet.append([_wrapped(sheet, said(NAMES[name]), _NAME) for name in ("column", "what", "code")])
    for column in columns():
        if column.number < 2:
            cells = (name_of(column, tag), said(FORMS[column.form]), column.code)
            sheet.append([_wrapped(sheet, harmless(cell)) for cell in cells])
    for name in dict.fromkeys(column.vocabulary for column in columns() if column.vocabulary):
        sheet.append([])
        named = next(column for column in columns() if column.vocabulary == name)
        sheet.append([_wrapped(sheet, harmless(name_of(named, tag)), _NAME)])
        found = vocabulary(name)
        for code in found.offered:
            sheet.append([harmless(found.name(code, tag)), None, code])


def _wrapped(sheet: Any, text: str, font: Font | None = None) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.alignment = _WRAPPED
    if font:
        cell.font = font
    return cell
