"""Words that say what a line of a CV is about (`cues.toml`), found in folded text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.analysis.cleaning import simplify
from search.analysis.folding import fold
from search.analysis.scripts import is_spaceless

_FILE = Path(__file__).with_name("cues.toml")
_DOT = re.compile(r"(?<=[^\W\d])\.|[’']s\b")


@dataclass(frozen=True)
class Cue:
    """A meaning (of one table of the file), named at [start, end) of a folded text; the languages that name it so."""

    meaning: str
    start: int
    end: int
    languages: frozenset[str]


def folded(text: str) -> str:
    """A line in the form in which words are looked for: “Ph.D.” is “phd”."""
    return fold(simplify(_DOT.sub("", text)))


def find_cues(table: str, text: str, language: str | None = None) -> Iterator[Cue]:
    """The words of a table in a folded text, the longest first where they overlap. What means one thing in one language
    and another elsewhere (“sarjana”) is read as in `language`."""
    words, pattern = _table(table)
    for match in pattern.finditer(text):
        meanings = words[match[0]]
        meaning = next((one for one, tags in meanings.items() if language in tags), next(iter(meanings)))
        yield Cue(meaning, match.start(), match.end(), meanings[meaning])


def first_cue(table: str, text: str, language: str | None = None) -> str | None:
    """What the first word of a table in a folded text means."""
    return next((cue.meaning for cue in find_cues(table, text, language)), None)


def degree_level(text: str, language: str | None = None) -> str | None:
    """The level of the degree that a text names, of `codes.DEGREES`."""
    found = (cue.meaning for cue in find_cues("degrees", folded(text), language))
    return next((level for level in found if level != "none"), None)


@cache
def _table(name: str) -> tuple[Mapping[str, Mapping[str, frozenset[str]]], re.Pattern[str]]:
    """Folded word → meaning → the languages where it has it; and what finds them."""
    words: dict[str, dict[str, frozenset[str]]] = {}
    for meaning, languages in tomllib.loads(_FILE.read_text("utf-8"))[name].items():
        for language, cues in languages.items():
            for cue in map(folded, cues):
                meanings = words.setdefault(cue, {})
                meanings[meaning] = meanings.get(meaning, frozenset()) | {language}
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return words, re.compile("|".join(map(_edged, ordered)))


def _edged(word: str) -> str:
    return re.escape(word) if is_spaceless(word) else rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
