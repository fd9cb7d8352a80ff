"""What was understood of a query: topics, filters and left-over words, each with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass

QUOTES = '"“”«»「」『』'


@dataclass(frozen=True)
class Span:
    """A stretch of the query as typed: [start, end) in characters, and its text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Topic:
    """A thesaurus concept that was asked for. `alternatives` are other concepts the same words may mean, best first."""

    concept: str
    span: Span
    language: str | None = None  # of the label that matched
    alternatives: tuple[str, ...] = ()
    mended: bool = False  # the typing was put right to find it


@dataclass(frozen=True)
class Filter:
    """A fact that was asked for: a place, an organisation, a kind, a level, money … `concept` is the entry that
    matched."""

    concept: str
    field: str
    values: tuple[str, ...]
    span: Span
    language: str | None = None
    alternatives: tuple[str, ...] = ()
    mended: bool = False


@dataclass(frozen=True)
class Length:
    """A length of time as it was asked. unit: "days", "weeks", "months", "semesters", "school-years" or "years"."""

    low: float
    high: float
    unit: str


@dataclass(frozen=True)
class Limit:
    """A number or date that was asked for: something that lies between two bounds, both included; either may be None.

    name: "months" (how long), "starts", "closes", "open" (when; seconds since 1970), "stipend" (a month, with its
    currency as `unit`), "age" (in years; no index can tell who is too old).
    """

    name: str
    low: float | None
    high: float | None
    span: Span
    unit: str | None = None
    length: Length | None = None  # of "months": how the reader put it
    around: bool = False  # a rough number was asked for, and the bounds give it leeway


@dataclass(frozen=True)
class Word:
    """A word of the query that means no concept. What was put in quotation marks is one word, a phrase: only this is
    required. `alternatives` are the concepts it would mean without them."""

    span: Span
    quoted: bool = False
    alternatives: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The word without quotation marks."""
        return self.span.text.strip(QUOTES).strip() if self.quoted else self.span.text


@dataclass(frozen=True)
class Understanding:
    """A query read: its text as cleaned, and every part of it exactly once."""

    text: str
    topics: tuple[Topic, ...] = ()
    filters: tuple[Filter, ...] = ()
    words: tuple[Word, ...] = ()
    limits: tuple[Limit, ...] = ()
    left_alone: tuple[Span, ...] = ()  # what was negated: neither asked for nor excluded
    converted: bool = False  # the query was typed in Zawgyi; `text` is Unicode

    def without(self, span: Span) -> str:
        """The query's text with one part taken out: the address behind a chip's cross."""
        return " ".join((self.text[: span.start] + " " + self.text[span.end :]).split())


NOTHING = Understanding("")  # no words: browse everything
