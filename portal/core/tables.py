"""Tables as files that spreadsheets open: UTF-8 with a mark that says so, and no cell that is run as a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from search.analysis.cleaning import clean

CSV = "text/csv; charset=utf-8"
MARK = "\ufeff"
# What spreadsheets run instead of showing, behind whatever they do not show; and the blanks some of them take for it.
_FORMULA, _BLANK = ("=", "+", "-", "@", "＝", "＋", "－", "＠"), ("\t", "\r", "\n")


def cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if clean(text).startswith(_FORMULA) or text.startswith(_BLANK) else text


def row(cells: Iterable[object]) -> str:
    """A line of the file."""
    line = io.StringIO()
    csv.writer(line).writerow([cell(value) for value in cells])
    return line.getvalue()


def json_text(value: object) -> str:
    """A value with parts, for one cell; nothing for one without."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
