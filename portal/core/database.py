"""The database: base class of models, engine with SQLite's settings, naming of constraints."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import QueuePool

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all models. Relationships declare lazy="raise": what a page needs is loaded by the query that says so."""

    metadata = sa.MetaData(naming_convention=NAMING)


def one_of(column: str, allowed: Iterable[str]) -> sa.CheckConstraint:
    """Holds a column to some codes."""
    values = ", ".join(f"'{code}'" for code in allowed)
    return sa.CheckConstraint(f"{column} IN ({values})", name=column)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept as UTC on every database (SQLite keeps no zone)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: a moment without a zone is a mistake."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back where the database dropped it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert_or(session: Session, table: Any) -> Any:
    """An insert that can say what happens on a conflict, in the dialect of the database."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(table)


def create_engine(url: str) -> Engine:
    """An engine; on SQLite with foreign keys, write-ahead log and a patient lock.

    On a server every statement sees what is committed, whatever the server's own default is: the outbox relies on it.
    A connection is tried before it is used again, so that a server that was restarted costs nobody an error. No error
    tells the values of its statement: they would come to stand in the log.
    """
    if sa.make_url(url).get_backend_name() != "sqlite":
        return sa.create_engine(url, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True)
    engine = sa.create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", prepare_sqlite)
    return engine


def prepare_sqlite(connection: Any, _record: Any = None) -> None:
    """Set up a new SQLite connection: foreign keys, write-ahead log, a patient lock; what is deleted is overwritten."""
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "secure_delete=ON",
    ):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def empty_log(engine: Engine) -> None:
    """On SQLite, take what was written over into the file and empty the write-ahead log, which holds pages as they were
    before. While somebody reads an older state, it is left for the next time."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def file_connections(path: Path) -> QueuePool:
    """Plain connections to an SQLite file, in autocommit mode and set up alike."""

    def connect() -> Any:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        prepare_sqlite(connection)
        return connection

    return QueuePool(connect, pool_size=8, max_overflow=-1)
