"""The kinds of eligibility rules: their parameters, and how each decides. `eligibility` tells of the whole."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Protocol

from portal.listings import codes, language_tests
from portal.listings.answers import Answers, LanguageResult, Outcome, Stay, Verdict

DAYS_A_MONTH = 365.2425 / 12


class Rule(Protocol):
    """A rule of one kind."""

    kind: ClassVar[str]

    def parameters(self) -> dict[str, Any]:
        """Its JSON, as `EligibilityRule.parameters` keeps it."""

    def decide(self, answers: Answers, on: date) -> Verdict:
        """What it comes to on a day."""


def _verdict(
    rule: Rule, met: bool | None, change: str, given: Mapping[str, Any], on: date | None = None, missing: str = "answer"
) -> Verdict:
    """A verdict from a truth value; None: the answer is missing, and `missing` says what it would take."""
    if met is None:
        return Verdict(rule.kind, Outcome.UNKNOWN, rule.parameters(), given, missing)
    if met:
        return Verdict(rule.kind, Outcome.MET, rule.parameters(), given)
    return Verdict(rule.kind, Outcome.UNMET, rule.parameters(), given, change, on)


@dataclass(frozen=True)
class Citizenship:
    """Open to citizens of these countries; one citizenship of several is enough."""

    kind: ClassVar[str] = "citizenship"
    countries: tuple[str, ...]

    def parameters(self) -> dict[str, Any]:
        """Its JSON."""
        return {"countries": list(self.countries)}

    def decide(self, answers: Answers, on: date) -> Verdict:
        """Met by any citizenship of the list."""
        held = answers.citizenships
        met = None if held is None else not set(held).isdisjoint(self.countries)
        return _verdict(self, met, "fixed", {"citizenships": held})


@dataclass(frozen=True)
class CitizenshipExcluded:
    """Not open to citizens of these countries, even if they hold another citizenship."""

    kind: ClassVar[str] = "citizenship-excluded"
    countries: tuple[str, ...]

    def parameters(self) -> dict[str, Any]:
        """Its JSON."""
        return {"countries": list(self.countries)}

    def decide(self, answers: Answers, on: date) -> Verdict:
        """Unmet by any citizenship of the list."""
        held = answers.citizenships
        met = None if held is None else set(held).isdisjoint(self.countries)
        return _verdict(self, met, "fixed", {"citizenships": held})


@dataclass(frozen=True)
class AgeMax:
    """Not older than `age` full years on a day (None: the day of application). "Under 45" is age 44."""

    kind: ClassVar[str] = "age-max"
    age: int
    on: date | None = None

    def parameters(self) -> dict[str, Any]:
        """Its JSON."""
        return {"age": self.age, **({"on": self.on.isoformat()} if self.on else {})}

    def decide(self, answers: Answers, on: date) -> Verdict:
        """Compare full years lived; where only the year of birth is known, both that may be."""
        born, day = answers.born, self.on or on
        if born is None:
            return _verdict(self, None, "fixed", {})
        youngest, oldest = full_years(born.last, day), full_years(born.first, day)
        met = True if oldest <= self.age else False if youngest > self.age else None
        return _verdict(self, met, "fixed", {"ages": (youngest, oldest)}, missing="birth-date")


@dataclass(frozen=True)
class DegreeMin:
    """At least this degree, or so many years of research instead of it."""

    kind: ClassVar[str] = "degree-min"
    degree: str
    research_years: int | None = None

    def parameters(self) -> dict[str, Any]:
        """Its JSON."""
        return {"degree": self.degree, **({"research_years": self.research_years} if self.research_years else {})}

    def decide(self, answers: Answers, on: date) -> Verdict:
        """Either way is enough; both must be known to fail."""
        given = {"degree": answers.degree, "research_years": answers.research_years}
        order = codes.DEGREES.index
        by_degree = None if answers.degree is None else order(answers.degree) >= order(self.degree)
        if not self.research_years:
            return _verdict(self, by_degree, "degree", given)
        by_years = None if answers.research_years is None else answers.research_years >= self.research_years
        return _verdict(self, _either(by_degree, by_years), "degree-or-research", given)


@dataclass(frozen=True)
class DegreeWithin:
    """The last degree is not older than so many years."""

    kind: ClassVar[str] = "degree-within"
    years: int

    def parameters(self) -> dict[str, Any]:
        """Its JSON."""
        return {"years": self.years}

    def decide(self, answers: Answers, on: date) -> Verdict:
        """The anniversary itself is still in time."""
        day, months = answers.degree_on, 12 * self.years
        if day is None:
            return _verdict(self, None, "fixed", {})
        met = True if on <= add_months(day.first, months) else False if on > add_months(day.last, months) else None
        return _verdict(self, met, "fixed", {"degree_on": day}, missing="degree-date")


@dataclass(frozen=True)
class Employment:
    """In employment, with so many years of work; `proof`: the employer has to confirm it."""

    kind: ClassVar[str] = "employment"
    years: int = 0
    proof: bool = False

    def parameters(self) -> dict[str, Any]:
        """Its JSON."""
        return {"years": self.years, "proof": self.proof}

    def decide(self, answers: Answers, on: date) -> Verdict:
        """Both the post and the years are needed."""
        given = {"employed": answers.employed, "work_years": answers.work_years}
        if answers.employed is False:
            return _verdict(self, False, "employer", given)
        enough = True if not self.years else None if answers.work_years is None else answers.work_years >= self.years
        met = False if enough is False else None if answers.employed is None else enough
        return _verdict(self, met, "work", given)


@dataclass(frozen=True)
class ResidenceMax:
    """Not more than `months` of the last `of_last` months spent in a country."""

    kind: ClassVar[str] = "residence-max"
    country: str
    months: int
    of_last: int

    def parameters(self) -> dict[str, Any]:
        """Its JSON."""
        return {"country": self.country, "months": self.months, "of_last": self.of_last}

    def decide(self, answers: Answers, on: date) -> Verdict:
        """Count days; a month has 365.2425 / 12 of them. Who is a citizen of the country and names no stay there may
        have lived there all the same."""
        stays = [stay for stay in answers.stays or () if stay.country == self.country]
        if answers.stays is None or (not stays and self.country in (answers.citizenships or ())):
            return _verdict(self, None, "leave", {})
        there = _days_of(stays, add_months(on, -self.of_last), on)
        days = self._within(there, on)
        met = days <= self._most
        returns = any(stay.until is None or stay.until > on for stay in stays)
        free = None if met or returns else self._free_from(there, on)
        return _verdict(self, met, "wait" if free else "leave", {"days": days}, free)

    @property
    def _most(self) -> float:
        return self.months * DAYS_A_MONTH

    def _within(self, there: Sequence[date], on: date) -> int:
        """How many of the days lie within the window that ends on `on`."""
        return bisect_right(there, on) - bisect_right(there, add_months(on, -self.of_last))

    def _free_from(self, there: Sequence[date], on: date) -> date:
        """The first day from which the rule is met for somebody who has left and does not return."""
        later = range(1, self.of_last * 31 + 2)  # with every day that passes, fewer lie within the window
        waits = bisect_left(later, True, key=lambda n: self._within(there, on + timedelta(days=n)) <= self._most)
        return on + timedelta(days=later[waits])


@dataclass(frozen=True)
class NoConcurrentAward:
    """No award of this country's government (None: none at all) at the same time."""

    kind: ClassVar[str] = "no-concurrent-award"
    country: str | None = None

    def parameters(self) -> dict[str, Any]:
        """Its JSON."""
        return {"country": self.country} if self.country else {}

    def decide(self, answers: Answers, on: date) -> Verdict:
        """Awards of other countries are no obstacle where one is named."""
        held = answers.awards_from
        if held is None:
            return _verdict(self, None, "give-up-award", {})
        met = self.country not in held if self.country else not held
        return _verdict(self, met, "give-up-award", {"awards_from": held})


