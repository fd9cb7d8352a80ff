"""Two who change one draft at once: what each changed stays, and only what both changed is asked about.

A page knows the marks of the values it shows. Whatever differs from its mark was changed on that page; where the draft
differs from it too, somebody else has changed the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

_LENGTH = 10  # of a mark: enough to tell some ten values apart


@dataclass(frozen=True)
class Typed:
    """What a page sends: its fields; the marks of what it began with; the fields in which, of two versions, the other
    was chosen."""

    fields: Mapping[str, Any]
    seen: Mapping[str, str]
    left: Collection[str] = ()


@dataclass(frozen=True)
class Merge:
    """What a page changed; which of these fields somebody else changed as well; and which only somebody else did, so
    that the page no longer shows what the draft says."""

    changes: Mapping[str, Any]
    disputed: tuple[str, ...]
    stale: tuple[str, ...]


def marks_of(shown: Mapping[str, Any]) -> dict[str, str]:
    """Field → a mark of what stands in it."""
    return {name: _mark(value) for name, value in shown.items()}


def merge(mine: Mapping[str, Any], theirs: Mapping[str, Any], sent: Typed) -> Merge:
    """What to write. `mine`: the fields as they would be written; `theirs`: as the draft has them now."""
    own, other, seen = marks_of(mine), marks_of(theirs), sent.seen
    changed = [n for n in own if own[n] not in (seen.get(n), other.get(n)) and n not in sent.left]
    disputed = tuple(name for name in changed if other.get(name) != seen.get(name))
    stale = tuple(name for name in own if name not in changed and own[name] != other.get(name))
    return Merge({name: mine[name] for name in changed}, disputed, stale)


def _mark(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
