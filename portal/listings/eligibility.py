"""Eligibility as data: rules read from their JSON and decided for a person's answers by a pure function.

A rule is met, unmet or unknown. Unknown means that an answer is missing (or only the host can judge it), never that
the person is refused. Every verdict carries its evidence (what was asked, what was answered) and what would change it,
a code of `labels.LABELS["change"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from portal.core.errors import Invalid
from portal.listings import codes, language_tests
from portal.listings.answers import Answers, Day, LanguageResult, Outcome, Stay, Verdict
from portal.listings.models import EligibilityRule, rule_digest
from portal.listings.rules import (
    AgeMax,
    Citizenship,
    CitizenshipExcluded,
    DegreeMin,
    DegreeWithin,
    Employment,
    LanguageMinimum,
    LanguageTest,
    NoConcurrentAward,
    Nomination,
    ResidenceMax,
    Rule,
)
from portal.listings.shapes import Reader
from portal.locales import COUNTRIES

__all__ = [
    "Answers", "Day", "LanguageResult", "Outcome", "Rule", "Stay", "Verdict", "decide", "decide_all", "digests",
    "needs_nomination", "open_to", "overall", "parse_rule", "rule_of", "test_values",
]  # fmt: skip


def decide(rule: Rule, answers: Answers, on: date) -> Verdict:
    """What one rule comes to for a person's answers on a day. A pure function."""
    return rule.decide(answers, on)


def decide_all(rules: Iterable[Rule], answers: Answers, on: date) -> tuple[Verdict, ...]:
    """Every rule decided, in the order of the listing."""
    return tuple(decide(rule, answers, on) for rule in rules)


def overall(verdicts: Iterable[Verdict]) -> Outcome:
    """The whole: unmet if one rule is unmet, else unknown if one is unknown, else met."""
    outcomes = {verdict.outcome for verdict in verdicts}
    for worst in (Outcome.UNMET, Outcome.UNKNOWN):
        if worst in outcomes:
            return worst
    return Outcome.MET


def rule_of(row: EligibilityRule) -> Rule:
    """The rule a row of the database stands for."""
    return parse_rule(row.kind, row.parameters)


def parse_rule(kind: str, parameters: Mapping[str, Any], path: str = "parameters") -> Rule:
    """A rule from its JSON. Raises `Invalid`, naming the field, for a wrong kind or shape."""
    if kind not in _SHAPES:
        raise Invalid("record.broken", reason="unknown-code", field="kind", value=kind)
    reader = Reader(parameters, path)
    rule = _SHAPES[kind](reader)
    reader.finish()
    return rule


def open_to(rules: Iterable[EligibilityRule]) -> tuple[str, ...]:
    """The countries of this site whose citizens are not ruled out; no rule on citizenship rules nobody out."""
    allowed = set(COUNTRIES)
    for row in rules:
        rule = rule_of(row) if row.kind in ("citizenship", "citizenship-excluded") else None
        if isinstance(rule, Citizenship):
            allowed &= set(rule.countries)
        elif isinstance(rule, CitizenshipExcluded):
            allowed -= set(rule.countries)
    return tuple(country for country in COUNTRIES if country in allowed)


def test_values(rules: Iterable[EligibilityRule]) -> tuple[str, ...]:
    """The accepted language tests as search values: “HSK”, and “HSK:4” for each result that is enough."""
    accepted = (rule_of(row) for row in rules if row.kind == "language-test")
    minimums = [wanted for rule in accepted if isinstance(rule, LanguageTest) for wanted in rule.any_of]
    enough = (
        f"{wanted.test}:{result}"
        for wanted in minimums
        for result in language_tests.results_from(wanted.test, wanted.minimum)
    )
    return tuple(dict.fromkeys((*(wanted.test for wanted in minimums), *enough)))


def digests(rules: Iterable[EligibilityRule]) -> tuple[str, ...]:
    """The short names of the rules, as the search knows them."""
    return tuple(dict.fromkeys(rule_digest(row.kind, row.parameters) for row in rules))


def needs_nomination(rules: Iterable[EligibilityRule]) -> bool:
    """Whether somebody has to nominate the person."""
    return any(row.kind == "nomination" for row in rules)


def _countries(reader: Reader) -> tuple[str, ...]:
    values = reader.codes("countries", None)
    if not values:
        raise Invalid("record.broken", reason="missing-field", field=reader.at("countries"))
    for position, value in enumerate(values):
        _check_country(value, f"{reader.at('countries')}[{position}]")
    return tuple(values)


def _country(reader: Reader) -> str:
    value = reader.text("country")
    _check_country(value, reader.at("country"))
    return value


def _check_country(value: str, field: str) -> None:
    """Any ISO 3166-1 code has this shape; rules may name countries that have no page here."""
    if not (len(value) == 2 and value.isascii() and value.isalpha() and value.isupper()):
        raise Invalid("record.broken", reason="unknown-code", field=field, value=value)


def _residence(reader: Reader) -> ResidenceMax:
    rule = ResidenceMax(_country(reader), reader.whole("months"), reader.whole("of_last"))
    if not rule.months < rule.of_last <= 1200:
        raise Invalid("record.broken", reason="out-of-range", field=reader.at("of_last"), value=rule.of_last)
    return rule


def _age(reader: Reader) -> AgeMax:
    return AgeMax(_years(reader, "age"), reader.optional(reader.day, "on"))


def _degree(reader: Reader) -> DegreeMin:
    return DegreeMin(
        reader.code("degree", codes.DEGREES), reader.optional(lambda k: _years(reader, k), "research_years")
    )


def _employment(reader: Reader) -> Employment:
    years = reader.optional(reader.whole, "years") or 0
    return Employment(years, reader.optional(reader.flag, "proof") or False)


def _years(reader: Reader, key: str) -> int:
    value = reader.whole(key)
    if not 1 <= value <= 150:
        raise Invalid("record.broken", reason="out-of-range", field=reader.at(key), value=value)
    return value


def _language_test(reader: Reader) -> LanguageTest:
    accepted = tuple(_minimum(child) for child in reader.children("any_of"))
    if not accepted:
        raise Invalid("record.broken", reason="missing-field", field=reader.at("any_of"))
    return LanguageTest(accepted)


def _minimum(reader: Reader) -> LanguageMinimum:
    found = LanguageMinimum(
        reader.text("language", 10), reader.code("test", codes.LANGUAGE_TESTS), reader.text("minimum", 20)
    )
    if language_tests.position(found.test, found.minimum) is None:
        raise Invalid("record.broken", reason="unknown-code", field=reader.at("minimum"), value=found.minimum)
    reader.finish()
    return found


_SHAPES: Mapping[str, Callable[[Reader], Rule]] = {
    "citizenship": lambda reader: Citizenship(_countries(reader)),
    "citizenship-excluded": lambda reader: CitizenshipExcluded(_countries(reader)),
    "age-max": _age,
    "degree-min": _degree,
    "degree-within": lambda reader: DegreeWithin(_years(reader, "years")),
    "employment": _employment,
    "residence-max": _residence,
    "no-concurrent-award": lambda reader: NoConcurrentAward(reader.optional(lambda _key: _country(reader), "country")),
    "language-test": _language_test,
    "nomination": lambda reader: Nomination(reader.code("by", codes.NOMINATORS)),
}
