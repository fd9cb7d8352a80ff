"""The questions, in the order of the form, and which of them decide a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.listings.answers import Outcome, Verdict

QUESTIONS = ("citizenship", "age", "degree", "research", "work", "stays", "awards", "tests", "nomination")
_OF_RULE: Mapping[str, tuple[str, ...]] = {
    "citizenship": ("citizenship",),
    "citizenship-excluded": ("citizenship",),
    "age-max": ("age",),
    "degree-min": ("degree", "research"),
    "degree-within": ("degree",),
    "employment": ("work",),
    "residence-max": ("stays",),
    "no-concurrent-award": ("awards",),
    "language-test": ("tests",),
    "nomination": ("nomination",),
}
_ANSWERABLE = ("answer", "birth-date", "degree-date")  # changes that an answer makes; the others take more


def missing(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """The questions whose answers the undecided rules wait for."""
    wanted = {question for verdict in verdicts for question in _needed(verdict)}
    return tuple(question for question in QUESTIONS if question in wanted)


def _needed(verdict: Verdict) -> Iterable[str]:
    if verdict.outcome is not Outcome.UNKNOWN or verdict.change not in _ANSWERABLE:
        return ()
    if verdict.rule == "degree-min":
        return [name for name in _OF_RULE["degree-min"] if name == "degree" or "research_years" in verdict.required]
    return _OF_RULE[verdict.rule]
