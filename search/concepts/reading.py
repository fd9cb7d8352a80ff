"""Reading a query: which topics, filters and words it is made of; and finding concepts in running text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache

from search.analysis.cleaning import clean
from search.analysis.segmentation import words
from search.concepts.index import LabelIndex, Match
from search.concepts.thesaurus import DATA, Thesaurus
from search.concepts.understanding import Filter, Span, Topic, Understanding, Word
from search.documents import Evidence

_QUOTED = re.compile('["“”«»「」『』]([^"“”«»「」『』]+)["“”«»「」『』]')


def understand(query: str, language: str, index: LabelIndex, thesaurus: Thesaurus) -> Understanding:
    """Read a query for a reader of `language`. What stands in quotation marks is left as words."""
    text = clean(query)
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    matches = [m for m in index.find(text, language) if not _inside(m.start, m.end, quoted)]
    topics: list[Topic] = []
    filters: list[Filter] = []
    for match in matches:
        part = _part(match, text, thesaurus)
        if isinstance(part, Topic):
            topics.append(part)
        else:
            filters.append(part)
    left = tuple(_left_over(text, matches, quoted))
    if topics or filters:
        left = tuple(word for word in left if word.quoted or word.span.text.casefold() not in particles())
    return Understanding(text, tuple(topics), tuple(filters), left)


def find_concepts(texts: dict[str, dict[str, str]], index: LabelIndex, thesaurus: Thesaurus) -> Iterator[Evidence]:
    """Topics named in the prose of a document (language → field → text): each once for a field and language."""
    for language, fields in texts.items():
        for field, text in fields.items():
            seen: set[str] = set()
            cleaned = clean(text)
            for match in index.find(cleaned, language):
                concept = match.entries[0].concept
                if match.entries[0].scheme == "topic" and concept not in seen:
                    seen.add(concept)
                    yield Evidence(concept, field, language, cleaned[match.start : match.end])


@cache
def particles() -> frozenset[str]:
    """Words that carry no meaning in a search ("I want to find", "的", "ที่"); one list per language, one set for all."""
    lists: dict[str, list[str]] = tomllib.loads((DATA / "particles.toml").read_text("utf-8"))
    return frozenset(word.casefold() for entries in lists.values() for word in entries)


def _part(match: Match, text: str, thesaurus: Thesaurus) -> Topic | Filter:
    best, others = match.entries[0], tuple(entry.concept for entry in match.entries[1:])
    span = Span(match.start, match.end, text[match.start : match.end])
    concept = thesaurus.concepts.get(best.concept)
    if best.scheme == "organisation":
        return Filter(best.concept, "organisation", (best.concept,), span, best.language, others)
    if concept is not None and concept.filter is not None:
        field, values = concept.filter
        return Filter(best.concept, field, values, span, best.language, others)
    return Topic(best.concept, span, best.language, others)


def _left_over(text: str, matches: list[Match], quoted: list[tuple[int, int]]) -> Iterator[Word]:
    taken = [(match.start, match.end) for match in matches]
    for word in words(text):
        if not any(word.start < end and start < word.end for start, end in taken):
            yield Word(Span(word.start, word.end, word.text), _inside(word.start, word.end, quoted))


def _inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(low <= start and end <= high for low, high in spans)
