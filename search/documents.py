"""What an index holds: fields with a role, and documents. Both engines are generated from one `Schema`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a field is for; an engine derives storage, analysis and queries from it."""

    TEXT = "text"  # prose per language, analysed to words
    CONCEPT = "concept"  # thesaurus ids with the evidence that put them there
    FACET = "facet"  # coded values: filtered, counted and shown
    FILTER = "filter"  # coded values: filtered only
    NUMBER = "number"  # one number: ranges and sorting


@dataclass(frozen=True)
class Field:
    """One declared field. `weight` counts for TEXT only; `windows` (upper bounds, in days from now) for NUMBER
    facets."""

    name: str
    role: Role
    weight: float = 1.0
    windows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Schema:
    """All fields of one kind of document, and the languages its texts may be in. `edition` is raised when documents are
    made otherwise from the same things, so that an index of the old ones is known to be out of date.

    `required`: (FACET or FILTER field, value) that a document must have to exist for whoever asks. Engines hold every
    question to it by themselves: no request can leave it out, and no method forget it.
    """

    name: str
    fields: tuple[Field, ...]
    languages: tuple[str, ...]
    dimensions: int = 0  # of the vectors of documents; 0: they have none
    edition: int = 1
    required: tuple[tuple[str, str], ...] = ()

    def of_role(self, *roles: Role) -> tuple[Field, ...]:
        """The fields with one of these roles, in declared order."""
        return tuple(item for item in self.fields if item.role in roles)

    def digest(self) -> str:
        """A short hash of the declaration; an index stores it so that drift shows."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Evidence:
    """Why a document has a concept: tagged by its owner, or found in a text (then with the words that were found)."""

    concept: str
    source: str  # "tag", or the name of the TEXT field it was found in
    language: str | None = None
    surface: str | None = None


@dataclass(frozen=True)
class Document:
    """One object as the index knows it. `version` only grows; a late write with a lower version never wins."""

    id: str
    version: int
    texts: Mapping[str, Mapping[str, str]]  # language → field → text
    concepts: tuple[Evidence, ...]
    facets: Mapping[str, tuple[str, ...]]  # FACET and FILTER fields → codes
    numbers: Mapping[str, float]  # NUMBER fields; a missing one sorts last and matches no range
    stored: Mapping[str, Any] = field(default_factory=dict)  # JSON handed back with each hit
    vector: tuple[float, ...] = ()  # its meaning, of length 1, where the schema has dimensions
