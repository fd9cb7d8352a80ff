"""The null character, which PostgreSQL keeps in no text."""

from __future__ import annotations

import re

_IN_JSON = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # a backslash may itself stand behind one


def is_in_json(text: bytes) -> bool:
    """Whether JSON says it; unescaped, it makes JSON none."""
    return _IN_JSON.search(text) is not None
