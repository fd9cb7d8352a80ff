"""Which documents answer a plan: as it stands, else any of it, else something broader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_

from search.concepts.thesaurus import Thesaurus
from search.embedded.levels import Levels
from search.embedded.question import Question
from search.embedded.snapshot import bits_of
from search.engine import AS_IT_STANDS, Way
from search.plan import Plan, is_too_wide, widened


@dataclass(frozen=True)
class Matched:
    """The documents that answer, and of these the visible ones, which have what was chosen. `plan` is what was asked in
    the end, `broader` the concepts that it took in instead."""

    plan: Plan
    way: Way
    broader: tuple[str, ...]
    topics: tuple[Levels, ...]
    words: Mapping[int, float]
    documents: int
    visible: int

    @cached_property
    def levels(self) -> Levels:
        """What all topics together add."""
        return reduce(Levels.plus, self.topics, Levels(()))


def match(question: Question, plan: Plan, thesaurus: Thesaurus, way: Way | None = None) -> Matched:
    """Meet a plan in one way or, if none is given, in the first that finds anything."""
    if way is not None:
        return _match(question, plan, thesaurus, way)
    found = _match(question, plan, thesaurus, AS_IT_STANDS)
    if found.documents:
        return found
    others = (_match(question, plan, thesaurus, other) for other in _other_ways(question, plan, thesaurus))
    return next((other for other in others if other.documents), found)


def is_words_only(plan: Plan) -> bool:
    """Whether only the words can decide what is found."""
    return bool(plan.words) and not plan.topics and not plan.constraints


def _other_ways(question: Question, plan: Plan, thesaurus: Thesaurus) -> Iterator[Way]:
    if len(plan.words if is_words_only(plan) else plan.topics) > 1:
        yield Way(relaxed=True)
    pool = _pool(question, plan)
    wider = (question.topic(widened(topic, thesaurus)).union & question.base for topic in plan.topics)
    documents = question.base.bit_count()
    wide = tuple(
        place
        for place, covered in enumerate(wider)
        if covered & pool and not is_too_wide(covered.bit_count(), documents)
    )
    if wide:
        yield Way(wide=wide)


def _match(question: Question, plan: Plan, thesaurus: Thesaurus, way: Way) -> Matched:
    broader = tuple(one for place in way.wide for one in thesaurus[plan.topics[place].asked].broader)
    topics = (widened(topic, thesaurus) if place in way.wide else topic for place, topic in enumerate(plan.topics))
    plan = Plan(tuple(topics), plan.words, plan.constraints)
    words = question.words(plan.words, "AND" if is_words_only(plan) and not way.relaxed else "OR") if plan.words else {}
    levels = tuple(question.topic(topic) for topic in plan.topics)
    documents = _pool(question, plan)
    if is_words_only(plan):
        documents &= bits_of(words)
    elif levels:
        join = and_ if way == AS_IT_STANDS else or_
        documents &= reduce(join, (level.union for level in levels))
    return Matched(plan, way, broader, levels, words, documents, documents & question.chosen())


def _pool(question: Question, plan: Plan) -> int:
    """Documents for which everything holds that is not a matter of degree: facts, and quoted words."""
    pool = question.base & question.constraints(plan.constraints)
    if quoted := tuple(word for word in plan.words if word.required):
        pool &= bits_of(question.words(quoted, "AND"))
    return pool
