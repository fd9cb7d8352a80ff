"""Slots as hits: stored parts, the parts of each score, and the reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from search import scoring
from search.embedded.matching import Matched
from search.embedded.question import Question
from search.plan import PlannedTopic, PlannedWord
from search.results import Hit, Reason, ScorePart


class _Met(NamedTuple):
    """Where a topic was met, so many steps below the concept asked for."""

    concept: str
    source: str
    language: str | None
    surface: str | None
    steps: int


_MetTopic = tuple[PlannedTopic, _Met]


def hits(question: Question, matched: Matched, slots: Sequence[int]) -> tuple[Hit, ...]:
    """The hits of some slots, in their order."""
    if not slots:
        return ()
    snapshot, store, words = question.snapshot, question.store, matched.plan.words
    rowids = [snapshot.rowids[slot] for slot in slots]
    stored = store.stored(question.connection, rowids)
    terms = store.terms(question.connection, rowids) if words else {}
    found = []
    for slot, rowid in zip(slots, rowids, strict=True):
        topics = [(topic, best) for topic in matched.plan.topics if (best := _best(question, topic, slot))]
        parts = tuple(_parts(question, matched, topics, slot))
        met = [word for word in words if _meets(word, terms[rowid])]
        reasons = tuple(_reasons(question, matched, topics, met, slot))
        found.append(Hit(snapshot.ids[slot], sum(part.value for part in parts), stored[rowid], reasons, parts))
    return tuple(found)


def _parts(question: Question, matched: Matched, topics: Iterable[_MetTopic], slot: int) -> Iterator[ScorePart]:
    for topic, best in topics:
        factors = scoring.topic_factors(best.steps, best.source)
        yield ScorePart(f"topic:{topic.asked}", math.prod(factors.values()), factors)
    if slot in matched.words:
        yield ScorePart("words", matched.words[slot], {"bm25": matched.words[slot]})
    yield from scoring.boosts(*question.numbers.days(slot, question.request.now))


def _best(question: Question, topic: PlannedTopic, slot: int) -> _Met | None:
    """Where a document meets a topic best; among equals, in the reader's language."""
    found = [
        _Met(str(concept), str(source), language, surface, topic.steps[str(concept)])
        for concept, source, language, surface in question.snapshot.concepts[slot]
        if concept in topic.steps
    ]
    reader = question.request.language
    return max(
        found, key=lambda met: (scoring.topic_value(met.steps, met.source), met.language == reader), default=None
    )


def _reasons(
    question: Question, matched: Matched, topics: Iterable[_MetTopic], words: Iterable[PlannedWord], slot: int
) -> Iterator[Reason]:
    for topic, best in topics:
        yield Reason(
            "concept", topic.text, best.concept, topic.asked, best.steps, best.source, best.language, best.surface
        )
    for item in matched.plan.constraints:
        held = [value for value in question.snapshot.values_of(item.field, slot) if value in item.values]
        if held or item.bounds:
            value = held[0] if held else None
            yield Reason("filter", item.text, concept=item.concept, field=item.field, value=value)
    for word in words:
        yield Reason("word", word.text)


def _meets(word: PlannedWord, terms: set[str]) -> bool:
    return any(terms.issuperset(alternative) for alternative in word.alternatives)
