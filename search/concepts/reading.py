"""Reading a query: which topics, filters and words it is made of; and finding concepts in running text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property

from search.analysis.cleaning import clean
from search.analysis.folding import carries_marks
from search.analysis.scripts import is_spaceless
from search.analysis.segmentation import Word as CutWord
from search.analysis.segmentation import words
from search.analysis.zawgyi import is_zawgyi, to_unicode
from search.concepts.citizens import as_people, groups_as_people
from search.concepts.cues import Beside
from search.concepts.grades import result_behind
from search.concepts.index import LabelIndex, Match
from search.concepts.labels import Entry
from search.concepts.negation import Negations
from search.concepts.quantities import find_limits
from search.concepts.thesaurus import DATA, Concept, Thesaurus
from search.concepts.understanding import QUOTES, Filter, Span, Topic, Understanding, Word
from search.documents import Evidence

Texts = Mapping[str, Mapping[str, str]]  # language → field → text

_QUOTED = re.compile(f"[{QUOTES}]([^{QUOTES}]+)[{QUOTES}]")


def understand(
    query: str, language: str, index: LabelIndex, thesaurus: Thesaurus, today: date | None = None
) -> Understanding:
    """Read a query for a reader of `language`. What stands in quotation marks is left as a phrase.

    `today` tells which year is meant by “March” and “next year”; without it they stay words.
    """
    text = clean(query)
    if converted := is_zawgyi(text):
        text = clean(to_unicode(text))
    reading = _Reading(text, language, index, thesaurus)
    reading.find_labels()
    limits = find_limits(text, reading.free(), today)
    reading.take(limit.span for limit in limits)
    reading.find_results()
    reading.find_everyday_words()
    reading.mend()
    return replace(reading.understanding(), limits=tuple(limits), converted=converted)


class _Reading:
    """A query being read: the labels found so far, and the places they and their like take."""

    def __init__(self, text: str, language: str, index: LabelIndex, thesaurus: Thesaurus) -> None:
        self._text, self._language, self._index, self._thesaurus = text, language, index, thesaurus
        self._quoted = [match.span() for match in _QUOTED.finditer(text)]
        self._labels_quoted: dict[str, Match] = {}
        self._matches: list[Match] = []
        self._taken: list[tuple[int, int]] = []
        self._results: dict[Match, str] = {}  # of language tests

    def find_labels(self) -> None:
        """Labels, and filters whose words stand around a topic."""
        found = self._index.find(self._text, self._language)
        self._labels_quoted = {self._text[m.start : m.end]: m for m in found if _inside(m.start, m.end, self._quoted)}
        self._add(
            match
            for match in found  # none of which overlap
            if self._is_free(match.start, match.end) and not self._is_in_phrase(match)
        )
        people = [(m.start, m.end) for m in self._matches if self._field(m) in ("country", "open_to")]
        barriers = [*self._quoted, *people]
        for head, tail in list(_interrupted(self._text, self._matches, barriers, self._language, self._index)):
            self._add([head])
            self._taken.append(tail)

    def find_results(self) -> None:
        """Results behind the names of language tests ("HSK4"), where nothing else was read ("HSK 6 tháng")."""
        for place, match in enumerate(self._matches):
            if (
                match not in self._results
                and self._field(match) == "language_test"
                and (found := result_behind(self._text, match.end))
            ):
                result, end = found
                if self._is_free(match.end, end):
                    longer = self._matches[place] = replace(match, end=end)
                    self._results[longer] = result
                    self._taken.append((match.end, end))

    def find_everyday_words(self) -> None:
        """Words that name a field only in a search, where nothing else was found."""
        blanked = _without([*self._taken, *self._quoted], self._text)
        self._add_everyday(_everyday_index().find(blanked, self._language))

    def mend(self) -> None:
        """Words nobody knows may be labels that were typed carelessly; what they cover whole was read too short. Or
        they are everyday words, or particles."""
        for mended in self._index.find_mended(self._text, self._doubtful(), self._language):
            covered = [m for m in self._matches if mended.start <= m.start and m.end <= mended.end]
            self._matches = [match for match in self._matches if match not in covered]
            self._taken = [place for place in self._taken if not _inside(*place, [(mended.start, mended.end)])]
            if self._is_free(mended.start, mended.end):
                self._add([mended])
        self.find_results()
        unknown = [place for place in self._doubtful() if not self._index.knows(self._text[slice(*place)])]
        self._add_everyday(_everyday_index().find_mended(self._text, unknown, self._language))
        idle = _particle_index().find_mended(self._text, unknown, self._language)
        self._idle.extend((match.start, match.end) for match in idle if self._is_free(match.start, match.end))

    def take(self, spans: Iterable[Span]) -> None:
        """Note that some places mean something that is no label."""
        self._taken.extend((span.start, span.end) for span in spans)

    def free(self) -> list[bool]:
        """For each character, whether nothing has taken it."""
        free = [True] * len(self._text)
        for start, end in (*self._taken, *self._quoted):
            free[start:end] = [False] * (end - start)
        return free

    def understanding(self) -> Understanding:
        """All parts, each in its place."""
        topics: list[Topic] = []
        filters: list[Filter] = []
        left_alone: list[Span] = []
        beside = Beside(self._text)
        negations = Negations(beside, self._language)
        for match in sorted(self._matches, key=lambda match: match.start):
            part = self._part(match, beside)
            if negated := negations.of(part.span.start, part.span.end):
                left_alone.append(negated)
            elif isinstance(part, Topic):
                topics.append(part)
            else:
                filters.append(part)
        filters = groups_as_people(filters, beside)
        self.take((*left_alone, *(part.span for part in filters)))
        return Understanding(
            self._text, tuple(topics), tuple(filters), self._words(bool(self._taken)), left_alone=tuple(left_alone)
        )

    def _part(self, match: Match, beside: Beside) -> Topic | Filter:
        """What a label asks for, with what the words beside it add."""
        part = _part(match, self._text, self._thesaurus)
        if isinstance(part, Topic):
            return part
        if result := self._results.get(match):
            return replace(part, values=tuple(f"{test}:{result}" for test in part.values))
        return as_people(part, beside, self._taken, self._thesaurus)

    def _field(self, match: Match) -> str | None:
        """The fact that a label asks for, if it is one of the thesaurus."""
        concept = self._thesaurus.concepts.get(match.entries[0].concept)
        return concept.filter[0] if concept and concept.filter else None

    @cached_property
    def _particles(self) -> list[Match]:
        return _particle_index().find_all(self._text, self._language)

    @cached_property
    def _idle(self) -> list[tuple[int, int]]:
        """Where particles stand that this reader can mean."""
        own = _spoken(self._particles, self._text, self._matches, self._language)
        return _joined(sorted((match.start, match.end) for match in own))

    def _is_in_phrase(self, match: Match) -> bool:
        """Whether a label is only a part of a phrase that means nothing in a search ("ai biết" asks who knows)."""
        return not self._text[match.start : match.end].isupper() and any(
            phrase.start <= match.start and match.end <= phrase.end and phrase.letters > match.letters
            for phrase in self._particles
            if self._language in {entry.language for entry in phrase.entries}
        )

    def _add(self, matches: Iterable[Match]) -> None:
        for match in matches:
            self._matches.append(match)
            self._taken.append((match.start, match.end))

    def _add_everyday(self, found: Iterable[Match]) -> None:
        own = list(_spoken(found, self._text, self._matches, self._language))
        self._add(
            match
            for match in own
            if match.entries[0].concept in self._thesaurus
            and self._is_free(match.start, match.end)
            and not self._is_in_phrase(match)
        )

    def _is_free(self, start: int, end: int) -> bool:
        return not any(start < high and low < end for low, high in (*self._taken, *self._quoted))

    def _doubtful(self) -> list[tuple[int, int]]:
        """Words in Latin letters that nobody knows."""
        return [(word.start, word.end) for word in self._unread() if word.script is None]

    def _unread(self) -> Iterator[CutWord]:
        """Words outside everything that was read and that are no particles."""
        idle = self._idle
        for word in words(self._text):
            read = any(word.start < end and start < word.end for start, end in (*self._taken, *self._quoted))
            if not read and not _inside(word.start, word.end, idle):
                yield word

    def _words(self, anything_read: bool) -> tuple[Word, ...]:
        """What is left; without particles, if there is anything else."""
        left = [
            Word(Span(word.start, word.end, word.text))
            for word in words(self._text)
            if self._is_free(word.start, word.end)
        ]
        idle = self._idle if anything_read else []
        meant = (word for word in left if not _inside(word.span.start, word.span.end, idle))
        return tuple(sorted((*meant, *self._phrases()), key=lambda word: word.span.start))

    def _phrases(self) -> Iterator[Word]:
        """What stands in quotation marks, with what it means as a whole."""
        for start, end in self._quoted:
            phrase = Word(Span(start, end, self._text[start:end]), quoted=True)
            label = self._labels_quoted.get(phrase.text)
            if any(words(phrase.text)):
                yield replace(phrase, alternatives=tuple(entry.concept for entry in label.entries) if label else ())


@dataclass(frozen=True)
class Mention:
    """A topic named in prose, at [start, end) of the cleaned text of a field."""

    concept: str
    field: str
    language: str
    start: int
    end: int
    surface: str


def find_mentions(texts: Texts, index: LabelIndex, thesaurus: Thesaurus) -> Iterator[Mention]:
    """Topics named in the prose of a document (language → field → text), each time they are named.

    Prose, unlike a query, writes abbreviations in capitals: Vietnamese "ai" and Malay "ia" are not AI.
    """
    for language, fields in texts.items():
        for field, text in fields.items():
            cleaned = clean(text)
            for match in index.find(cleaned, language):
                best, surface = match.entries[0], cleaned[match.start : match.end]
                if best.scheme != "topic" or best.concept not in thesaurus or _is_for_queries(best, surface):
                    continue
                yield Mention(best.concept, field, language, match.start, match.end, surface)


def find_concepts(texts: Texts, index: LabelIndex, thesaurus: Thesaurus) -> Iterator[Evidence]:
    """The same topics as evidence: each once for a field and language."""
    seen: set[tuple[str, str, str]] = set()
    for found in find_mentions(texts, index, thesaurus):
        place = (found.language, found.field, found.concept)
        if place not in seen:
            seen.add(place)
            yield Evidence(found.concept, found.field, found.language, found.surface)


def _is_for_queries(entry: Entry, surface: str) -> bool:
    """Whether only searches write a label so: abbreviations and names in small letters, pinyin, misspellings."""
    label = entry.label
    small = (label.isupper() and not surface.isupper()) or (_is_name(label) and surface.islower())
    return small or (entry.hidden and surface.isascii())


def _is_name(label: str) -> bool:
    """Whether a label is one word with capitals ("Excel", "LaTeX"), which in small letters may be another word."""
    return label.isascii() and label.isalpha() and not label.islower()


@cache
def particles() -> frozenset[str]:
    """Words that carry no meaning in a search ("I want to find", "的", "ที่"); one list per language, one set for all."""
    return frozenset(word.casefold() for entries in _particle_lists().values() for word in entries)


def _interrupted(
    text: str, matches: list[Match], barriers: list[tuple[int, int]], language: str, index: LabelIndex
) -> Iterator[tuple[Match, tuple[int, int]]]:
    """Filters whose words stand on both sides of a topic ("online AI course", "pelatihan AI di luar negeri"); no filter
    goes around a barrier.

    Each with the place of the words after the topic; those before it stand for the filter.
    """
    taken = [*((match.start, match.end) for match in matches), *barriers]
    if not any(text[:low].strip() and text[high:].strip() for low, high in taken):
        return
    for match in index.find(_without(taken, text), language, over_gaps=True):
        gaps = [(low, high) for low, high in taken if match.start < low and high < match.end]
        if len(gaps) == 1 and gaps[0] not in barriers and match.entries[0].scheme == "facet":
            end = match.start + len(text[match.start : gaps[0][0]].rstrip())
            yield replace(match, end=end), (gaps[0][1], match.end)


def _spoken(found: Iterable[Match], text: str, matches: list[Match], language: str) -> Iterator[Match]:
    """Everyday words, or particles, that this reader can mean.

    In Latin script they must belong to the reader's language, to English or to that of a label beside them: "direito"
    and "batas" mean something else next door.
    """
    spoken = {language, "en", *(entry.language for match in matches for entry in match.entries)}
    for match in found:
        surface = text[match.start : match.end]
        own = carries_marks(surface) or is_spaceless(surface)
        entries = tuple(
            entry
            for entry in match.entries
            if (own or entry.language in spoken) and (surface.isupper() or not entry.label.isupper())  # IT, not it
        )
        if entries:
            yield replace(match, entries=entries)


def _without(places: list[tuple[int, int]], text: str) -> str:
    """The text with some places blank, so that the others stay where they are."""
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


@cache
def _everyday_index() -> LabelIndex:
    tables: dict[str, dict[str, list[str]]] = tomllib.loads((DATA / "everyday.toml").read_text("utf-8"))
    concepts = (
        Concept(concept, "topic", {tag: tuple(found) for tag, found in labels.items()})
        for concept, labels in tables.items()
    )
    return LabelIndex(concepts, english=False)


@cache
def _particle_lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = tomllib.loads((DATA / "particles.toml").read_text("utf-8"))
    return lists


@cache
def _particle_index() -> LabelIndex:
    """Particles are found like labels, so that they may be phrases and the dictionary may cut them as it likes."""
    concepts = (Concept(tag, "topic", {tag: tuple(found)}) for tag, found in _particle_lists().items())
    return LabelIndex(concepts, english=False)


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in the order of the text; those that touch or overlap are one."""
    found: list[tuple[int, int]] = []
    for start, end in places:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _part(match: Match, text: str, thesaurus: Thesaurus) -> Topic | Filter:
    best, others = match.entries[0], tuple(entry.concept for entry in match.entries[1:])
    span = Span(match.start, match.end, text[match.start : match.end])
    concept = thesaurus.concepts.get(best.concept)
    if best.scheme == "organisation":  # a name that several bear means all of them
        bearers = tuple(entry.concept for entry in match.entries if entry.scheme == "organisation")
        return Filter(best.concept, "organisation", bearers, span, best.language, others, match.mended)
    if concept is not None and concept.filter is not None:
        field, values = concept.filter
        return Filter(best.concept, field, values, span, best.language, others, match.mended)
    return Topic(best.concept, span, best.language, others, match.mended)


def _inside(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(low <= start and end <= high for low, high in spans)
