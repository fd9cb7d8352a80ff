"""What a form of rows sends beside what was typed, and what its script (`autosave.mjs`) is answered.

A button is sent as `go`: "add:money", "remove:money:0", "find:place". What a page began with is sent as `seen`; of two
versions of a field the other was chosen where `keep-` and its name is "theirs".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, jsonify, request

from portal.listings.typed import MOST_ROWS
from portal.web import formats
from portal.web.current import site
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


@dataclass(frozen=True)
class Saved:
    """When something was saved: for programs, and in words."""

    at: str
    text: str


def saved_at(moment: datetime) -> Saved:
    """When something was saved, on the clock of the reader's country; with its date unless that is today."""
    tag = current_language().tag
    zone = formats.READER_ZONES[tag]
    local, today = (one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for one in (moment, site().clock()))
    written = (formats.hour if local.date() == today.date() else formats.clock)(local, tag)
    time = gettext("%(time)s (%(zone)s)", time=written, zone=formats.zone(zone, tag))
    return Saved(moment.isoformat(), gettext("Saved %(time)s", time=time))


def saved_answer(moment: datetime, seen: str, note: str = "") -> Response:
    """What the script wants to know after a save: when that was, and what the page has seen now."""
    saved = saved_at(moment)
    return jsonify({"saved": saved.text, "at": saved.at, "seen": seen, "note": note})
