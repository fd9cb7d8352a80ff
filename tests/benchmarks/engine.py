"""The embedded engine on 50,000 generated listings, against FTS5 doing the same job alone.

Our engine asks FTS5 for left-over words only and answers the rest from bit sets, so "the bare query it issues" is
nothing for most
searches. The bare equivalent is therefore one FTS5 table that holds what ours knows as tokens (concepts, facts,
words) and one MATCH that
asks for the same documents with bm25: no facets, no reasons, no parsing. The second table compares with the words
query alone.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from portal.listings.document import SCHEMA, open_ranges
from portal.vocabulary.thesaurus import load_thesaurus
from search.analysis.cleaning import clean
from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.documents import Document
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchRequest
from search.plan import Plan, index_terms, make_plan
from tests.benchmarks.corpus import documents
from tests.benchmarks.pairs import Pair, compare, show
from tests.moments import NOW

QUERIES = (
    ("en", "machine learning"), ("en", "artificial intelligence China"), ("en", "cybersecurity supervision"),
    ("zh-Hans", "人工智能 奖学金 中国"), ("zh-Hans", "跨境物流 港口调度"), ("vi", "học bổng trí tuệ nhân tạo"),
    ("vi", "dữ liệu thực tế"), ("th", "ทุน ปัญญาประดิษฐ์ จีน"), ("th", "ข้อมูล ภาคสนาม"),
    ("id", "logistik lintas batas Vietnam"),
    ("km", "បញ្ញាសិប្បនិម្មិត"), ("my", "ဉာဏ်ရည်တု"),
)  # fmt: skip
TOKENIZER = "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'\""


def run(count: int = 50_000) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder), count)


def _run(folder: Path, count: int) -> None:
    corpus = list(documents(count))
    engine = EmbeddedEngine(
        SCHEMA, load_thesaurus(), lambda: sqlite3.connect(folder / "ours.sqlite3", isolation_level=None)
    )
    start = time.perf_counter()
    engine.rebuild(corpus)
    rebuild = count / (time.perf_counter() - start)
    _fill_bare(folder, corpus)
    plain = _plain_inserts(folder)
    print(f"rebuild: {rebuild:.0f} listings/s; the same rows, ready-made, into FTS5: {plain:.0f}/s;")
    print(f"  ratio {rebuild / plain:.2f} (target ≥ 0.5)")
    labels = LabelIndex(load_thesaurus().concepts.values())
    start = time.perf_counter()
    engine.search(_request("", "en", labels))
    print(f"first search of a process (loads the facts of {count} listings): {time.perf_counter() - start:.1f} s")
    show(
        "engine.search with all facets, first page of 20, against one FTS5 MATCH for the same documents",
        _equivalent(folder, engine, labels),
        "≤ 1.5",
    )
    show("the same against the words query alone, where one is issued", _issued(folder, engine, labels), "≤ 1.5")


def _request(query: str, language: str, labels: LabelIndex) -> SearchRequest:
    understanding = understand(query, language, labels, load_thesaurus())
    return SearchRequest(understanding, language, NOW, ranges=open_ranges(NOW))


def _equivalent(folder: Path, engine: EmbeddedEngine, labels: LabelIndex) -> Iterator[Pair]:
    connection = sqlite3.connect(folder / "bare.sqlite3")
    for language, query in QUERIES:
        request = _request(query, language, labels)
        expression = _bare_expression(make_plan(request.understanding, load_thesaurus()))

        def bare(expression: str = expression) -> object:
            return connection.execute(
                "SELECT rowid, bm25(bare, 10.0, 3.0, 1.5, 1.0) FROM bare WHERE bare MATCH ?", (expression,)
            ).fetchall()

        yield compare(f"{language} {query}", lambda request=request: engine.search(request), bare)  # type: ignore[misc]


def _issued(folder: Path, engine: EmbeddedEngine, labels: LabelIndex) -> Iterator[Pair]:
    connection = sqlite3.connect(folder / "ours.sqlite3")
    for language, query in QUERIES:
        request = _request(query, language, labels)
        plan = make_plan(request.understanding, load_thesaurus())
        if not plan.words:
            continue
        joined = " OR " if plan.topics or plan.constraints else " AND "
        expression = joined.join(_word_expression(word.alternatives) for word in plan.words)

        def bare(expression: str = expression) -> object:
            return engine.store.match(connection, expression)

        yield compare(f"{language} {query}", lambda request=request: engine.search(request), bare)  # type: ignore[misc]


def _bare_expression(plan: Plan) -> str:
    """One MATCH expression for a plan: every topic by any of its concepts, every fact, every word."""
    parts = ["facts : (" + " OR ".join(f'"c:{concept}"' for concept in topic.steps) + ")" for topic in plan.topics]
    parts += ["facts : (" + " OR ".join(f'"{c.field}:{value}"' for value in c.values) + ")" for c in plan.constraints]
    if not plan.topics and not plan.constraints:
        parts += [_word_expression(word.alternatives) for word in plan.words]
    return " AND ".join(parts)


def _word_expression(alternatives: tuple[tuple[str, ...], ...]) -> str:
    joined = ("(" + " AND ".join(f'"{term}"' for term in terms) + ")" for terms in alternatives)
    return "(" + " OR ".join(joined) + ")"


def _fill_bare(folder: Path, corpus: list[Document]) -> None:
    connection = sqlite3.connect(folder / "bare.sqlite3")
    connection.execute(f"CREATE VIRTUAL TABLE bare USING fts5(facts, title, summary, description, {TOKENIZER})")
    connection.executemany("INSERT INTO bare VALUES (?, ?, ?, ?)", (_bare_row(document) for document in corpus))
    connection.commit()
    connection.close()


def _bare_row(document: Document) -> tuple[str, ...]:
    facts = [f"c:{evidence.concept}" for evidence in document.concepts]
    facts += [f"{field}:{value}" for field, values in document.facets.items() for value in values]
    fields = next(iter(document.texts.values()))
    return (
        " ".join(facts),
        *(" ".join(index_terms(clean(fields[name]))) for name in ("title", "summary", "description")),
    )


def _plain_inserts(folder: Path) -> float:
    """Rows a second when the ready-made rows of `bare` go into a new FTS5 table."""
    connection = sqlite3.connect(folder / "bare.sqlite3")
    rows = connection.execute("SELECT facts, title, summary, description FROM bare").fetchall()
    other = sqlite3.connect(folder / "plain.sqlite3")
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("PRAGMA synchronous=NORMAL")
    other.execute(f"CREATE VIRTUAL TABLE plain USING fts5(facts, title, summary, description, {TOKENIZER})")
    start = time.perf_counter()
    other.executemany("INSERT INTO plain VALUES (?, ?, ?, ?)", rows)
    other.commit()
    return len(rows) / (time.perf_counter() - start)
