"""From a plan to the JSON the server is asked; pure, so that snapshots can hold it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from search import scoring
from search.documents import Field, Role, Schema
from search.elastic.body import DAY
from search.elastic.mapping import CONFIRMED
from search.elastic.words import Query, all_in_one_language, best_language
from search.engine import WINDOW, SearchRequest
from search.plan import Constraint, Plan, PlannedTopic

CLOSES, POSTED = "closes_at", "posted_at"
MINUTE = 60
NEIGHBOURS = 200  # looked at on each shard to find the closest
FACET_VALUES = 500  # of each facet, the most frequent
WORDS = 16  # of a query, the first: each is asked of every language
MATCHED, VISIBLE, OWN, PICKED = "matched", "visible", "own:", "picked"
ALL, ANY = "all", "any"
_TIE = ({f"numbers.{CLOSES}": {"order": "asc", "missing": "_last"}}, {"id": "asc"})
SORTS: Mapping[str, tuple[Query, ...]] = {
    "relevance": ({"_score": "desc"}, *_TIE),
    "deadline": _TIE,
    "newest": ({f"numbers.{POSTED}": {"order": "desc", "missing": "_last"}}, {"id": "asc"}),
}


@dataclass(frozen=True)
class Asked:
    """A plan and a request, and how the topics (without topics or facts: the words) are joined."""

    schema: Schema
    plan: Plan
    request: SearchRequest
    join: str = ALL
    excluded: str | None = None  # a document that is not to be found

    @property
    def words_only(self) -> bool:
        """Whether only the words can decide what is found."""
        return bool(self.plan.words) and not self.plan.topics and not self.plan.constraints

    @property
    def names_words(self) -> bool:
        """Whether the answer has to say which words a hit has; words that are all required need no asking."""
        return not (self.words_only and self.join == ALL)

    def joined(self, join: str) -> Asked:
        """The same, joined otherwise."""
        return replace(self, join=join)


def bounded(plan: Plan) -> Plan:
    """The plan with the first words only, each once: so that a pasted page of text costs no more than a long query."""
    return replace(plan, words=tuple(dict.fromkeys(plan.words))[:WORDS])


def page_bodies(asked: Asked) -> list[dict[str, Any]]:
    """The requests for one page: its hits, and its facets if any are wanted.

    They are asked at once but apart: the server counts faster where it need not sort too, keeps counts that it has made
    before, and works on both at the same time.
    """
    return [hits_body(asked), *([counts] if (counts := facets_body(asked)) else [])]


def hits_body(asked: Asked) -> dict[str, Any]:
    """The request for the hits of one page."""
    request = asked.request
    inside = request.offset + request.limit <= WINDOW
    body: dict[str, Any] = {
        "query": main_query(asked),
        "from": request.offset if inside else 0,
        "size": request.limit if inside else 0,
        "track_total_hits": True,
        "_source": True,
    }
    if request.limit and inside:
        body |= {"sort": list(SORTS[request.sort]), "track_scores": True}
    if request.chosen:
        body["post_filter"] = _all(chosen_filters(asked).values())
    return body


def facets_body(asked: Asked) -> dict[str, Any] | None:
    """The request for the counts beside a page; None if none are wanted."""
    aggregations = _facets(asked)
    if not aggregations:
        return None
    return {"query": matching_query(asked), "size": 0, "track_total_hits": False, "aggs": aggregations}


def matching_query(asked: Asked) -> Query:
    """What answers the plan, without the facets that were chosen and without scores."""
    filters = pool_filters(asked)
    reached = [reaches(topic, asked.schema) for topic in asked.plan.topics]
    filters += reached if asked.join == ALL or len(reached) < 2 else [_any(reached)]
    if asked.words_only:
        filters.append(best_language(asked.schema, asked.request.language, asked.plan.words, asked.join))
    query: dict[str, Any] = {"filter": filters}
    if asked.excluded is not None:
        query["must_not"] = [{"term": {"id": asked.excluded}}]
    return {"bool": query}


def nearest_body(asked: Asked, vector: Sequence[float], limit: int) -> dict[str, Any]:
    """The request for the documents closest to a vector among those that meet all facts."""
    filters = [*pool_filters(asked), *chosen_filters(asked).values()]
    knn = {"field": "vector", "query_vector": list(vector), "k": limit, "num_candidates": NEIGHBOURS, "filter": filters}
    return {"knn": knn, "size": limit, "track_total_hits": False, "_source": True}


def main_query(asked: Asked) -> Query:
    """What answers the plan, without the facets that were chosen, scored by the published formula."""
    plan, request, schema = asked.plan, asked.request, asked.schema
    must = _topics(asked)
    scoring_only = boosts(request.now.timestamp())
    if plan.words:
        join = asked.join if asked.words_only else ANY
        words = best_language(schema, request.language, plan.words, join, asked.names_words)
        (must if asked.words_only else scoring_only).append(words)
    query: dict[str, Any] = {"filter": pool_filters(asked), "should": scoring_only, "minimum_should_match": 0}
    if must:
        query["must"] = must
    if asked.excluded is not None:
        query["must_not"] = [{"term": {"id": asked.excluded}}]
    return {"bool": query}


def _topics(asked: Asked) -> list[Query]:
    levels = [topic_levels(topic, asked.schema) for topic in asked.plan.topics]
    if asked.join == ALL or len(levels) < 2:
        return levels
    return [{"bool": {"should": levels, "minimum_should_match": 1}}]


def topic_levels(topic: PlannedTopic, schema: Schema) -> Query:
    """The best value a topic gives a document: one level for each number of steps and each source of evidence."""
    by_steps: dict[int, list[str]] = defaultdict(list)
    for concept, steps in topic.steps.items():
        by_steps[steps].append(concept)
    levels = [
        _worth(scoring.topic_value(steps, source), _terms(f"concepts.{source}", concepts))
        for steps, concepts in sorted(by_steps.items())
        for source in _sources(schema)
    ]
    return {"dis_max": {"queries": levels}}


def reaches(topic: PlannedTopic, schema: Schema) -> Query:
    """A filter: documents that a topic reaches at all."""
    return _any(_terms(f"concepts.{source}", topic.steps) for source in _sources(schema))


def boosts(now: float) -> list[Query]:
    """The small addends: a deadline ahead (or none), a recent confirmation by the host. Whole days, as everywhere."""
    today = int(now // DAY)
    day = f"days.{CONFIRMED}"
    past = {"bool": {"filter": [{"range": {f"numbers.{CLOSES}": {"lt": today * DAY}}}]}}
    # Linear decay reaches nothing at twice the distance at which it reaches half.
    decay = {"origin": today, "scale": scoring.CONFIRMED_DAYS / 2, "decay": 0.5}
    fading = {
        "function_score": {
            "query": {"bool": {"filter": [{"range": {day: {"lte": today, "gt": today - scoring.CONFIRMED_DAYS}}}]}},
            "functions": [{"linear": {day: decay}, "weight": scoring.CONFIRMED}],
            "boost_mode": "replace",
        }
    }
    return [
        _worth(scoring.AHEAD, {"bool": {"must_not": [past]}}),
        _worth(scoring.CONFIRMED, {"range": {day: {"gt": today}}}),
        fading,
    ]


def base_filters(request: SearchRequest) -> list[Query]:
    """What is always required."""
    filters = [_terms(f"facets.{field}", values) for field, values in request.require.items()]
    filters.extend(_none(f"facets.{field}", values) for field, values in request.exclude.items() if values)
    filters.extend(_range(field, _minute(low), _minute(high)) for field, (low, high) in request.ranges.items())
    return filters


def constraint_filters(constraints: Iterable[Constraint]) -> list[Query]:
    """The facts of a query."""
    return [_constraint(item) for item in constraints]


def _constraint(item: Constraint) -> Query:
    parts = [_terms(f"facets.{item.field}", item.values)] if item.values else []
    parts += [_range(*bound) for bound in item.bounds]
    return parts[0] if len(parts) == 1 else _all(parts)


def _range(field: str, low: float | None, high: float | None) -> Query:
    bounds = {name: bound for name, bound in (("gte", low), ("lte", high)) if bound is not None}
    return {"range": {f"numbers.{field}": bounds}}


def pool_filters(asked: Asked) -> list[Query]:
    """Everything that must hold whatever the topics: what is required, the facts, the quoted words."""
    filters = [*base_filters(asked.request), *constraint_filters(asked.plan.constraints)]
    if quoted := tuple(word for word in asked.plan.words if word.required):
        filters.append(all_in_one_language(asked.schema, quoted))
    return filters or [{"match_all": {}}]


def chosen_filters(asked: Asked) -> dict[str, Query]:
    """Facet → filter of the values that were picked."""
    windows = {item.name for item in asked.schema.fields if item.windows}
    now = asked.request.now.timestamp()
    return {
        field: _any(window(field, int(value.removesuffix("d")), now) for value in values)
        if field in windows
        else _terms(f"facets.{field}", values)
        for field, values in asked.request.chosen.items()
    }


def window(field: str, days: int, now: float) -> Query:
    """From now to some days ahead."""
    return {"range": {f"numbers.{field}": {"gte": now, "lte": now + days * DAY}}}


def facet_fields(asked: Asked) -> list[Field]:
    """The facets that are counted."""
    declared = [item for item in asked.schema.fields if item.role is Role.FACET or item.windows]
    wanted = asked.request.facets
    return declared if wanted is None else [item for item in declared if item.name in wanted]


def _facets(asked: Asked) -> dict[str, Any]:
    """Counts of each facet among what the other chosen facets leave."""
    fields, chosen = facet_fields(asked), chosen_filters(asked)
    shared = {item.name: part for item in fields if item.name not in chosen for part in [_counts(asked, item)]}
    if not chosen:
        return shared
    found: dict[str, Any] = {MATCHED: {"filter": {"match_all": {}}}}
    if shared:
        found[VISIBLE] = {"filter": _all(chosen.values()), "aggs": shared}
    for item in fields:
        if item.name in chosen:
            others = [query for field, query in chosen.items() if field != item.name]
            inside = {item.name: _counts(asked, item)}
            if item.role is Role.FACET:
                picked = {value: _terms(f"facets.{item.name}", (value,)) for value in asked.request.chosen[item.name]}
                inside[PICKED] = {"filters": {"filters": picked}}
            found[OWN + item.name] = {"filter": _all(others), "aggs": inside}
    return found


def _counts(asked: Asked, item: Field) -> dict[str, Any]:
    if item.role is Role.FACET:
        order = [{"_count": "desc"}, {"_key": "asc"}]
        return {"terms": {"field": f"facets.{item.name}", "size": FACET_VALUES, "order": order}}
    now = asked.request.now.timestamp()
    return {"filters": {"filters": {f"{days}d": window(item.name, days, now) for days in item.windows}}}


def _minute(moment: float | None) -> float | None:
    """A moment by the minute, so that the server can keep what it counted for others a moment ago."""
    return None if moment is None else moment // MINUTE * MINUTE


def _sources(schema: Schema) -> list[str]:
    """The values of evidence, in the order of what they are worth."""
    known = {"tag", *(item.name for item in schema.of_role(Role.TEXT))}
    return [source for source in sorted(scoring.EVIDENCE, key=lambda s: -scoring.EVIDENCE[s]) if source in known]


def _worth(value: float, query: Query) -> Query:
    return {"constant_score": {"filter": query, "boost": value}}


def _terms(field: str, values: Iterable[str]) -> Query:
    found = list(values)
    return {"term": {field: found[0]}} if len(found) == 1 else {"terms": {field: found}}


def _none(field: str, values: Iterable[str]) -> Query:
    return {"bool": {"must_not": [_terms(field, values)]}}


def _all(queries: Iterable[Query]) -> Query:
    return {"bool": {"filter": list(queries)}}


def _any(queries: Iterable[Query]) -> Query:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}
