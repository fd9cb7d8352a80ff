"""How far a posting answers what readers ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.posting.drafts.advice import moments_of, rows_of
from portal.posting.drafts.checking import Problem
from portal.posting.drafts.sections import Section, section_of


@dataclass(frozen=True)
class Question:
    """What readers ask, the section that answers it, and whether it does."""

    code: str
    section: str
    answered: bool


def questions(content: Mapping[str, Any]) -> list[Question]:
    """The seven questions, in the order in which readers ask; of a joint programme, first of all, with whom it is."""
    has = {key for key, value in content.items() if value not in (None, "", [], False)}
    where = "country" in has and ("place" in has or content.get("mode") == "online")
    joint = [Question("with", "partners", "partners" in has)] if content.get("kind") == "joint-programme" else []
    return [
        *joint,
        Question("who", "eligibility", "rules" in has),
        Question("get", "money", "money" in has),
        Question("when", "time", _says_when(content)),
        Question("send", "documents", "documents" in has),
        Question("where", "host" if not where else "time", where and bool(has & {"months_min", "months_max"})),
        Question("apply", "apply", bool(has & {"apply_url", "apply_steps"})),
        Question("languages", "content", "working_languages" in has),
    ]


def _says_when(content: Mapping[str, Any]) -> bool:
    """Whether there is a last day to apply. Letters and papers follow an application, and the home institution's own
    day is the applicant's only where one has to be nominated."""
    due = {moment.purpose for moment in moments_of(content)}
    nominated = any(row.get("kind") == "nomination" for _number, row in rows_of(content, "rules"))
    wanted = {"host", "agency", "home-nomination"} if nominated else {"host", "agency"}
    return content.get("rolling") is True or not wanted.isdisjoint(due)


def state_of(section: Section, content: Mapping[str, Any], problems: Iterable[Problem]) -> str:
    """How far a section is: "empty", "begun", "missing" (something it needs), "wrong"."""
    told = [problem for problem in problems if section_of(problem.field) is section]
    own = [problem for problem in told if not problem.warning]
    if any(problem.reason != "missing-field" for problem in own):
        return "wrong"
    if own or any(problem.reason == "partner-missing" for problem in told):
        return "missing"
    empty = section.values({})
    return "begun" if section.values(content) != empty else "empty"
