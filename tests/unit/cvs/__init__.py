"""Constructed CVs, and how well they are read."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from portal.researchers.intake.cv.proposing import propose
from portal.researchers.intake.proposals import Brought
from search.concepts.index import LabelIndex
from search.concepts.thesaurus import Thesaurus

TODAY = date(2026, 11, 23)
CVS: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cvs.toml").read_text("utf-8"))["cv"]
KINDS = ("degrees", "posts", "languages", "tests", "dois", "topics")


def facts_wanted(cv: Mapping[str, Any]) -> set[tuple[Any, ...]]:
    """What is to be read out of a CV."""
    return {
        *(("degrees", *one) for one in cv["degrees"]), *(("posts", *one) for one in cv["posts"]),
        *(("languages", *one) for one in cv["languages"].items()), *(("tests", one) for one in cv["tests"]),
        *(("dois", one) for one in cv["dois"]), *(("topics", one) for one in cv["topics"]),
    }  # fmt: skip


def facts_found(brought: Brought) -> set[tuple[Any, ...]]:
    """The same of what is proposed."""
    return set(_facts(brought))


def _facts(brought: Brought) -> Iterator[tuple[Any, ...]]:
    for value in (one.value for one in brought.proposals):
        match type(value).__name__:
            case "Degree":
                yield "degrees", value.level, value.completed_on.year if value.completed_on else 0
            case "Post":
                yield "posts", value.kind, value.since.year, value.until.year if value.until else 0
            case "Language":
                yield from (("tests", f"{test.test}:{test.result}") for test in value.tests)
                yield "languages", value.language, value.level or ""
            case "Publication":
                yield "dois", value.doi
            case "Skills":
                yield "topics", value.concepts[0]


def measure(index: LabelIndex, thesaurus: Thesaurus) -> tuple[dict[str, tuple[float, float]], list[str]]:
    """Kind → precision and recall over all CVs, and what was wrong. Topics beyond those that are wanted are no mistakes
    by themselves, so that theirs is recall alone."""
    right, found_all, wanted_all, wrong = Counter[str](), Counter[str](), Counter[str](), []
    for number, cv in enumerate(CVS):
        wanted, found = facts_wanted(cv), facts_found(propose(cv["text"], index, thesaurus, TODAY))
        for count, facts in ((right, wanted & found), (found_all, found), (wanted_all, wanted)):
            count.update(fact[0] for fact in facts)
        wrong += [f"{number} {cv['language']} missed {fact}" for fact in sorted(wanted - found, key=str)]
        wrong += [f"{number} {cv['language']} invented {fact}" for fact in sorted(found - wanted, key=str)
                  if fact[0] != "topics"]  # fmt: skip
    return {
        kind: (right[kind] / max(1, found_all[kind]), right[kind] / max(1, wanted_all[kind])) for kind in KINDS
    }, wrong
