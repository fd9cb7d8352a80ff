"""What a page of the posting form sends beside what was typed: the marks of what it began with, and which version was
chosen of two; and what its script is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request

from portal.posting.drafts.merging import marks_of
from portal.posting.editing.page import Saved
from portal.web.messages import gettext


def seen_marks() -> dict[str, str]:
    """The marks of what the page began with."""
    return dict(pair.split(":", 1) for pair in request.form.get("seen", "")[:2000].split() if ":" in pair)


def left_fields() -> list[str]:
    """The fields in which the other version was chosen."""
    chosen = request.form.items()
    return [name.removeprefix("keep-") for name, value in chosen if name.startswith("keep-") and value == "theirs"]


def written(marks: Mapping[str, str]) -> str:
    """Marks, as a page carries them."""
    return " ".join(f"{name}:{mark}" for name, mark in marks.items())


def is_script() -> bool:
    """Whether the script of the form asks."""
    return request.accept_mimetypes.best == "application/json"


def saved_answer(saved: Saved, shown: Mapping[str, Any], stale: bool) -> Response:
    """What the script wants to know after a save: when that was, and the marks of what stands there now."""
    note = gettext("Somebody else changed another part of this page. Reload it to see that.") if stale else ""
    return jsonify({"saved": saved.text, "at": saved.at, "seen": written(marks_of(shown)), "note": note})
