"""The thesaurus beside a term list from elsewhere: how many of its terms are known, and whether translations agree."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from search.analysis.cleaning import clean
from search.concepts.index import LabelIndex
from search.concepts.thesaurus import DATA, Thesaurus
from search.errors import InvalidThesaurus

EXPLAINED = DATA / "disagreements.toml"
_TAGS = {"zh": "zh-Hans"}  # columns of lists that name a language otherwise
_BASE = "en"
_SEPARATOR = "|"


@dataclass(frozen=True)
class Term:
    """One row of a list: what one thing is called in some languages."""

    english: str
    names: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Compared:
    """One term in one language. `agrees`: one of its names means what the English name means; `explained`: why it need
    not."""

    english: str
    language: str
    names: tuple[str, ...]
    ours: tuple[str, ...]
    agrees: bool
    explained: str | None


def read_terms(text: str, languages: Sequence[str]) -> list[Term]:
    """The terms of a CSV list with a column for each language; several names in a cell are divided by “|”."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    columns = {name: _TAGS.get(name, name) for name in reader.fieldnames or () if _TAGS.get(name, name) in languages}
    if _BASE not in columns.values() or len(columns) < 2:
        raise InvalidThesaurus("the list needs a column “en” and one of another language")
    return [term for row in reader for term in _terms(row, columns)]


def _terms(row: Mapping[str, str | None], columns: Mapping[str, str]) -> Iterator[Term]:
    names = {tag: _names(row.get(column)) for column, tag in columns.items()}
    for english in names.pop(_BASE)[:1]:
        yield Term(english, {tag: found for tag, found in names.items() if found})


def _names(cell: str | None) -> tuple[str, ...]:
    return tuple(name for part in (cell or "").split(_SEPARATOR) if (name := clean(part)))


def compare(
    terms: Iterable[Term], index: LabelIndex, thesaurus: Thesaurus, explained: Mapping[str, str]
) -> Iterator[Compared]:
    """Each term whose English name is a label of ours, in each language the list has."""
    for term in terms:
        wanted = _meant(term.english, index)
        for language, names in term.names.items() if wanted else ():
            agrees = any(wanted & _meant(name, index) for name in names)
            ours = tuple(thesaurus.label(concept, language) for concept in sorted(wanted))
            why = explained.get(f"{term.english} · {language}") or explained.get(term.english)
            yield Compared(term.english, language, names, ours, agrees, why)


def read_explanations(path: Path = EXPLAINED) -> dict[str, str]:
    """Term (“english” or “english · language”) → why the list and the thesaurus differ."""
    tables: dict[str, str] = tomllib.loads(path.read_text("utf-8"))
    return tables


def _meant(name: str, index: LabelIndex) -> set[str]:
    return {entry.concept for entry in index.readings(name) if entry.scheme != "organisation"}
