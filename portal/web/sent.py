"""What a form of rows sends beside what was typed, and what its script (`autosave.mjs`) is answered.

A button is sent as `go`: "add:money", "remove:money:0", "find:place". What a page began with is sent as `seen`; of two
versions of a field the other was chosen where `keep-` and its name is "theirs".
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, jsonify, request

from portal.listings.typed import MOST_ROWS
from portal.web import formats
from portal.web.language import current_language
from portal.web.messages import gettext


def button() -> list[str]:
    """The button that sent the form, in its parts; the enter key in a box that searches is its button."""
    go = request.form.get("go", "").split(":")
    if go == ["enter"]:
        asked = [name for name, words in request.form.items() if name.startswith("query-") and words.strip()]
        return ["find", asked[0].removeprefix("query-")] if asked else ["stay"]
    return go


def with_rows(typed: dict[str, Any], go: list[str]) -> dict[str, Any]:
    """What was typed, after the row that a button adds or removes."""
    rows = typed.get(go[1]) if len(go) > 1 else None
    if go[0] == "remove" and isinstance(rows, list) and go[2:] and go[2].isdecimal() and int(go[2][:4]) < len(rows):
        del rows[int(go[2][:4])]
    if go[0] == "add" and isinstance(rows, list) and go[2:] and len(rows) < MOST_ROWS:
        rows.append({"kind": go[2]})
    return typed


def query_of(name: str) -> str:
    """The words in a box that searches."""
    return request.form.get(f"query-{name}", "")[:200]


def left_fields() -> list[str]:
    """The fields in which the other version was chosen."""
    chosen = request.form.items()
    return [name.removeprefix("keep-") for name, value in chosen if name.startswith("keep-") and value == "theirs"]


def is_script() -> bool:
    """Whether the script of the form asks."""
    return request.accept_mimetypes.best == "application/json"


def saved_at(moment: datetime) -> str:
    """When something was saved, on the clock of the reader's country."""
    tag = current_language().tag
    return formats.hour(moment.astimezone(ZoneInfo(formats.READER_ZONES[tag])).replace(tzinfo=None), tag)


def saved_answer(saved: datetime, seen: str, note: str = "") -> Response:
    """What the script wants to know after a save: when that was, and what the page has seen now."""
    return jsonify({"saved": gettext("Saved %(time)s", time=saved_at(saved)), "seen": seen, "note": note})
