"""Which listings are worth an exact score: the search's best for a person's topics, and without topics those that close
first; within what the person wishes for, and beyond it where that is not many. The cost hangs on `POOL`, not on how
many listings there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from portal.matching.fit import Seeker
from portal.vocabulary.isced import load_isced
from search.concepts.thesaurus import Thesaurus
from search.engine import SearchEngine, SearchRequest
from search.plan import PlannedTopic
from search.results import Hit, SearchResults

POOL = 200  # listings taken from one question to the engine
Facts = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Candidates:
    """Listings in no order. `degraded`: the engine could not be asked."""

    hits: tuple[Hit, ...]
    degraded: bool = False


def find_candidates(engine: SearchEngine, thesaurus: Thesaurus, seeker: Seeker, request: SearchRequest) -> Candidates:
    """Listings that may fit, of those that meet the facts of a request without words."""
    asking = _Asking(engine, tuple(_topics(seeker, thesaurus)), seeker)
    wished = _wished(seeker)
    found = asking.ask(request, wished)
    more = asking.ask(request, {}) if wished and len(found.hits) < POOL else found
    hits = {hit.id: hit for hit in (*found.hits, *more.hits)}
    return Candidates(tuple(hits.values()), found.degraded or more.degraded)


@dataclass(frozen=True)
class _Asking:
    engine: SearchEngine
    topics: tuple[PlannedTopic, ...]
    seeker: Seeker

    def ask(self, request: SearchRequest, facts: Facts) -> SearchResults:
        """The best that have some facts."""
        request = replace(request, require={**request.require, **facts}, limit=POOL, facets=())
        if not self.topics:
            return self.engine.search(replace(request, sort="deadline"))
        found = self.engine.about(self.topics, request, POOL)
        if not found.degraded:
            return found
        tagged = {**request.require, "concept": self.seeker.own_topics}  # what answers instead knows facts alone
        return replace(self.engine.search(replace(request, require=tagged)), degraded=True)


def _topics(seeker: Seeker, thesaurus: Thesaurus) -> Iterator[PlannedTopic]:
    """The person's topics with what is narrower, and after that what is one step wider."""
    for concept in seeker.own_topics:
        wider = dict.fromkeys(thesaurus[concept].broader, 2)
        yield PlannedTopic(concept, "", {**wider, **thesaurus.answers(concept)})


def _wished(seeker: Seeker) -> Facts:
    """What the person wishes for, as facts of listings; the field of study only in place of topics."""
    narrow = load_isced().narrow
    facts = {
        "kind": seeker.kinds,
        "level": tuple(seeker.levels),
        "country": seeker.countries,
        "mode": seeker.modes,
        "isced": () if seeker.own_topics else tuple(dict.fromkeys(map(narrow, seeker.fields))),
    }
    return {name: values for name, values in facts.items() if values}
