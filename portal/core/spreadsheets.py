"""Text in the cells of files that spreadsheets open: what they would run as a formula is marked as text."""

from __future__ import annotations

from search.analysis.cleaning import clean

# What spreadsheets run instead of showing, behind whatever they do not show; and the blanks some of them take for it.
_FORMULA, _BLANK = ("=", "+", "-", "@", "＝", "＋", "－", "＠"), ("\t", "\r", "\n")
_MARK = "'"


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return _MARK + text if _needs_mark(text) else text


def unmarked(text: str) -> str:
    """The text that `harmless` was given."""
    return text[1:] if text.startswith(_MARK) and _needs_mark(text[1:]) else text


def _needs_mark(text: str) -> bool:
    """Also where a mark stands already, so that each text can be told from its marked form."""
    bare = text.lstrip(_MARK)
    return clean(bare).startswith(_FORMULA) or bare.startswith(_BLANK)
