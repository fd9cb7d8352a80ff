"""What a ranking for one person costs among very many listings (candidates, exact scores, order), on both engines; and
how much of the best ten the candidates hold, against the exact score of every listing.

It stands against two plain searches of the same topics:

- *any of them, as many hits*: the question that the ranking asks, without wishes, wider topics and scores. This is the
  bare equivalent, and has the target.
- *as typed*: the first page of results, with its facets, for somebody who types the topics. That asks for listings with
  all of them, and shows those with any only where there is none. So the two do the same work for somebody with many
  topics. With two, a few dozen listings of 100,000 may have both and thousands have one: the page has next to nothing
  to do, while the ranking scores as many as ever. Such a ratio tells how little the other found; it is shown beside,
  since readers have both pages.

`python -m tests.benchmarks matching`: 100,000 listings.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from portal.listings import codes
from portal.listings.document import SCHEMA, open_ranges
from portal.listings.facets import FACETS
from portal.locales import COUNTRIES
from portal.matching.candidates import POOL, find_candidates
from portal.matching.fit import Offer, Seeker, fit
from portal.matching.ranking import rank, worth_showing
from portal.researchers.profile import Degree, Language, Profile, Skills, Wishes
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.understanding import NOTHING, Span, Topic, Understanding
from search.documents import Document
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine, SearchRequest
from search.plan import make_plan
from search.results import SearchResults
from tests.benchmarks.corpus import documents
from tests.benchmarks.elastic import _engine, _server
from tests.benchmarks.pairs import Pair, compare, show
from tests.moments import NOW

Plain = Callable[[SearchEngine, Seeker], SearchResults]
PEOPLE = 12
SHOWN = 10
TITLE = "for one person, {engine}: candidates, exact scores and order, against"


def run(count: int = 100_000) -> None:
    """Print the tables."""
    chance = random.Random(5)
    corpus = [_with_card(one, chance) for one in documents(count)]
    seekers = [Seeker.of(_person(chance), load_thesaurus()) for _number in range(PEOPLE)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.sqlite3"
        embedded = EmbeddedEngine(SCHEMA, load_thesaurus(), lambda: sqlite3.connect(path, isolation_level=None))
        embedded.rebuild(iter(corpus))
        _measure("embedded", embedded, seekers, corpus)
    with _server() as url:
        elastic = _engine(url, count)
        elastic.rebuild(iter(corpus))
        _measure("Elasticsearch", elastic, seekers, corpus)


def _measure(name: str, engine: SearchEngine, seekers: Sequence[Seeker], corpus: Sequence[Document]) -> None:
    title = TITLE.format(engine=name)
    show(f"{title} any of the topics, as many hits", _pairs(engine, seekers, _any), "≤ 2")
    show(f"{title} the page of the topics as typed", _pairs(engine, seekers, _typed), "≤ 2")
    print(f"of the best {SHOWN} of all {len(corpus)} listings the first page has {_held(engine, seekers, corpus):.0%}")


def _pairs(engine: SearchEngine, seekers: Sequence[Seeker], bare: Plain) -> Iterator[Pair]:
    for number, seeker in enumerate(seekers):
        yield compare(
            f"person {number}, {len(seeker.own_topics)} topics",
            lambda seeker=seeker: _ranked(engine, seeker),  # type: ignore[misc]
            lambda seeker=seeker: bare(engine, seeker),  # type: ignore[misc]
        )


def _ranked(engine: SearchEngine, seeker: Seeker) -> list[str]:
    request = SearchRequest(NOTHING, "en", NOW, ranges=open_ranges(NOW))
    found = find_candidates(engine, load_thesaurus(), seeker, request)
    return [match.id for match in worth_showing(rank(seeker, found.hits, None))]


def _any(engine: SearchEngine, seeker: Seeker) -> SearchResults:
    """The listings about any of the topics, and nothing else."""
    topics = make_plan(_understood(seeker), load_thesaurus()).topics
    return engine.about(topics, SearchRequest(NOTHING, "en", NOW, ranges=open_ranges(NOW)), POOL)


def _typed(engine: SearchEngine, seeker: Seeker) -> SearchResults:
    """What the page of results asks."""
    ranges, facets = open_ranges(NOW), tuple(FACETS)
    return engine.search(SearchRequest(_understood(seeker), "en", NOW, ranges=ranges, facets=facets))


def _understood(seeker: Seeker) -> Understanding:
    return Understanding("", tuple(Topic(concept, Span(0, 0, concept)) for concept in seeker.own_topics))


def _held(engine: SearchEngine, seekers: Sequence[Seeker], corpus: Sequence[Document]) -> float:
    """The share of first pages whose scores are as good as those of the best of all listings."""
    open_now = [one for one in corpus if one.numbers["open_until"] >= NOW.timestamp()]
    cards = {one.id: one.stored for one in open_now}
    good = 0
    for seeker in seekers:
        least = sorted((fit(seeker, Offer.of(card)).score for card in cards.values()), reverse=True)[SHOWN - 1]
        page = _ranked(engine, seeker)[:SHOWN]
        good += sum(fit(seeker, Offer.of(cards[one])).score >= least - 1e-9 for one in page)
    return good / (SHOWN * len(seekers))


def _person(chance: random.Random) -> Profile:
    """Somebody with two to six topics and some wishes."""
    topics = [concept.id for concept in load_thesaurus().of_scheme("topic")]
    return Profile(
        degrees=(Degree(chance.choice(codes.DEGREES), isced="0613"),),
        languages=(Language("en", "B2"), Language("vi", "native")),
        skills=Skills(concepts=tuple(chance.sample(topics, chance.randint(2, 6)))),
        wishes=Wishes(
            kinds=tuple(chance.sample(codes.KINDS, chance.randint(0, 2))),
            funding=chance.choice((None, "full", "partly")),
            countries=tuple(chance.sample(COUNTRIES, chance.randint(0, 3))),
        ),
    )  # fmt: skip


def _with_card(document: Document, chance: random.Random) -> Document:
    """The document with a card as large as that of a listing."""
    facets, language = document.facets, document.stored["source_language"]
    first = NOW.date() + timedelta(days=chance.randint(30, 400))
    text = document.texts[language]
    card: dict[str, Any] = {
        **document.stored, "state": "published", "demonstration": True, "real": False,
        "titles": {language: text["title"]}, "summaries": {language: text["summary"]}, "origins": {language: "source"},
        "organisation": {"id": facets["organisation"][0], "names": {"en": "Some University of Technology"}},
        "country": facets["country"][0], "place": None, "partners": [], "concepts": list(facets["concept"]),
        "isced": [f"{facets['isced'][0]}1"], "kind": facets["kind"][0], "levels": list(facets["level"]),
        "mode": facets["mode"][0], "award": facets["award"][0], "working_languages": list(facets["working_language"]),
        "funding": facets["funding"][0], "money_stated": True, "stipend": None, "benefits": ["tuition", "housing"],
        "months": [3, 12], "starts": [first.isoformat(), (first + timedelta(days=30)).isoformat()],
        "deadline": {
            "purpose": "host", "local_time": "2027-03-01T12:00:00", "zone": "Asia/Shanghai",
            "at": "2027-03-01T04:00:00+00:00",
        },
        "rolling": False, "places": 5, "open_to": list(facets["open_to"]), "rules": [],
    }  # fmt: skip
    return replace(document, stored=card)
