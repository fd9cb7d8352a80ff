"""The search may fail, the site may not: what the database can answer while the engine cannot be asked.

The newest listings that have the facts asked for, are tagged with the topics asked for, or have the words in a title.
No score, no reasons; and no more than `POOL` of them, so that an outage costs the database little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.listings import time
from portal.listings.document import NEVER, to_card
from portal.listings.facts import BY_CODE
from portal.listings.models import Deadline, EligibilityRule, Listing, Partner, Translation
from portal.listings.queries import whole_listings
from portal.site import Site
from portal.vocabulary.isced import load_isced
from portal.vocabulary.thesaurus import load_thesaurus, place_ids, topic_ids
from search.documents import Document
from search.engine import EngineStatus, Place, SearchEngine, SearchRequest, Stretch
from search.errors import EngineUnavailable
from search.plan import Plan, PlannedTopic, make_plan
from search.results import FacetValue, Hit, SearchResults, Suggestion

POOL = 200
MAX_NARROWER = 40  # concepts below a topic that are looked for
DAY = 86400.0
Codes = Mapping[str, tuple[str, ...]]

_COLUMNS: Mapping[str, Any] = {
    "kind": Listing.kind, "country": Listing.country, "mode": Listing.mode, "award": Listing.award,
    "source_language": Listing.source_language,
}  # fmt: skip
_LISTS: Mapping[str, Any] = {
    "level": Listing.levels, "working_language": Listing.working_languages,
}  # fmt: skip
# Facet → where the card of a listing has its values.
_IN_CARD: Mapping[str, str] = {
    "kind": "kind", "country": "country", "open_to": "open_to", "level": "levels", "funding": "funding",
    "mode": "mode", "award": "award", "working_language": "working_languages",
    "source_language": "source_language", "rule": "rules",
}  # fmt: skip


def with_fallback(site: Site) -> Site:
    """The site for one request: once its engine has failed, the database answers all further searches."""
    return replace(site, engine=EngineOrDatabase(site))


@dataclass(frozen=True)
class _Found:
    """A listing of the pool."""

    id: str
    card: dict[str, Any]
    closes_at: float | None

    def values(self, facet: str) -> tuple[str, ...]:
        """Its values in a facet."""
        if facet == "organisation":
            own = [self.card["organisation"]] if self.card["organisation"] else []
            return tuple(one["id"] for one in (*own, *self.card["partners"]))
        if facet == "place":
            return place_ids(self.card["place"])
        if facet == "concept":
            return tuple(one for topic in self.card["concepts"] for one in topic_ids(topic))
        if facet == "isced":
            return tuple(dict.fromkeys(load_isced().narrow(code) for code in self.card["isced"]))
        value = self.card[_IN_CARD[facet]] if facet in _IN_CARD else ()
        return (value,) if isinstance(value, str) else tuple(value)


class EngineOrDatabase:
    """`search.engine.SearchEngine`: the site's own, and the database for searches where that one fails."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._engine: SearchEngine = site.engine
        self._away = False

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request, `degraded` if the engine could not."""
        if not self._away:
            try:
                return self._engine.search(request)
            except EngineUnavailable:
                self._away = True
        return search_database(self._site, request)

    def walk(self, request: SearchRequest, place: Place | None = None) -> Stretch:
        """Part of the engine's answer: the database has no more than a page to offer."""
        return self._engine.walk(request, place)

    def scan(self, request: SearchRequest) -> Iterator[Hit]:
        """All of the engine's answer."""
        return self._engine.scan(request)

    def similar(self, document_id: str, request: SearchRequest, limit: int = 5) -> SearchResults:
        """Nothing while the engine is away."""
        try:
            return self._engine.similar(document_id, request, limit)
        except EngineUnavailable:
            return SearchResults(0, (), {}, request.understanding, degraded=True)

    def about(self, topics: Sequence[PlannedTopic], request: SearchRequest, limit: int) -> SearchResults:
        """Nothing while the engine is away."""
        try:
            return self._engine.about(topics, request, limit)
        except EngineUnavailable:
            return SearchResults(0, (), {}, request.understanding, degraded=True)

    def nearest(self, vector: Sequence[float], request: SearchRequest, limit: int) -> list[Hit]:
        """Nothing while the engine is away."""
        try:
            return self._engine.nearest(vector, request, limit)
        except EngineUnavailable:
            return []

    def suggest(self, text: str, language: str, limit: int = 8) -> list[Suggestion]:
        """Nothing while the engine is away."""
        try:
            return self._engine.suggest(text, language, limit)
        except EngineUnavailable:
            return []

    def status(self) -> EngineStatus:
        """How the engine's index stands."""
        return self._engine.status()

    def versions(self) -> Iterator[tuple[str, int]]:
        """What the engine's index holds."""
        return self._engine.versions()

    def put(self, documents: Iterable[Document]) -> int:
        """Add or replace documents of the engine."""
        return self._engine.put(documents)

    def delete(self, ids: Iterable[str]) -> int:
        """Remove documents of the engine."""
        return self._engine.delete(ids)

    def rebuild(self, documents: Iterable[Document], progress: Any = None) -> int:
        """Replace the engine's index."""
        return self._engine.rebuild(documents, progress)


def search_database(site: Site, request: SearchRequest) -> SearchResults:
    """Answer a request from the database; `total` counts what the pool has."""
    plan = make_plan(request.understanding, site.thesaurus)
    facts = {**request.require, **{item.field: item.values for item in plan.constraints}}
    for name, values in request.chosen.items():
        facts[name] = tuple(v for v in values if v in facts[name]) if name in facts else values
    matching = [one for one in _pool(site, request, plan, facts) if _answers(one, request, facts)]
    if request.sort == "deadline":
        matching.sort(key=lambda one: (one.closes_at is None, one.closes_at or 0.0, one.id))
    page = matching[request.offset : request.offset + request.limit]
    return SearchResults(
        len(matching),
        tuple(Hit(one.id, 0.0, one.card) for one in page),
        {name: _counts(name, matching, request) for name in request.facets or ()},
        request.understanding,
        degraded=True,
    )


