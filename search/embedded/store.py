"""The tables of the embedded index in SQLite, and nothing but reading and writing them.

search_documents   one row a document: what the bit sets are made of, and the stored part; a deleted one stays as a mark
search_words       FTS5, one row a document and language: our own index terms, separated by spaces
search_vectors     one row for each document with a vector: its numbers as 32-bit floats
search_state       sequence (grows with every write), generation (grows with every rebuild), digest of the schema
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from search.analysis.cleaning import clean
from search.documents import Document, Role, Schema
from search.errors import EngineUnavailable
from search.plan import index_terms

MAX_LANGUAGES = 64  # a document's words rows are numbered rowid × 64 + place of the language in the schema


@dataclass(frozen=True, slots=True)
class State:
    """How far the index is: see the module's docstring."""

    sequence: int
    generation: int
    digest: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """What the snapshot needs of one document. `concepts`: [concept, source, language, surface] each."""

    rowid: int
    id: str
    deleted: bool
    concepts: list[list[str | None]]
    facets: dict[str, list[str]]
    numbers: dict[str, float]


class Store:
    """Reads and writes the index tables; each call opens a connection and closes it."""

    def __init__(self, schema: Schema, connect: Callable[[], Any]) -> None:
        self.schema = schema
        self._connect = connect
        self.texts = tuple(item.name for item in schema.of_role(Role.TEXT))
        self._weights = tuple(item.weight for item in schema.of_role(Role.TEXT))
        self._prefix = schema.name
        # Whoever asks sees nothing else: neither here nor in snapshots, which are made of `rows_since` alone.
        held = "EXISTS (SELECT 1 FROM json_each(facets, ?) AS held WHERE held.value = ?)"
        self._visible = " AND ".join(["NOT deleted", *(held for _required in schema.required)])
        self._required = tuple(part for name, value in schema.required for part in (f'$."{name}"', value))

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """A connection in one transaction: whatever is written meanwhile, everything read is of the same state."""
        with _as_unavailable(), closing(self._connect()) as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @staticmethod
    def read_anew(connection: Any) -> None:
        """Let a connection that is reading see what was written since it began."""
        connection.rollback()
        connection.execute("BEGIN")

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A connection in one immediate transaction: committed at the end, rolled back on any error."""
        with _as_unavailable(), closing(self._connect()) as connection:
            cursor = connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    def exists(self, connection: Any) -> bool:
        """Whether the tables are there."""
        query = "SELECT count(*) FROM sqlite_master WHERE name = ?"
        return bool(connection.execute(query, (f"{self._prefix}_documents",)).fetchone()[0])

    def create(self, cursor: Any) -> None:
        """Create the tables that are missing."""
        columns = ", ".join(self.texts)
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {self._prefix}_documents (rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
            " version INTEGER NOT NULL, sequence INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,"
            " concepts TEXT NOT NULL, facets TEXT NOT NULL, numbers TEXT NOT NULL, stored TEXT NOT NULL)"
        )
        cursor.execute(f"CREATE INDEX IF NOT EXISTS ix_{self._prefix}_sequence ON {self._prefix}_documents (sequence)")
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {self._prefix}_words USING fts5({columns},"
            " tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'\")"
        )
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {self._prefix}_vectors (rowid INTEGER PRIMARY KEY, vector BLOB NOT NULL)"
        )
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {self._prefix}_state (key TEXT PRIMARY KEY, value TEXT NOT NULL)")

    def drop(self, cursor: Any) -> None:
        """Drop documents and words; the state stays, so that its numbers go on growing."""
        cursor.execute(f"DROP TABLE IF EXISTS {self._prefix}_documents")
        cursor.execute(f"DROP TABLE IF EXISTS {self._prefix}_words")
        cursor.execute(f"DROP TABLE IF EXISTS {self._prefix}_vectors")

    def state(self, connection: Any) -> State:
        """Where the index stands; zeros where there is none."""
        try:
            values = dict(connection.execute(f"SELECT key, value FROM {self._prefix}_state").fetchall())
        except sqlite3.OperationalError:
            values = {}
        return State(int(values.get("sequence", 0)), int(values.get("generation", 0)), values.get("digest"))

    def set_state(self, cursor: Any, state: State) -> None:
        """Write where the index stands."""
        pairs = {"sequence": state.sequence, "generation": state.generation, "digest": state.digest or ""}
        cursor.executemany(
            f"INSERT OR REPLACE INTO {self._prefix}_state (key, value) VALUES (?, ?)",
            [(key, str(value)) for key, value in pairs.items()],
        )

    def write(self, cursor: Any, documents: Iterable[Document], sequence: int) -> int:
        """Add or replace documents unless a version at least as new is there; the number written."""
        written = 0
        for document in documents:
            known = cursor.execute(
                f"SELECT rowid, version FROM {self._prefix}_documents WHERE id = ?", (document.id,)
            ).fetchone()
            if known and known[1] >= document.version:
                continue
            if known:
                self._forget(cursor, known[0])
            self._insert(cursor, document, sequence)
            written += 1
        return written

    def _insert(self, cursor: Any, document: Document, sequence: int) -> None:
        concepts = [[e.concept, e.source, e.language, e.surface] for e in document.concepts]
        cursor.execute(
            f"INSERT INTO {self._prefix}_documents (id, version, sequence, concepts, facets, numbers, stored)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                document.id, document.version, sequence, _json(concepts), _json(document.facets),
                _json(document.numbers), _json(document.stored),
            ),
        )  # fmt: skip
        rowid = cursor.lastrowid
        if document.vector:
            packed = array("f", document.vector).tobytes()
            cursor.execute(f"INSERT INTO {self._prefix}_vectors (rowid, vector) VALUES (?, ?)", (rowid, packed))
        marks = ", ".join("?" * (len(self.texts) + 1))
        rows = [
            (
                rowid * MAX_LANGUAGES + self.schema.languages.index(language),
                *(_terms(fields.get(t, "")) for t in self.texts),
            )
            for language, fields in document.texts.items()
        ]
        cursor.executemany(f"INSERT INTO {self._prefix}_words (rowid, {', '.join(self.texts)}) VALUES ({marks})", rows)

    def _forget(self, cursor: Any, rowid: int) -> None:
        low = rowid * MAX_LANGUAGES
        cursor.execute(f"DELETE FROM {self._prefix}_words WHERE rowid BETWEEN ? AND ?", (low, low + MAX_LANGUAGES - 1))
        cursor.execute(f"DELETE FROM {self._prefix}_vectors WHERE rowid = ?", (rowid,))
        cursor.execute(f"DELETE FROM {self._prefix}_documents WHERE rowid = ?", (rowid,))

    def vectors(self, connection: Any) -> Iterator[tuple[int, bytes]]:
        """The row and the packed vector of every document that has one."""
        yield from connection.execute(f"SELECT rowid, vector FROM {self._prefix}_vectors ORDER BY rowid")

    def mark_deleted(self, cursor: Any, ids: Iterable[str], sequence: int) -> int:
        """Take documents out of the search, leaving a mark for other processes' snapshots; the number taken out.

        A mapping gives for each id the version at which it was gone: a newer one stays, and an older one that comes
        late is kept out by the mark.
        """
        stated: Mapping[str, int] = ids if isinstance(ids, Mapping) else {}
        gone = 0
        for document_id in ids:
            known = cursor.execute(
                f"SELECT rowid, version, deleted FROM {self._prefix}_documents WHERE id = ?", (document_id,)
            ).fetchone()
            present, deleted = known[1:] if known else (-1, 1)
            version = stated.get(document_id, present)
            if version < present or (deleted and version == present):
                continue
            if known:
                self._forget(cursor, known[0])
            self._mark(cursor, document_id, version, sequence)
            gone += not deleted
        return gone

    def _mark(self, cursor: Any, document_id: str, version: int, sequence: int) -> None:
        cursor.execute(
            f"INSERT INTO {self._prefix}_documents (id, version, sequence, deleted, concepts, facets, numbers, stored)"
            " VALUES (?, ?, ?, 1, '[]', '{}', '{}', '{}')",
            (document_id, version, sequence),
        )

    def rows_since(self, connection: Any, sequence: int) -> Iterator[Row]:
        """Documents written after a sequence number; those that lack what is required count as deleted."""
        query = (
            f"SELECT rowid, id, {self._visible}, concepts, facets, numbers FROM {self._prefix}_documents"
            " WHERE sequence > ? ORDER BY sequence, rowid"
        )
        rows = connection.execute(query, (*self._required, sequence))
        for rowid, document_id, visible, concepts, facets, numbers in rows:
            yield Row(rowid, document_id, not visible, json.loads(concepts), json.loads(facets), json.loads(numbers))

    def stored(self, connection: Any, rowids: list[int]) -> dict[int, dict[str, Any]]:
        """The stored part of some documents."""
        marks = ", ".join("?" * len(rowids))
        query = f"SELECT rowid, stored FROM {self._prefix}_documents WHERE rowid IN ({marks})"
        return {rowid: json.loads(stored) for rowid, stored in connection.execute(query, rowids)}

    def match(self, connection: Any, expression: str) -> list[tuple[int, float]]:
        """FTS5's answer: (words row, bm25 as a positive number), in no order."""
        marks = ", ".join("?" * len(self._weights))
        table = f"{self._prefix}_words"
        query = f"SELECT rowid, -bm25({table}, {marks}) FROM {table} WHERE {table} MATCH ?"
        found: list[tuple[int, float]] = connection.execute(query, (*self._weights, expression)).fetchall()
        return found

    def terms(self, connection: Any, rowids: list[int]) -> dict[int, set[str]]:
        """The index terms of some documents, all languages together."""
        found: dict[int, set[str]] = {}
        query = f"SELECT {' || char(32) || '.join(self.texts)} FROM {self._prefix}_words WHERE rowid BETWEEN ? AND ?"
        for rowid in rowids:
            low = rowid * MAX_LANGUAGES
            rows = connection.execute(query, (low, low + MAX_LANGUAGES - 1)).fetchall()
            found[rowid] = {term for (text,) in rows for term in text.split()}
        return found

    def versions(self, connection: Any) -> Iterator[tuple[str, int]]:
        """Id and version of every document that can be found."""
        query = f"SELECT id, version FROM {self._prefix}_documents WHERE {self._visible}"
        yield from connection.execute(query, self._required)

    def count(self, connection: Any) -> int:
        """The number of documents that can be found."""
        query = f"SELECT count(*) FROM {self._prefix}_documents WHERE {self._visible}"
        return int(connection.execute(query, self._required).fetchone()[0])


def quote(term: str) -> str:
    """An index term in an FTS5 expression, whatever it has in it."""
    return '"' + term.replace('"', '""') + '"'


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """An index that is locked, missing or damaged cannot be asked: whoever asks need not know of SQLite."""
    try:
        yield
    except sqlite3.Error as error:
        raise EngineUnavailable(str(error)) from error


def _terms(text: str) -> str:
    return " ".join(index_terms(clean(text)))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=list)
