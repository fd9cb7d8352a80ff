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
_AS_TEXT = "'"


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return _AS_TEXT + text if _needs_mark(text) else text


def unmarked(text: str) -> str:
    """The text that `harmless` was given."""
    return text[1:] if text.startswith(_AS_TEXT) and _needs_mark(text[1:]) else text


def _needs_mark(text: str) -> bool:
    """Also where a mark stands already, so that each text can be told from its marked form."""
    bare = text.lstrip(_AS_TEXT)
    return clean(bare).startswith(_FORMULA) or bare.startswith(_BLANK)


def cell(value: object) -> str:
    """A value as harmless text."""
    return "" if value is None else harmless(str(value))


def row(cells: Iterable[object]) -> str:
    """A line of the file."""
    line = io.StringIO()
    csv.writer(line).writerow([cell(value) for value in cells])
    return line.getvalue()


def json_text(value: object) -> str:
    """A value with parts, for one cell; nothing for one without."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""
