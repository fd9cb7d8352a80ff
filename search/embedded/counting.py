"""Counts beside the hits: of each facet's values, and of what would be found with one constraint less."""

from __future__ import annotations

from collections.abc import Iterable

from search.documents import Field, Role
from search.embedded.matching import Matched, is_words_only
from search.embedded.question import Question
from search.embedded.snapshot import Selection, bits_of
from search.plan import Constraint
from search.results import FacetValue, Relaxation


def facets(question: Question, matched: Matched) -> dict[str, tuple[FacetValue, ...]]:
    """The facets asked for; what was chosen in one does not narrow its own counts."""
    request, everything = question.request, Selection(matched.visible)
    result = {}
    for item in _facet_fields(question):
        picked = request.chosen.get(item.name, ())
        shown = Selection(matched.documents & question.chosen(except_field=item.name)) if picked else everything
        counts = _counts(question, item, shown)
        for value in picked:
            counts.setdefault(value, 0)
        values = [FacetValue(value, count, value in picked) for value, count in counts.items()]
        if item.role is Role.FACET:
            values.sort(key=lambda v: (-v.count, v.value))
        result[item.name] = tuple(values)
    return result


def _facet_fields(question: Question) -> list[Field]:
    declared = [f for f in question.store.schema.fields if f.role is Role.FACET or f.windows]
    wanted = question.request.facets
    return declared if wanted is None else [f for f in declared if f.name in wanted]


def _counts(question: Question, item: Field, shown: Selection) -> dict[str, int]:
    if item.role is Role.FACET:
        return question.snapshot.count(item.name, shown)
    windows = ((f"{days}d", question.numbers.window(item.name, days, question.request.now)) for days in item.windows)
    return {name: count for name, inside in windows if (count := (shown.bits & inside).bit_count())}


def relaxations(question: Question, matched: Matched) -> tuple[Relaxation, ...]:
    """What would be found with one constraint, chosen facet or topic less, the most first."""
    plan, chosen = matched.plan, question.request.chosen
    reached = [levels.union for levels in matched.topics]
    needed = question.base & bits_of(matched.words) if is_words_only(plan) else question.base

    def count(constraints: Iterable[Constraint], topics: Iterable[int], picked: int) -> int:
        bits = needed & question.constraints(constraints) & picked
        for documents in topics:
            bits &= documents
        return bits.bit_count()

    found = []
    for item in plan.constraints:
        others = [c for c in plan.constraints if c is not item]
        number = count(others, reached, question.chosen())
        found.append(Relaxation(item.kind, item.field, item.values, number, item.text))
    for field, values in chosen.items():
        found.append(Relaxation("chosen", field, values, count(plan.constraints, reached, question.chosen(field))))
    for place, topic in enumerate(plan.topics):
        others_reached = reached[:place] + reached[place + 1 :]
        if others_reached or plan.constraints:
            number = count(plan.constraints, others_reached, question.chosen())
            found.append(Relaxation("topic", "concept", (topic.asked,), number))
    return tuple(sorted((r for r in found if r.count), key=lambda r: -r.count))
