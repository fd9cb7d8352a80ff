"""The questions, in the order of the form, and which of them decide a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.listings.answers import Answers, Outcome, Verdict

# Question → the one of the answers that it asks for.
ANSWERS: Mapping[str, str] = {
    "citizenship": "citizenships", "age": "born", "degree": "degree", "degree-date": "degree_on",
    "research": "research_years", "work": "employed", "work-years": "work_years", "stays": "stays",
    "awards": "awards_from", "tests": "tests", "nomination": "nominated_by",
}  # fmt: skip
QUESTIONS = tuple(ANSWERS)
_OF_RULE: Mapping[str, tuple[str, ...]] = {
    "citizenship": ("citizenship",),
    "citizenship-excluded": ("citizenship",),
    "age-max": ("age",),
    "degree-min": ("degree", "research"),
    "degree-within": ("degree-date",),
    "employment": ("work", "work-years"),
    "residence-max": ("stays",),
    "no-concurrent-award": ("awards",),
    "language-test": ("tests",),
    "nomination": ("nomination",),
}
_ONLY_WITH = {"research": "research_years", "work-years": "years"}  # asked where the rule requires it
_ANSWERABLE = ("answer", "birth-date", "degree-date")  # changes that an answer makes; the others take more


def questions_of(verdict: Verdict) -> tuple[str, ...]:
    """The questions that a rule turns on."""
    required = verdict.required
    return tuple(one for one in _OF_RULE[verdict.rule] if one not in _ONLY_WITH or required.get(_ONLY_WITH[one]))


def missing(verdicts: Iterable[Verdict], answers: Answers) -> tuple[str, ...]:
    """The questions whose answers the undecided rules wait for."""
    wanted = {question for verdict in verdicts for question in _needed(verdict, answers)}
    return tuple(question for question in QUESTIONS if question in wanted)


def _needed(verdict: Verdict, answers: Answers) -> Iterable[str]:
    """Those that are open; where none is, those that were not answered closely enough."""
    if verdict.outcome is not Outcome.UNKNOWN or verdict.change not in _ANSWERABLE:
        return ()
    asked = questions_of(verdict)
    return [one for one in asked if getattr(answers, ANSWERS[one]) is None] or asked
