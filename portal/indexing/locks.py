"""Locks around the index, of the database server or of files: gone with the process that holds them, however it ends.

Only one may build the index anew at a time. Any number of workers may tell it of changes at once; an index in a
file takes none while it is built: what changes meanwhile waits, and is told to the new index. A cluster takes them
into both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal.core.errors import Conflict

REBUILD, TELL = 0x6469_0001, 0x6469_0002  # numbers of the two locks, among those of the database
PATIENCE = 60  # seconds for workers to finish what they have begun


@contextmanager
def telling(database: Engine) -> Iterator[bool]:
    """Whether the index may be told of changes now; it is not built anew while the block runs."""
    shared = _shared_on_server(database) if _has_server(database) else _shared_in_file(database)
    with shared as held:
        yield held


@contextmanager
def rebuilding(database: Engine, alone: bool) -> Iterator[None]:
    """Build the index, `alone`: without workers. Raises `Conflict` if it is being built already or they do not stop."""
    exclusive = _exclusive_on_server if _has_server(database) else _exclusive_in_file
    workers = exclusive(database, TELL, PATIENCE) if alone else nullcontext()
    with exclusive(database, REBUILD, 0), workers:
        yield


def _has_server(database: Engine) -> bool:
    return database.dialect.name != "sqlite"


@contextmanager
def _shared_on_server(database: Engine) -> Iterator[bool]:
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock_shared(TELL))))
        try:
            yield held
        finally:
            if held:
                connection.execute(sa.select(sa.func.pg_advisory_unlock_shared(TELL)))


@contextmanager
def _exclusive_on_server(database: Engine, number: int, patience: int) -> Iterator[None]:
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(number))):
            _wait_on_server(connection, number, patience)
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))


def _wait_on_server(connection: sa.Connection, number: int, patience: int) -> None:
    """Queue up for a lock: whoever comes later does not get it before."""
    if not patience:
        raise _busy(number)
    connection.exec_driver_sql(f"SET lock_timeout = '{patience}s'")
    try:
        connection.execute(sa.select(sa.func.pg_advisory_lock(number)))
    except sa.exc.OperationalError as error:
        raise _busy(number) from error
    finally:
        connection.exec_driver_sql("RESET lock_timeout")


@contextmanager
def _shared_in_file(database: Engine) -> Iterator[bool]:
    with closing(_file(database, TELL, 0)) as connection:
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            yield False
        else:
            yield True


@contextmanager
def _exclusive_in_file(database: Engine, number: int, patience: int) -> Iterator[None]:
    with closing(_file(database, number, patience)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise _busy(number) from error
        yield


def _file(database: Engine, number: int, patience: int) -> sqlite3.Connection:
    """A file beside the database: SQLite's own locks of it work alike on every system."""
    purpose = {REBUILD: "rebuild", TELL: "tell"}[number]
    path = f"{database.url.database}.{purpose}.lock" if database.url.database else ":memory:"
    return sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)


def _busy(number: int) -> Conflict:
    return Conflict({REBUILD: "index.being-rebuilt", TELL: "index.being-told"}[number])
