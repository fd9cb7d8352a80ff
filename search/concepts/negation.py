"""Negated parts of a query: “không cần tiếng Trung” asks for nothing and excludes nothing."""

from __future__ import annotations

from functools import cache

from search.analysis.scripts import is_spaceless
from search.concepts.cues import Beside, Cues, cue_lists
from search.concepts.quantities import flattened
from search.concepts.understanding import Span


class Negations:
    """The words of one query that negate what stands beside them. Plain Latin words count for readers of their language
    and, if they are English, for all those whose language has no other meaning for them: “hindi” is a language
    elsewhere, “no” a Portuguese preposition. Those with marks count for all, but need their marks there: Vietnamese
    “nào” is no Portuguese “não”."""

    def __init__(self, beside: Beside, language: str) -> None:
        self._beside, self._language = beside, language

    def of(self, start: int, end: int) -> Span | None:
        """The place of a part together with the word that negates it; None if nothing does."""
        link, _end = next(self._beside.before(start, self._cues("links")), (start, start))
        for at in dict.fromkeys((start, link)):
            cue = next(self._beside.before(at, self._cues("before")), None)
            if cue and not any(self._beside.before(at, self._cues("harmless"))):
                return self._beside.span(cue[0], end)
        if after := next(self._beside.behind(end, self._cues("after")), None):
            return self._beside.span(start, after[1])
        return None

    def _cues(self, kind: str) -> Cues:
        return _cues_for(kind, self._language)


@cache
def _cues_for(kind: str, language: str) -> Cues:
    """The cues that count for a reader: those that may lack their marks, and others that need them."""
    lists = cue_lists("negations.toml")
    other = lists.get(language, {}).get("other", ())
    spellings: dict[str, set[str]] = {}
    for tag, kinds in lists.items():
        for cue in kinds[kind]:
            if tag == language or is_spaceless(cue) or (tag == "en" and cue not in other):
                spellings.setdefault(flattened(cue), set()).update((cue.lower(), flattened(cue)))
            elif not cue.isascii():
                spellings.setdefault(flattened(cue), set()).add(cue.lower())
    return Cues(spellings)
