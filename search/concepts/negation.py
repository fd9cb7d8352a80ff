"""Negated parts of a query: “không cần tiếng Trung” asks for nothing and excludes nothing."""

from __future__ import annotations

from functools import cache

from search.analysis.segmentation import is_spaceless
from search.concepts.cues import Cues, cue_lists, cues_at_end, cues_at_start, longest_first
from search.concepts.quantities import flattened
from search.concepts.understanding import Span


class Negations:
    """The words of one query that negate what stands beside them. Plain Latin words count for readers of their language
    and, if they are English, for all those whose language has no other meaning for them: “hindi” is a language
    elsewhere, “no” a Portuguese preposition. Those with marks count for all, but need their marks there: Vietnamese
    “nào” is no Portuguese “não”."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._flat = flattened(text)
        self._before = self._present("before", language)
        self._after = self._present("after", language)
        self._links = self._present("links", language)
        self._harmless = self._present("harmless", language)

    def _present(self, kind: str, language: str) -> Cues:
        """The cues of one kind that the query has, flattened."""
        lower = self._text.lower()
        own, marked = _cues(kind, language)
        return longest_first(
            [*(cue for cue in own if cue in self._flat), *(flattened(c) for c in marked if c in lower)]
        )

    def of(self, start: int, end: int) -> Span | None:
        """The place of a part together with the word that negates it; None if nothing does."""
        head, tail = self._flat[:start].rstrip(), self._flat[end:].lstrip()
        link = next(cues_at_end(head, self._links), "")
        for behind in dict.fromkeys((head, head.removesuffix(link).rstrip())):
            cue = next(cues_at_end(behind, self._before), None)
            if cue and not behind.endswith(self._harmless):
                return self._span(len(behind) - len(cue), end)
        if after := next(cues_at_start(tail, self._after), None):
            return self._span(start, len(self._flat) - len(tail) + len(after))
        return None

    def _span(self, start: int, end: int) -> Span:
        return Span(start, end, self._text[start:end])


@cache
def _cues(kind: str, language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The cues that count for a reader: flattened those for which marks do not matter, and the others as they are."""
    lists = cue_lists("negations.toml")
    other = lists.get(language, {}).get("other", ())
    own, marked = set(), set()
    for tag, kinds in lists.items():
        for cue in kinds[kind]:
            if tag == language or is_spaceless(cue) or (tag == "en" and cue not in other):
                own.add(flattened(cue))
            elif not cue.isascii():
                marked.add(cue.lower())
    return frozenset(own), frozenset(marked)
