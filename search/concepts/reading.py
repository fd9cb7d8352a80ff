"""Reading a query: which topics, filters and words it is made of; and finding concepts in running text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from search.analysis.cleaning import clean
from search.analysis.folding import carries_marks
from search.analysis.segmentation import words
from search.concepts.index import LabelIndex, Match
from search.concepts.thesaurus import DATA, Concept, Thesaurus
from search.concepts.understanding import Filter, Span, Topic, Understanding, Word
from search.documents import Evidence

_FIRST_SPACELESS = "\u0e00"
_QUOTED = re.compile('["“”«»「」『』]([^"“”«»「」『』]+)["“”«»「」『』]')


def understand(query: str, language: str, index: LabelIndex, thesaurus: Thesaurus) -> Understanding:
    """Read a query for a reader of `language`. What stands in quotation marks is left as words."""
    text = clean(query)
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    matches = [m for m in index.find(text, language) if not _inside(m.start, m.end, quoted)]
    interrupted = list(_interrupted(text, matches, quoted, language, index))
    matches += [head for head, _tail in interrupted]
    taken = [*((match.start, match.end) for match in matches), *(tail for _head, tail in interrupted)]
    everyday = [m for m in _everyday(text, [*taken, *quoted], matches, language) if m.entries[0].concept in thesaurus]
    matches = sorted([*matches, *everyday], key=lambda match: match.start)
    taken += [(match.start, match.end) for match in everyday]
    topics: list[Topic] = []
    filters: list[Filter] = []
    for match in matches:
        part = _part(match, text, thesaurus)
        if isinstance(part, Topic):
            topics.append(part)
        else:
            part = _citizenship(part, text)
            taken.append((part.span.start, part.span.end))
            filters.append(part)
    left = tuple(_left_over(text, taken, quoted))
    if topics or filters:
        idle = _particle_places(text)
        left = tuple(word for word in left if word.quoted or not _inside(word.span.start, word.span.end, idle))
    return Understanding(text, tuple(topics), tuple(filters), left)


def find_concepts(texts: dict[str, dict[str, str]], index: LabelIndex, thesaurus: Thesaurus) -> Iterator[Evidence]:
    """Topics named in the prose of a document (language → field → text): each once for a field and language.

    Prose, unlike a query, writes abbreviations in capitals: Vietnamese "ai" and Malay "ia" are not AI.
    """
    for language, fields in texts.items():
        for field, text in fields.items():
            seen: set[str] = set()
            cleaned = clean(text)
            for match in index.find(cleaned, language):
                best, surface = match.entries[0], cleaned[match.start : match.end]
                if best.label.isupper() and not surface.isupper():
                    continue
                if best.scheme == "topic" and best.concept not in seen and best.concept in thesaurus:
                    seen.add(best.concept)
                    yield Evidence(best.concept, field, language, surface)


@cache
def particles() -> frozenset[str]:
    """Words that carry no meaning in a search ("I want to find", "的", "ที่"); one list per language, one set for all."""
    return frozenset(word.casefold() for entries in _particle_lists().values() for word in entries)


def _citizenship(part: Filter, text: str) -> Filter:
    """A country that people are said to come from ("sinh viên Việt Nam") asks who may apply, not where to go."""
    if part.field != "country":
        return part
    before, after = _citizen_cues()
    start, end = part.span.start, part.span.end
    head, tail = text[:start].rstrip().casefold(), text[end:].lstrip().casefold()
    if cue := next((cue for cue in before if _ends_with(head, cue)), None):
        start = len(head) - len(cue)
    elif cue := next((cue for cue in after if tail.startswith(cue)), None):
        end = text.casefold().index(cue, end) + len(cue)
    else:
        return part
    return replace(part, field="open_to", span=Span(start, end, text[start:end]), alternatives=(part.concept,))


def _ends_with(head: str, cue: str) -> bool:
    """Whether a text ends with a cue that is a word of its own (where words have spaces between them)."""
    before = head[: -len(cue)]
    return head.endswith(cue) and (cue[0] >= _FIRST_SPACELESS or not before[-1:].isalnum())


@cache
def _citizen_cues() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Cues before and behind a country, of all languages, the longest first."""
    tables: dict[str, dict[str, list[str]]] = tomllib.loads((DATA / "citizens.toml").read_text("utf-8"))
    found = ({cue.casefold() for table in tables.values() for cue in table[place]} for place in ("before", "after"))
    before, after = (tuple(sorted(cues, key=lambda cue: (-len(cue), cue))) for cues in found)
    return before, after


