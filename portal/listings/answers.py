"""What a person answers about themselves, and what a rule comes to for these answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What a rule comes to for one person."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Day:
    """A day that is known to lie between two, both included; twice the same: known exactly."""

    first: date
    last: date

    @classmethod
    def exactly(cls, day: date) -> Day:
        """A day that is known."""
        return cls(day, day)

    @classmethod
    def in_year(cls, year: int) -> Day:
        """Some day of a year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def is_year(self) -> bool:
        """Whether it is some day of a year."""
        return self == Day.in_year(self.first.year)


@dataclass(frozen=True)
class Stay:
    """A time spent in a country; `until` None: still there. The last day counts."""

    country: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class LanguageResult:
    """One result of one language test."""

    language: str
    test: str
    result: str


@dataclass(frozen=True)
class Answers:
    """What a person said of themselves; None: not said. Nothing of it is stored."""

    citizenships: tuple[str, ...] | None = None
    born: Day | None = None
    degree: str | None = None  # highest completed, of codes.DEGREES
    degree_on: Day | None = None
    research_years: int | None = None
    employed: bool | None = None
    work_years: int | None = None
    stays: tuple[Stay, ...] | None = None  # one's own country need not be among them
    awards_from: tuple[str, ...] | None = None  # countries whose award the person holds at present
    tests: tuple[LanguageResult, ...] | None = None
    nominated_by: tuple[str, ...] | None = None  # of codes.NOMINATORS
    completed: frozenset[str] = field(default=frozenset(), compare=False)  # the names of those taken from elsewhere

    def completed_by(self, other: Answers) -> Answers:
        """These, and where nothing was said, those of another."""
        open_ = (one.name for one in fields(self) if getattr(self, one.name) is None)
        taken = {name: value for name in open_ if (value := getattr(other, name)) is not None}
        return replace(self, **taken, completed=self.completed | taken.keys())


@dataclass(frozen=True)
class Verdict:
    """One rule decided. `required` and `given` are the two sides of the evidence."""

    rule: str
    outcome: Outcome
    required: Mapping[str, Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    change: str | None = None
    change_on: date | None = None  # the day from which it would be met, where that can be known
