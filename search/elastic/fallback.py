"""When nothing was found: one request counts what "any" instead of "all", something broader, or one constraint less
would give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from search.concepts.thesaurus import Thesaurus
from search.elastic.query import (
    ANY,
    Asked,
    base_filters,
    chosen_filters,
    constraint_filters,
    pool_filters,
    reaches,
)
from search.elastic.words import Query, best_language
from search.engine import AS_IT_STANDS, Way
from search.plan import Plan, is_too_wide, widened
from search.results import Relaxation


@dataclass(frozen=True)
class Fallback:
    """A plan asked in some way, and the concepts it takes in because of it."""

    asked: Asked
    way: Way = AS_IT_STANDS
    widened: tuple[str, ...] = ()


def asked_by(asked: Asked, way: Way, thesaurus: Thesaurus) -> Fallback:
    """A plan asked in a given way."""
    if way.relaxed:
        return Fallback(asked.joined(ANY), way)
    if not way.wide:
        return Fallback(asked)
    topics, broader = list(asked.plan.topics), list[str]()
    for place in way.wide:
        broader.extend(thesaurus[topics[place].asked].broader)
        topics[place] = widened(topics[place], thesaurus)
    wider = Plan(tuple(topics), asked.plan.words, asked.plan.constraints)
    return Fallback(replace(asked, plan=wider, join=ANY), way, tuple(broader))


def counting_body(asked: Asked, thesaurus: Thesaurus) -> dict[str, Any]:
    """Counts, no hits: what else could be asked, and what each constraint costs."""
    return _counting(asked, {**_alternatives(asked, thesaurus), **_relaxations(asked)})


def relaxations_body(asked: Asked) -> dict[str, Any]:
    """Counts, no hits: what each constraint costs."""
    return _counting(asked, _relaxations(asked))


def fall_back(asked: Asked, counts: Mapping[str, int], thesaurus: Thesaurus) -> Fallback | None:
    """What to ask instead of a plan that nothing answers: any topic or word, else something broader, else nothing."""
    if counts.get("any") and (len(asked.plan.words) if asked.words_only else len(asked.plan.topics)) > 1:
        return asked_by(asked, Way(relaxed=True), thesaurus)
    wide = tuple(
        place
        for place, _topic in enumerate(asked.plan.topics)
        if counts.get(f"wide:{place}") and not is_too_wide(counts[f"covered:{place}"], counts["all"])
    )
    return asked_by(asked, Way(wide=wide), thesaurus) if wide else None


def read_relaxations(asked: Asked, counts: Mapping[str, int]) -> tuple[Relaxation, ...]:
    """The constraints that could be dropped, the most fruitful first."""
    found = [replace(relaxation, count=counts[name]) for name, relaxation in _named(asked) if counts.get(name)]
    return tuple(sorted(found, key=lambda item: -item.count))


def _counting(asked: Asked, filters: Mapping[str, Query]) -> dict[str, Any]:
    query = {"bool": {"filter": base_filters(asked.request) or [{"match_all": {}}]}}
    counts = {name: {"filter": item} for name, item in filters.items()}
    return {"query": query, "size": 0, "track_total_hits": False, "aggs": counts}


def _alternatives(asked: Asked, thesaurus: Thesaurus) -> dict[str, Query]:
    pool, plan = pool_filters(asked), asked.plan
    if asked.words_only:
        some = best_language(asked.schema, asked.request.language, plan.words, ANY)
        return {"any": _filter(*pool, some)}
    if not plan.topics:
        return {}
    found = {"any": _filter(*pool, _some(reaches(topic, asked.schema) for topic in plan.topics)), "all": _filter()}
    for place, topic in enumerate(plan.topics):
        wider = reaches(widened(topic, thesaurus), asked.schema)
        found |= {f"wide:{place}": _filter(*pool, wider), f"covered:{place}": wider}
    return found


def _relaxations(asked: Asked) -> dict[str, Query]:
    """What is left when one constraint, chosen facet or topic is taken out."""
    plan, chosen = asked.plan, chosen_filters(asked)
    needed: list[Query] = []
    if asked.words_only:
        needed.append(best_language(asked.schema, asked.request.language, plan.words, asked.join))
    reached = {f"topic:{place}": reaches(topic, asked.schema) for place, topic in enumerate(plan.topics)}
    facts = {f"fact:{place}": query for place, query in enumerate(constraint_filters(plan.constraints))}
    picked = {f"chosen:{field}": query for field, query in chosen.items()}
    everything = {**facts, **picked, **reached}
    return {
        name: _filter(*needed, *(query for other, query in everything.items() if other != name))
        for name, _relaxation in _named(asked)
    }


def _named(asked: Asked) -> Iterator[tuple[str, Relaxation]]:
    """Each constraint that may be dropped, by the name of its count."""
    plan = asked.plan
    for place, item in enumerate(plan.constraints):
        yield f"fact:{place}", Relaxation(item.kind, item.field, item.values, 0, item.text)
    for field, values in asked.request.chosen.items():
        yield f"chosen:{field}", Relaxation("chosen", field, values, 0)
    if len(plan.topics) > 1 or plan.constraints:
        for place, topic in enumerate(plan.topics):
            yield f"topic:{place}", Relaxation("topic", "concept", (topic.asked,), 0)


def _filter(*queries: Query) -> Query:
    return {"bool": {"filter": list(queries)}} if queries else {"match_all": {}}


def _some(queries: Iterator[Query]) -> Query:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}
