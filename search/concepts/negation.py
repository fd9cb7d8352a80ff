"""Negated parts of a query: “không cần tiếng Trung” asks for nothing and excludes nothing."""

from __future__ import annotations

import tomllib
from functools import cache

from search.analysis.segmentation import is_spaceless
from search.concepts.quantities import flattened
from search.concepts.thesaurus import DATA
from search.concepts.understanding import Span


class Negations:
    """The words of one query that negate what stands beside them. Plain Latin words count for readers of their language
    and, if they are English, for all: “hindi” is a language elsewhere. Those with marks count for all, but need their
    marks there: Vietnamese “nào” is no Portuguese “não”."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._flat = flattened(text)
        self._before = self._present("before", language)
        self._after = self._present("after", language)
        self._links = self._present("links", language)
        self._harmless = tuple(self._present("harmless", language))

    def _present(self, place: str, language: str) -> list[str]:
        """The cues of one kind that the query has, flattened, the longest first."""
        lower = self._text.lower()
        own, marked = _cues(place, language)
        found = {cue for cue in own if cue in self._flat} | {flattened(cue) for cue in marked if cue in lower}
        return sorted(found, key=lambda cue: (-len(cue), cue))

    def of(self, start: int, end: int) -> Span | None:
        """The place of a part together with the word that negates it; None if nothing does."""
        head, tail = self._flat[:start].rstrip(), self._flat[end:].lstrip()
        link = next((link for link in self._links if _ends_with(head, link)), "")
        for behind in (head, head.removesuffix(link).rstrip()):
            cue = next((cue for cue in self._before if _ends_with(behind, cue)), None)
            if cue and not behind.endswith(self._harmless):
                return self._span(len(behind) - len(cue), end)
        if after := next((cue for cue in self._after if _begins_with(tail, cue)), None):
            return self._span(start, len(self._flat) - len(tail) + len(after))
        return None

    def _span(self, start: int, end: int) -> Span:
        return Span(start, end, self._text[start:end])


def _ends_with(head: str, cue: str) -> bool:
    return head.endswith(cue) and (is_spaceless(cue) or not head[: -len(cue)][-1:].isalnum())


def _begins_with(tail: str, cue: str) -> bool:
    return tail.startswith(cue) and (is_spaceless(cue) or not tail[len(cue) :][:1].isalnum())


@cache
def _cues(place: str, language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The cues that count for a reader: flattened those for which marks do not matter, and the others as they are."""
    tables: dict[str, dict[str, list[str]]] = tomllib.loads((DATA / "negations.toml").read_text("utf-8"))
    own, marked = set(), set()
    for tag, table in tables.items():
        for cue in table[place]:
            if tag in (language, "en") or is_spaceless(cue):
                own.add(flattened(cue))
            elif not cue.isascii():
                marked.add(cue.lower())
    return frozenset(own), frozenset(marked)
