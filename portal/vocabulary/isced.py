"""ISCED-F 2013, the classification of fields of education: broad (2 digits), narrow (3) and detailed (4) fields."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.locales import DEFAULT, TAGS

PATH = Path(__file__).parent / "data" / "isced-f.csv"
_NARROW_DIGITS = 3


@dataclass(frozen=True)
class Field:
    """One field of the classification; `labels` has only the languages that have one."""

    code: str
    level: str  # broad, narrow, detailed
    parent: str | None
    labels: Mapping[str, str]


class Isced:
    """All fields by their code."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields

    def exists(self, code: str) -> bool:
        """Whether a code is one of the classification."""
        return code in self.fields

    def label(self, code: str, language: str) -> str:
        """The label of a field, in English where the language has none; the code itself for an unknown one."""
        field = self.fields.get(code)
        if field is None:
            return code
        return field.labels.get(language) or field.labels.get(DEFAULT, code)

    def narrow(self, code: str) -> str:
        """The narrow field (3 digits) that a detailed or narrow one belongs to; a broad field stays what it is."""
        return code[:_NARROW_DIGITS]

    def of_level(self, level: str) -> list[Field]:
        """All fields of one level, by code."""
        return [field for field in self.fields.values() if field.level == level]


@cache
def load_isced() -> Isced:
    """The classification, read once per process."""
    with PATH.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Isced({row["code"]: _field(row) for row in rows})


def _field(row: Mapping[str, str]) -> Field:
    labels = {tag: row[tag] for tag in TAGS if row[tag]}
    return Field(row["code"], row["level"], row["parent"] or None, labels)
