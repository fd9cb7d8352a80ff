"""From the server's answer to results: parts of the score, reasons, facets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from search import scoring
from search.documents import Field, Role
from search.elastic.body import DAY
from search.elastic.mapping import CONFIRMED
from search.elastic.query import CLOSES, MATCHED, OWN, PICKED, VISIBLE, Asked, facet_fields
from search.elastic.words import words_met
from search.plan import PlannedTopic
from search.results import FacetValue, Hit, Reason, ScorePart, Suggestion

Json = Mapping[str, Any]


@dataclass(frozen=True)
class _Evidence:
    """Where a topic was met best."""

    concept: str
    source: str
    language: str | None
    surface: str | None
    steps: int
    value: float


def read_total(answer: Json) -> int:
    """The number of documents found."""
    total: int = answer["hits"]["total"]["value"]
    return total


def read_matched(answer: Json) -> int:
    """The number found before the chosen facets were applied."""
    counted = answer.get("aggregations", {}).get(MATCHED)
    return read_total(answer) if counted is None else int(counted["doc_count"])


def read_counts(answer: Json) -> dict[str, int]:
    """Name → number of documents, of an answer that only counts."""
    return {name: int(counted["doc_count"]) for name, counted in answer.get("aggregations", {}).items()}


def read_hits(answer: Json, asked: Asked) -> tuple[Hit, ...]:
    """The hits of a page with their parts and reasons."""
    return tuple(read_hit(hit, asked) for hit in answer["hits"]["hits"])


def read_hit(hit: Json, asked: Asked) -> Hit:
    """One hit."""
    source = hit["_source"]
    evidence = {topic.asked: _best(topic, source, asked.request.language) for topic in asked.plan.topics}
    met = _met(hit, asked)
    parts = tuple(_parts(hit, asked, evidence, bool(met)))
    reasons = tuple(_reasons(source, asked, evidence, met))
    return Hit(source["id"], sum(part.value for part in parts), source["stored"], reasons, parts)


def _met(hit: Json, asked: Asked) -> list[int]:
    if asked.plan.words and not asked.names_words:
        return list(range(len(asked.plan.words)))
    return sorted(words_met(hit.get("matched_queries", ())))


def _best(topic: PlannedTopic, source: Json, language: str) -> _Evidence | None:
    """The evidence that is worth most; among equals one in the reader's language."""
    found = [
        _Evidence(concept, place, own, surface, steps, scoring.topic_value(steps, place))
        for concept, place, own, surface in source["evidence"]["found"]
        if (steps := topic.steps.get(concept)) is not None
    ]
    return max(found, key=lambda item: (item.value, item.language == language), default=None)


def _parts(hit: Json, asked: Asked, evidence: Mapping[str, _Evidence | None], has_words: bool) -> Iterator[ScorePart]:
    """The addends; what the server's score has beyond those we know is what the words are worth."""
    topics = [
        ScorePart(f"topic:{asked_for}", best.value, scoring.topic_factors(best.steps, best.source))
        for asked_for, best in evidence.items()
        if best
    ]
    boosts = list(_boosts(hit["_source"], asked.request.now.timestamp()))
    yield from topics
    if has_words:
        rest = float(hit["_score"]) - sum(part.value for part in (*topics, *boosts))
        yield ScorePart("words", max(rest, 0.0), {"bm25": max(rest, 0.0)})
    yield from boosts


def _boosts(source: Json, now: float) -> Iterator[ScorePart]:
    today = now // DAY
    confirmed, closes = source["numbers"].get(CONFIRMED), source["numbers"].get(CLOSES)
    since = None if confirmed is None else today - confirmed // DAY
    until = None if closes is None else closes // DAY - today
    yield from scoring.boosts(since, until)


def _reasons(
    source: Json, asked: Asked, evidence: Mapping[str, _Evidence | None], met: Iterable[int]
) -> Iterator[Reason]:
    for topic in asked.plan.topics:
        if best := evidence[topic.asked]:
            yield Reason(
                "concept", topic.text, best.concept, topic.asked, best.steps, best.source, best.language, best.surface
            )
    for item in asked.plan.constraints:
        held = [value for value in source["facets"].get(item.field, ()) if value in item.values]
        if held or item.bounds:
            value = held[0] if held else None
            yield Reason("filter", item.text, concept=item.concept, field=item.field, value=value)
    for place in met:
        yield Reason("word", asked.plan.words[place].text)


def read_facets(answer: Json, asked: Asked) -> dict[str, tuple[FacetValue, ...]]:
    """The facets in declared order."""
    counted = answer.get("aggregations", {})
    return {item.name: _facet(counted, asked, item) for item in facet_fields(asked)}


def _facet(counted: Json, asked: Asked, item: Field) -> tuple[FacetValue, ...]:
    chosen = asked.request.chosen
    picked = chosen.get(item.name, ())
    place = counted
    if chosen:
        place = counted[OWN + item.name if item.name in chosen else VISIBLE]
    buckets = place[item.name]["buckets"]
    if item.role is not Role.FACET:
        names = dict.fromkeys((*(f"{days}d" for days in item.windows), *picked))
        windows = {name: int(buckets[name]["doc_count"]) if name in buckets else 0 for name in names}
        return tuple(FacetValue(n, count, n in picked) for n, count in windows.items() if count or n in picked)
    counts = {bucket["key"]: int(bucket["doc_count"]) for bucket in buckets}
    if item.name in chosen:
        counts |= {value: int(bucket["doc_count"]) for value, bucket in place[PICKED]["buckets"].items()}
    values = [FacetValue(value, count, value in picked) for value, count in counts.items()]
    return tuple(sorted(values, key=lambda value: (-value.count, value.value)))


def read_suggestion(hit: Json, language: str) -> Suggestion:
    """A document as a completion, by its title in the reader's language or its own."""
    document_id, stored = hit["_source"]["id"], hit["_source"]["stored"]
    titles = stored.get("titles", {})
    shown = language if language in titles else stored.get("source_language", next(iter(titles), language))
    return Suggestion("document", document_id, titles.get(shown, document_id), titles.get(shown, ""), shown)
