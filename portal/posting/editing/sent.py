"""The marks of what a page of the posting form began with, as it carries and sends them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, request

from portal.posting.drafts.merging import marks_of
from portal.web import sent
from portal.web.messages import gettext


def seen_marks() -> dict[str, str]:
    """The marks of what the page began with."""
    return dict(pair.split(":", 1) for pair in request.form.get("seen", "")[:2000].split() if ":" in pair)


def written(marks: Mapping[str, str]) -> str:
    """Marks, as a page carries them."""
    return " ".join(f"{name}:{mark}" for name, mark in marks.items())


def saved_answer(saved: datetime, shown: Mapping[str, Any], stale: bool) -> Response:
    """What the script wants to know after a save: when that was, and the marks of what stands there now."""
    note = gettext("Somebody else changed another part of this page. Reload it to see that.") if stale else ""
    return sent.saved_answer(saved, written(marks_of(shown)), note)
