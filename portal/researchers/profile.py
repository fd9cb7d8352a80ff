"""A person's profile as the rest of the site reads it: plain values in parts, each of which is shown or kept apart.

Neither sex nor place of birth is asked for. Names stand in a part of their own, so that no rule or score can come upon
them. Codes are those of listings (`portal.listings.codes`), countries ISO 3166-1, languages BCP 47, concepts ids of the
thesaurus.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portal.listings import codes
from portal.listings.answers import Stay

PARTS = ("name", "background", "degrees", "posts", "publications", "languages", "skills", "wishes")
AUDIENCES = ("me", "hosts")
"""Who may see a part: its owner alone, or organisations that look for people, too."""

POST_KINDS = ("research", "teaching", "study", "industry", "administration", "other")
PUBLICATION_KINDS = (
    "article", "conference-paper", "book", "chapter", "thesis", "preprint", "data-set", "software", "other",
)  # fmt: skip
SPOKEN = ("A1", "A2", "B1", "B2", "C1", "C2", "native")
"""How well a language is known: the levels of the Common European Framework, or the person's own."""
FUNDING_NEEDS = ("full", "partly", "none")
"""The least funding without which the person cannot come."""


@dataclass(frozen=True)
class Name:
    """As in the passport, in Latin letters, and as the person writes it."""

    given: str = ""
    family: str = ""  # many people have none
    native: str = ""


@dataclass(frozen=True)
class Place:
    """An organisation of the directory, or one that is not in it by its name; where it is."""

    organisation_id: str | None = None
    name: str = ""
    country: str | None = None


@dataclass(frozen=True)
class Background:
    """What rules on who may apply ask, beyond degrees, posts and languages. None: not said."""

    citizenships: tuple[str, ...] | None = None
    born_on: date | None = None
    residence: str | None = None
    stays: tuple[Stay, ...] | None = None  # in other countries
    awards_from: tuple[str, ...] | None = None  # countries whose award the person holds at present


@dataclass(frozen=True)
class Degree:
    """A degree, finished (`completed_on`) or under way."""

    level: str  # of codes.DEGREES
    subject: str = ""
    isced: str | None = None  # four-digit ISCED-F 2013
    at: Place = field(default_factory=Place)
    completed_on: date | None = None

    @property
    def completed_between(self) -> tuple[date, date] | None:
        """The first and the last day on which it may have been completed: CVs often have the year alone, which is kept
        as its last day."""
        if self.completed_on is None:
            return None
        year = self.completed_on.year
        first = date(year, 1, 1) if self.completed_on == date(year, 12, 31) else self.completed_on
        return first, self.completed_on


def highest_of(degrees: Iterable[Degree]) -> Degree | None:
    """The highest of some degrees; among equals one under way, then the one completed last."""
    return max(degrees, key=lambda one: (codes.DEGREES.index(one.level), one.completed_on or date.max), default=None)


@dataclass(frozen=True)
class Post:
    """A post, held still where `until` is None."""

    kind: str
    title: str
    at: Place
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Publication:
    """Something published. `doi` is bare and in small letters: 10.1000/182."""

    title: str
    kind: str = "article"
    year: int | None = None
    venue: str = ""
    authors: tuple[str, ...] = ()
    doi: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class TestResult:
    """A result of a language test that listings know."""

    test: str
    result: str
    taken_on: date | None = None


@dataclass(frozen=True)
class Language:
    """A language, how well it is known, and the tests that prove it."""

    language: str
    level: str | None = None
    tests: tuple[TestResult, ...] = ()


@dataclass(frozen=True)
class Skills:
    """What the person works on: topics of the thesaurus, fields, and a few sentences in a language of their own."""

    concepts: tuple[str, ...] = ()
    concepts_refused: tuple[str, ...] = ()  # proposed from a text, and taken out
    isced: tuple[str, ...] = ()
    summary: str = ""
    summary_language: str | None = None
    research_years: int | None = None


@dataclass(frozen=True)
class Wishes:
    """What the person looks for; empty: anything."""

    kinds: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    starts_from: date | None = None
    starts_until: date | None = None
    months_min: Decimal | None = None
    months_max: Decimal | None = None
    funding: str | None = None  # of FUNDING_NEEDS


@dataclass(frozen=True)
class Profile:
    """All parts of one person; a part that nobody has written is as empty as can be."""

    name: Name = field(default_factory=Name)
    background: Background = field(default_factory=Background)
    degrees: tuple[Degree, ...] = ()
    posts: tuple[Post, ...] = ()
    publications: tuple[Publication, ...] = ()
    languages: tuple[Language, ...] = ()
    skills: Skills = field(default_factory=Skills)
    wishes: Wishes = field(default_factory=Wishes)

    @property
    def written(self) -> tuple[str, ...]:
        """The parts that say something."""
        return tuple(part for part in PARTS if getattr(self, part) != getattr(_EMPTY, part))

    def showing(self, parts: Mapping[str, str] | frozenset[str] | tuple[str, ...]) -> Profile:
        """The profile with only these parts; the others are empty."""
        return Profile(**{part: getattr(self, part) for part in PARTS if part in parts})


_EMPTY = Profile()