def _interrupted(
    text: str, matches: list[Match], quoted: list[tuple[int, int]], language: str, index: LabelIndex
) -> Iterator[tuple[Match, tuple[int, int]]]:
    """Filters whose words stand on both sides of a topic ("online AI course", "pelatihan AI di luar negeri").

    Each with the place of the words after the topic; those before it stand for the filter.
    """
    taken = [*((match.start, match.end) for match in matches), *quoted]
    for match in index.find(_without(taken, text), language):
        gaps = [(low, high) for low, high in taken if match.start < low and high < match.end]
        if len(gaps) == 1 and gaps[0] not in quoted and match.entries[0].scheme == "facet":
            end = match.start + len(text[match.start : gaps[0][0]].rstrip())
            yield Match(match.start, end, match.entries), (gaps[0][1], match.end)


def _everyday(text: str, taken: list[tuple[int, int]], matches: list[Match], language: str) -> Iterator[Match]:
    """Words that name a field only in a search ("agriculture", "ngân hàng"), where no label was found.

    In Latin script they must belong to the reader's language, to English or to that of a label beside them: "direito"
    and "batas" mean something else next door.
    """
    spoken = {language, "en", *(entry.language for match in matches for entry in match.entries)}
    for match in _everyday_index().find(_without(taken, text), language):
        surface = text[match.start : match.end]
        own = carries_marks(surface) or surface[0] >= _FIRST_SPACELESS
        entries = tuple(
            entry
            for entry in match.entries
            if (own or entry.language in spoken) and (surface.isupper() or not entry.label.isupper())  # IT, not it
        )
        if entries and not any(match.start < end and start < match.end for start, end in taken):
            yield Match(match.start, match.end, entries)


def _without(places: list[tuple[int, int]], text: str) -> str:
    """The text with some places blank, so that the others stay where they are."""
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


@cache
def _everyday_index() -> LabelIndex:
    tables: dict[str, dict[str, list[str]]] = tomllib.loads((DATA / "everyday.toml").read_text("utf-8"))
    return LabelIndex(
        Concept(concept, "topic", {tag: tuple(found) for tag, found in labels.items()})
        for concept, labels in tables.items()
    )


@cache
def _particle_lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = tomllib.loads((DATA / "particles.toml").read_text("utf-8"))
    return lists


@cache
def _particle_index() -> LabelIndex:
    """Particles are found like labels, so that they may be phrases and the dictionary may cut them as it likes."""
    return LabelIndex([Concept("particle", "topic", {tag: tuple(found) for tag, found in _particle_lists().items()})])


def _particle_places(text: str) -> list[tuple[int, int]]:
    """Where particles stand; those that touch are one place."""
    places: list[tuple[int, int]] = []
    for match in _particle_index().find(text):
        if places and places[-1][1] == match.start:
            places[-1] = (places[-1][0], match.end)
        else:
            places.append((match.start, match.end))
    return places


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


def _left_over(text: str, taken: list[tuple[int, int]], quoted: list[tuple[int, int]]) -> Iterator[Word]:
    for word in words(text):
        if not any(word.start < end and start < word.end for start, end in taken):
            yield Word(Span(word.start, word.end, word.text), _inside(word.start, word.end, quoted))


def _inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(low <= start and end <= high for low, high in spans)
