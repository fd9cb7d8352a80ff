"""Two who change one draft at once: what each changed stays, and only what both changed is asked about.

A page knows the marks of the values it shows. Whatever differs from its mark was changed on that page; where the draft
differs from it too, somebody else has changed the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LENGTH = 10  # of a mark: enough to tell some ten values apart


@dataclass(frozen=True)
class Merge:
    """What a page changed, and which of these keys somebody else changed as well."""

    changes: Mapping[str, Any]
    disputed: tuple[str, ...]


def marks_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Key → a mark of its value."""
    return {key: _mark(value) for key, value in values.items()}


def merge(mine: Mapping[str, Any], theirs: Mapping[str, Any], seen: Mapping[str, str]) -> Merge:
    """What to write. `mine`: as typed on the page; `theirs`: as the draft has it now; `seen`: the marks of the values
    that the page began with."""
    changes = {key: value for key, value in mine.items() if _mark(value) not in (seen.get(key), _mark(theirs.get(key)))}
    disputed = tuple(key for key in changes if _mark(theirs.get(key)) != seen.get(key))
    return Merge(changes, disputed)


def _mark(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
