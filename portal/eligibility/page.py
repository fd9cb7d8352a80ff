"""What pages show of a check: one listing held against somebody's answers, and the questions that are still open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from portal.eligibility.forms import AnswersForm, typed
from portal.eligibility.questions import ANSWERS, QUESTIONS, missing, questions_of
from portal.eligibility.rulebook import FIELD, Counts, count_open, decide_rules
from portal.eligibility.visitor import NOTHING
from portal.listings.answers import Answers, Outcome, Verdict
from portal.listings.document import open_ranges
from portal.listings.eligibility import decide_all, overall
from portal.listings.rules import Rule
from portal.researchers.answers import PART_OF
from portal.researchers.labels import PARTS
from portal.site import Site
from portal.web.messages import gettext
from search.concepts.understanding import NOTHING as NO_WORDS
from search.engine import SearchRequest
from search.errors import EngineUnavailable


@dataclass(frozen=True)
class Line:
    """One rule, and what it comes to. `parts`: the parts of the profile that gave the evidence, with their names;
    `visit`: whether answers given in this browser did."""

    rule: Rule
    verdict: Verdict
    parts: tuple[tuple[str, str], ...] = ()
    visit: bool = False


@dataclass(frozen=True)
class Check:
    """One listing held against somebody's answers. `questions`: all that its rules turn on; `asked`: those still
    open whose answers can matter, which `form` asks if they are to be asked here."""

    answered: bool
    lines: tuple[Line, ...]
    outcome: Outcome
    questions: tuple[str, ...]
    asked: tuple[str, ...]
    form: AnswersForm | None

    def number(self, outcome: str) -> int:
        """How many of the rules come to this."""
        return sum(line.verdict.outcome == outcome for line in self.lines)

    @property
    def is_settled(self) -> bool:
        """Whether no further answer can matter: a rule is not met that the applicant cannot change."""
        return any(line.verdict.outcome is Outcome.UNMET and line.verdict.change == "fixed" for line in self.lines)


def check_listing(rules: Sequence[Rule], answers: Answers, today: date, asking: bool) -> Check:
    """Decide each rule of a listing. Questions are put where something was answered or the visitor is `asking`: their
    form needs a cookie, and readers get none."""
    check = check_rules(rules, answers, today)
    return replace(check, form=form_of(answers, today)) if check.asked and (check.answered or asking) else check


def check_rules(rules: Sequence[Rule], answers: Answers, today: date) -> Check:
    """Decide each rule of a listing, and ask nothing."""
    verdicts = decide_all(rules, answers, today)
    lines = tuple(_line(rule, verdict, answers) for rule, verdict in zip(rules, verdicts, strict=True))
    turned_on = {question for verdict in verdicts for question in questions_of(verdict)}
    questions = tuple(question for question in QUESTIONS if question in turned_on)
    check = Check(answers != NOTHING, lines, overall(verdicts), questions, missing(verdicts, answers), None)
    return replace(check, asked=()) if check.is_settled else check


def _line(rule: Rule, verdict: Verdict, answers: Answers) -> Line:
    given = [name for question in questions_of(verdict) if getattr(answers, name := ANSWERS[question]) is not None]
    parts = dict.fromkeys(PART_OF[name] for name in given if name in answers.completed)
    named = tuple((part, gettext(PARTS[part])) for part in parts)
    return Line(rule, verdict, named, any(name not in answers.completed for name in given))


def counts_of(site: Site, answers: Answers, reader: str) -> Counts | None:
    """How many open listings somebody may apply for; None while the search is away."""
    now = site.clock()
    with site.sessions() as session:
        decisions = decide_rules(session, answers, now.date())
    request = SearchRequest(
        NO_WORDS, reader, now, ranges=open_ranges(now), exclude={FIELD: decisions.unmet}, limit=0, facets=()
    )
    try:
        return count_open(site.engine, request, site.engine.search(request), decisions)
    except EngineUnavailable:
        return None


def form_of(answers: Answers, today: date) -> AnswersForm:
    """The form with what was answered before."""
    return AnswersForm(formdata=None, data=typed(answers, today))


def known_questions(named: Collection[str]) -> tuple[str, ...]:
    """The questions named; all of them where none is."""
    return tuple(question for question in QUESTIONS if question in named) or QUESTIONS