def _pool(site: Site, request: SearchRequest, plan: Plan, facts: Codes) -> list[_Found]:
    """The newest listings that the database itself can tell to be possible."""
    conditions = [Listing.state == "published", *_fact_conditions(facts), *_text_conditions(plan)]
    if rules := request.exclude.get("rule"):
        having = sa.select(EligibilityRule.listing_id).where(EligibilityRule.digest.in_(rules))
        conditions.append(Listing.id.not_in(having))
    if request.ranges.get("open_until"):
        conditions.append(_may_be_open(request.now))
    query = whole_listings().where(*conditions).order_by(Listing.posted_at.desc(), Listing.id).limit(POOL)
    with site.sessions() as session:
        return [_found(listing) for listing in session.scalars(query)]


def _found(listing: Listing) -> _Found:
    end = time.closes_at(listing)
    return _Found(listing.id, to_card(listing), end.timestamp() if end else None)


def _fact_conditions(facts: Codes) -> Iterator[sa.ColumnElement[bool]]:
    """For the facts that a column tells; the others are looked at afterwards."""
    for name, values in facts.items():
        if name in _COLUMNS:
            yield _COLUMNS[name].in_(values)
        elif name in _LISTS:
            yield _any(_has(_LISTS[name], f'"{value}"') for value in values)
        elif name == "concept":
            yield _any(_tagged(load_thesaurus().descendants(value)) for value in values)
        elif name == "isced":
            yield _any(_has(Listing.isced, f'"{value}') for value in values)
        elif name == "organisation":
            partners = sa.select(Partner.listing_id).where(Partner.organisation_id.in_(values))
            yield sa.or_(Listing.organisation_id.in_(values), Listing.id.in_(partners))
        elif name == "place":
            places = [one for one in load_thesaurus().concepts if set(values).intersection(place_ids(one))]
            yield Listing.place.in_(places)


def _text_conditions(plan: Plan) -> Iterator[sa.ColumnElement[bool]]:
    """Every topic as a tag or in a title; every word in a title, if there is nothing else or it was quoted."""
    for topic in plan.topics:
        yield _any((_tagged(topic.steps), *([_in_title(topic.text)] if topic.text else [])))
    for word in plan.words:
        if word.required or not (plan.topics or plan.constraints):
            yield _in_title(word.text)


def _tagged(steps: Mapping[str, int]) -> sa.ColumnElement[bool]:
    """Whether a listing is tagged with one of some concepts, of which the nearest are looked for."""
    nearest = sorted(steps, key=lambda concept: (steps[concept], concept))[:MAX_NARROWER]
    return _any(_has(Listing.concepts, f'"{concept}"') for concept in nearest)


def _in_title(text: str) -> sa.ColumnElement[bool]:
    titles = sa.select(Translation.listing_id).where(Translation.title.icontains(text, autoescape=True))
    return Listing.id.in_(titles)


def _may_be_open(now: datetime) -> sa.ColumnElement[bool]:
    """Whether some deadline's clock may still be ahead, in whatever zone it hangs."""
    yesterday = (now.astimezone(UTC) - timedelta(days=1)).replace(tzinfo=None)
    deadlines = sa.select(Deadline.listing_id)
    ahead = deadlines.where(Deadline.local_time >= yesterday)
    return sa.or_(Listing.rolling, Listing.id.not_in(deadlines), Listing.id.in_(ahead))


def _has(column: Any, text: str) -> sa.ColumnElement[bool]:
    """Whether a list of codes, as JSON, has one that begins with or is the text."""
    return sa.cast(column, sa.Text).contains(text, autoescape=True)


def _any(conditions: Iterable[sa.ColumnElement[bool]]) -> sa.ColumnElement[bool]:
    return sa.or_(sa.false(), *conditions)


def _answers(one: _Found, request: SearchRequest, facts: Codes) -> bool:
    numbers = {"closes_at": one.closes_at, "open_until": NEVER if one.closes_at is None else one.closes_at}
    for name, (low, high) in request.ranges.items():
        number = numbers.get(name)
        if number is None or (low is not None and number < low) or (high is not None and number > high):
            return False
    if any(_has_fact(one, name, values, request.now) for name, values in request.exclude.items()):
        return False
    return all(_has_fact(one, name, values, request.now) for name, values in facts.items())


def _has_fact(one: _Found, name: str, values: tuple[str, ...], now: datetime) -> bool:
    if name == "closes_at":
        return any(_closes_within(one, int(value.removesuffix("d")), now) for value in values)
    return not set(values).isdisjoint(one.values(name))


def _closes_within(one: _Found, days: int, now: datetime) -> bool:
    start = now.timestamp()
    return one.closes_at is not None and start <= one.closes_at <= start + days * DAY


def _counts(name: str, matching: list[_Found], request: SearchRequest) -> tuple[FacetValue, ...]:
    if name == "closes_at":
        windows = ((f"{days}d", days) for days in BY_CODE[name].windows)
        counts = {code: sum(_closes_within(one, days, request.now) for one in matching) for code, days in windows}
        ordered = [(value, count) for value, count in counts.items() if count]
    else:
        counted = Counter(value for one in matching for value in set(one.values(name)))
        ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    chosen = request.chosen.get(name, ())
    missing = [(value, 0) for value in chosen if value not in dict(ordered)]
    return tuple(FacetValue(value, count, value in chosen) for value, count in (*ordered, *missing))
