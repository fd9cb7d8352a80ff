"""What pages show of a check: one listing held against somebody's answers, and the questions that are still open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.eligibility.forms import AnswersForm, typed
from portal.eligibility.questions import QUESTIONS, missing
from portal.eligibility.visitor import NOTHING
from portal.listings.answers import Answers, Outcome, Verdict
from portal.listings.eligibility import decide_all, overall
from portal.listings.rules import Rule


@dataclass(frozen=True)
class Line:
    """One rule, and what it comes to."""

    rule: Rule
    verdict: Verdict


@dataclass(frozen=True)
class Check:
    """One listing held against somebody's answers. `form` asks what is missing, if it is to be asked here."""

    answered: bool
    lines: tuple[Line, ...]
    outcome: Outcome
    asked: tuple[str, ...]
    form: AnswersForm | None

    def number(self, outcome: str) -> int:
        """How many of the rules come to this."""
        return sum(line.verdict.outcome == outcome for line in self.lines)


def check_listing(rules: Sequence[Rule], answers: Answers, today: date, asking: bool) -> Check:
    """Decide each rule of a listing. Questions are put where something was answered or the visitor is `asking`: their
    form needs a cookie, and readers get none."""
    check = check_rules(rules, answers, today)
    return replace(check, form=form_of(answers, today)) if check.asked and (check.answered or asking) else check


def check_rules(rules: Sequence[Rule], answers: Answers, today: date) -> Check:
    """Decide each rule of a listing, and ask nothing."""
    verdicts = decide_all(rules, answers, today)
    lines = tuple(Line(rule, verdict) for rule, verdict in zip(rules, verdicts, strict=True))
    return Check(answers != NOTHING, lines, overall(verdicts), missing(verdicts), None)


def form_of(answers: Answers, today: date) -> AnswersForm:
    """The form with what was answered before."""
    return AnswersForm(formdata=None, data=typed(answers, today))


def known_questions(named: Collection[str]) -> tuple[str, ...]:
    """The questions named; all of them where none is."""
    return tuple(question for question in QUESTIONS if question in named) or QUESTIONS
