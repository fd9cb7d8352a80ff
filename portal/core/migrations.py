"""Brings the database to a revision of its schema, with Alembic and without an ini file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

_PORTAL = Path(__file__).resolve().parents[1]


def migrations_folder() -> Path:
    """Where the revisions are: beside the package in a checkout, inside it once installed."""
    installed = _PORTAL / "_migrations"
    return installed if installed.is_dir() else _PORTAL.parent / "migrations"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings; `migrations/env.py` works on the connection among them."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d_%%(slug)s")
    config.set_main_option("timezone", "UTC")
    return config


def head() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def current(engine: Engine) -> str | None:
    """The revision the database has; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Go up to a revision, in one transaction."""
    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str) -> None:
    """Go down to a revision ("base": an empty schema), in one transaction."""
    _run(engine, lambda config: command.downgrade(config, revision))


def _run(engine: Engine, action: Callable[[Config], None]) -> None:
    with engine.connect() as connection, _safe_for_tables(connection):
        action(configuration(connection))


@contextmanager
def _safe_for_tables(connection: Connection) -> Iterator[None]:
    """On SQLite: real transactions around changes of the schema, and no foreign keys.

    `sqlite3` itself begins no transaction before such a change; and batch mode drops and recreates tables, which would
    delete the rows that point there.
    """
    raw = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or raw is None:
        yield
        return
    event.listen(connection, "begin", _begin)
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