@dataclass(frozen=True)
class LanguageMinimum:
    """One accepted test and the result it needs."""

    language: str
    test: str
    minimum: str


@dataclass(frozen=True)
class LanguageTest:
    """One of these tests with its minimum; results are compared inside one test only."""

    kind: ClassVar[str] = "language-test"
    any_of: tuple[LanguageMinimum, ...]

    def parameters(self) -> dict[str, Any]:
        """Its JSON."""
        return {"any_of": [{"language": t.language, "test": t.test, "minimum": t.minimum} for t in self.any_of]}

    def decide(self, answers: Answers, on: date) -> Verdict:
        """Any accepted test is enough; another test of the same language is for the host to judge."""
        if answers.tests is None:
            return _verdict(self, None, "score", {})
        given = {"tests": [(t.language, t.test, t.result) for t in answers.tests]}
        compared = [met for wanted in self.any_of for t in answers.tests if (met := _reaches(t, wanted)) is not None]
        if any(compared):
            return _verdict(self, True, "score", given)
        if not compared and {t.language for t in answers.tests} & {t.language for t in self.any_of}:
            return Verdict(self.kind, Outcome.UNKNOWN, self.parameters(), given, "ask-host")
        return _verdict(self, False, "score", given)


@dataclass(frozen=True)
class Nomination:
    """Somebody has to nominate the person."""

    kind: ClassVar[str] = "nomination"
    by: str

    def parameters(self) -> dict[str, Any]:
        """Its JSON."""
        return {"by": self.by}

    def decide(self, answers: Answers, on: date) -> Verdict:
        """Met once the named body has nominated."""
        held = answers.nominated_by
        met = None if held is None else self.by in held
        return _verdict(self, met, "nomination", {"nominated_by": held})


def _days_of(stays: Iterable[Stay], first: date, last: date) -> list[date]:
    """The days of some stays between two, in order, those of several stays once."""
    counted: set[date] = set()
    for stay in stays:
        since, until = max(stay.since, first), min(stay.until or last, last)
        counted.update(since + timedelta(days=n) for n in range((until - since).days + 1))
    return sorted(counted)


def full_years(born_on: date, on: date) -> int:
    """Completed years of age; who was born on 29 February has the birthday on 1 March of common years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(f"no month {year}-{month + 1}")


def _either(first: bool | None, second: bool | None) -> bool | None:
    """Three-valued "or"."""
    if first or second:
        return True
    return None if first is None or second is None else False


def _reaches(result: LanguageResult, wanted: LanguageMinimum) -> bool | None:
    """Whether a result reaches a minimum; None where the two are not of one test or not on its scale."""
    one_language = result.test in language_tests.LANGUAGES or result.language == wanted.language
    if result.test != wanted.test or not one_language:
        return None
    reached = language_tests.position(result.test, result.result)
    needed = language_tests.position(wanted.test, wanted.minimum)
    return None if reached is None or needed is None else reached >= needed
