"""Cues: words beside a part of a query that say how the part is meant; files of `data/` list them by language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache

from search.analysis.segmentation import is_spaceless
from search.concepts.thesaurus import DATA

Cues = tuple[str, ...]  # the longest first


@cache
def cue_lists(file: str) -> dict[str, dict[str, list[str]]]:
    """The cues of a file: language → kind → words."""
    lists: dict[str, dict[str, list[str]]] = tomllib.loads((DATA / file).read_text("utf-8"))
    return lists


def longest_first(cues: Iterable[str]) -> Cues:
    """Cues in the order in which they are tried."""
    return tuple(sorted(set(cues), key=lambda cue: (-len(cue), cue)))


def cues_at_end(head: str, cues: Cues) -> Iterator[str]:
    """The cues that a text ends with, each a word of its own where words have spaces between them."""
    if head.endswith(cues):  # quick to say: beside most parts stands none
        yield from (cue for cue in cues if head.endswith(cue) and _is_whole(cue, head[: -len(cue)][-1:]))


def cues_at_start(tail: str, cues: Cues) -> Iterator[str]:
    """The cues that a text begins with, likewise."""
    if tail.startswith(cues):
        yield from (cue for cue in cues if tail.startswith(cue) and _is_whole(cue, tail[len(cue) :][:1]))


def _is_whole(cue: str, beyond: str) -> bool:
    return is_spaceless(cue) or not beyond.isalnum()
