"""What leaving out costs: a search that excludes the rules somebody does not meet against the same search without, on
both engines; and deciding every distinct rule of a site with as many listings.

`python -m tests.benchmarks eligible`: 100,000 listings with 1,200 distinct rules, of which some 500 are not met.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import migrations
from portal.core.database import create_engine
from portal.eligibility.rulebook import FIELD, decide_rules
from portal.listings.answers import Answers, Day, LanguageResult, Stay
from portal.listings.document import SCHEMA, open_ranges
from portal.listings.models import EligibilityRule, rule_digest
from portal.locales import COUNTRIES
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.documents import Document
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine, SearchRequest
from tests.benchmarks.corpus import documents
from tests.benchmarks.elastic import _engine, _server
from tests.benchmarks.engine import QUERIES
from tests.benchmarks.pairs import Pair, compare, show
from tests.moments import NOW

PERSON = Answers(
    ("VN",), Day.in_year(1985), "bachelor", Day.in_year(2012), 3, True, 10, (Stay("CN", date(2015, 1, 1)),), ("CN",),
    (LanguageResult("en", "IELTS", "5.5"),), ("employer",),
)  # fmt: skip
DISTINCT = 1200
Ruled = tuple[str, dict[str, object]]


def run(count: int = 100_000) -> None:
    """Print the tables."""
    chance = random.Random(11)
    rules = _rules(chance)
    corpus = [_ruled(one, rules, chance) for one in documents(count)]
    unmet = _decide(rules, corpus)
    print(f"{count} listings, {len(rules)} distinct rules, {len(unmet)} of them not met")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.sqlite3"
        embedded = EmbeddedEngine(SCHEMA, load_thesaurus(), lambda: sqlite3.connect(path, isolation_level=None))
        embedded.rebuild(iter(corpus))
        show("embedded: search with `exclude` against the same without", _pairs(embedded, unmet), "≤ 1.5")
    with _server() as url:
        elastic = _engine(url, count)
        elastic.rebuild(iter(corpus))
        show("Elasticsearch: search with `exclude` against the same without", _pairs(elastic, unmet), "≤ 1.5")


def _pairs(engine: SearchEngine, unmet: tuple[str, ...]) -> Iterator[Pair]:
    labels = LabelIndex(load_thesaurus().concepts.values())
    for language, query in (("en", ""), *QUERIES):
        understanding = understand(query, language, labels, load_thesaurus())
        plain = SearchRequest(understanding, language, NOW, ranges=open_ranges(NOW))
        without = replace(plain, exclude={FIELD: unmet})
        yield compare(
            f"{language} {query}",
            lambda request=without: engine.search(request),  # type: ignore[misc]
            lambda request=plain: engine.search(request),  # type: ignore[misc]
        )


def _rules(chance: random.Random) -> list[Ruled]:
    """Distinct rules: countries above all, then ages, degrees, tests and stays."""
    found: dict[str, Ruled] = {}
    while len(found) < DISTINCT:
        made: Ruled = chance.choice(
            (
                ("citizenship", {"countries": chance.sample(COUNTRIES, chance.randint(1, 11))}),
                ("age-max", {"age": chance.randint(25, 60), "on": f"2027-{chance.randint(1, 12):02}-01"}),
                (
                    "residence-max",
                    {"country": chance.choice(COUNTRIES), "months": 12, "of_last": chance.randint(24, 60)},
                ),
                (
                    "language-test",
                    {"any_of": [{"language": "en", "test": "TOEFL", "minimum": str(chance.randint(40, 110))}]},
                ),
                ("degree-within", {"years": chance.randint(1, 20)}),
            )
        )
        found[rule_digest(*made)] = made
    return list(found.values())


def _ruled(document: Document, rules: Sequence[Ruled], chance: random.Random) -> Document:
    own = tuple({rule_digest(*one) for one in chance.choices(rules, k=3)})
    return replace(document, facets={**document.facets, FIELD: own})


def _decide(rules: Sequence[Ruled], corpus: Sequence[Document]) -> tuple[str, ...]:
    """The rules not met, from a database with a row for each rule of each listing."""
    by_digest = {rule_digest(*one): one for one in rules}
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/portal.sqlite3")
        migrations.upgrade(engine)
        rows = [
            {"listing_id": one.id, "position": place, "kind": kind, "parameters": parameters, "digest": digest}
            for one in corpus
            for place, digest in enumerate(one.facets[FIELD])
            for kind, parameters in [by_digest[digest]]
        ]
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.execute(sa.insert(EligibilityRule), rows)
        with Session(engine) as session:
            for name in ("the first time in a process", "afterwards"):
                start = time.perf_counter()
                decisions = decide_rules(session, PERSON, NOW.date())
                print(f"deciding every rule of {len(rows)} rows {name}: {(time.perf_counter() - start) * 1000:.0f} ms")
        engine.dispose()
    return decisions.unmet
