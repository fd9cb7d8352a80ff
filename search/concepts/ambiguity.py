"""Labels that several concepts share, and how each is decided: by a decision on file, or by one of the published rules.

The rules, in their order: a label spelt just as the words; a place before a fact before a topic before an organisation;
the reader's language; the first label of a concept before its others. A name that several organisations bear means all
of them. What none of these settles is undecided, and an entry of `decisions.toml` is wanted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from search.concepts.index import SCHEMES, LabelIndex
from search.concepts.labels import Entry
from search.concepts.thesaurus import DATA
from search.errors import InvalidThesaurus

DECISIONS = DATA / "decisions.toml"
RULES = ("decision", "scheme", "spelling", "reader", "preferred", "all", "undecided")


@dataclass(frozen=True)
class SharedLabel:
    """One spelling that several concepts have. `concepts`: the one that is meant first; `rule`: one of `RULES`."""

    label: str
    concepts: tuple[str, ...]
    languages: tuple[str, ...]
    rule: str


def read_decisions(path: Path = DECISIONS) -> Mapping[str, tuple[str, ...]]:
    """Label → concepts, the one that people mean first. Raises `InvalidThesaurus`."""
    tables = tomllib.loads(path.read_text("utf-8"))
    for label, table in tables.items():
        if set(table) != {"concepts", "why"} or not table["why"]:
            raise InvalidThesaurus(f"{path.name}: {label}: needs concepts and why")
    return {label: tuple(table["concepts"]) for label, table in tables.items()}


def shared_labels(index: LabelIndex) -> Iterator[SharedLabel]:
    """Every key with labels of several concepts, and the rule that decides it."""
    for _key, entries in index.by_key():
        concepts = dict.fromkeys(entry.concept for entry in entries)
        if len(concepts) < 2:
            continue
        ranked = index.readings(entries[0].label)
        if len(ranked) > 1:
            yield SharedLabel(
                ranked[0].label,
                tuple(entry.concept for entry in ranked),
                tuple(dict.fromkeys(entry.language for entry in ranked)),
                _rule(index, ranked),
            )


def _rule(index: LabelIndex, ranked: tuple[Entry, ...]) -> str:
    """What puts the first reading before the second, whoever reads."""
    first, second = ranked[:2]
    if index.is_decided(first.label):
        return "decision"
    if first.scheme == second.scheme == "organisation":
        return "all"
    for rule, differs in (
        ("scheme", SCHEMES.index(first.scheme) != SCHEMES.index(second.scheme)),
        ("spelling", first.label.casefold() != second.label.casefold()),
        ("reader", first.language != second.language),
        ("preferred", first.preferred != second.preferred),
    ):
        if differs:
            return rule
    return "undecided"
