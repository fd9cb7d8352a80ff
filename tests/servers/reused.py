"""A PostgreSQL database for one test after another: to empty it takes some milliseconds, to make one half a second."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo

from tests.servers.postgresql import PostgresqlServer

_REVISION = "alembic_version"
# Who is idle holds nothing, and is not waited for: the server would look for its end every tenth of a second only.
_LEAVE = """
    SELECT pg_terminate_backend(pid, CASE state WHEN 'idle' THEN 0 ELSE 5000 END) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> %s"
_BEGIN_ANEW = sql.SQL("SELECT setval(seqrelid, seqstart, false) FROM pg_sequence")
# What a test could change besides rows: anything made or dropped has another oid, a column changes a row of its own.
_SHAPE = f"""
    SELECT (SELECT array_agg(oid ORDER BY oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
           (SELECT array_agg(oid ORDER BY oid) FROM pg_constraint),
           (SELECT array_agg(a.xmin::text || a.attname ORDER BY attrelid, attnum) FROM pg_attribute AS a
            JOIN pg_class AS c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace),
           (SELECT array_agg(setconfig) FROM pg_db_role_setting AS s JOIN pg_database AS d ON d.oid = s.setdatabase
            WHERE datname = current_database()),
           (SELECT array_agg(version_num) FROM {_REVISION})
"""


@dataclass
class ReusedDatabase:
    """A copy of a template without rows; `clean` makes it so again, whatever a test did to it."""

    server: PostgresqlServer
    template: str
    name: str

    def __post_init__(self) -> None:
        self._make()

    @property
    def url(self) -> str:
        """The SQLAlchemy address."""
        return self.server.url_of(self.name)

    def clean(self) -> None:
        """End what is still connected, and take all rows away; made anew if a test changed more than rows."""
        try:
            with self._connect() as connection:
                connection.execute(_LEAVE)
                if connection.execute(_SHAPE).fetchone() == self._shape:
                    connection.execute(self._emptying)
                    return
        except psycopg.OperationalError:  # dropped
            pass
        self.drop()
        self._make()

    def drop(self) -> None:
        """Remove it."""
        self.server.drop_database(self.name)

    def _make(self) -> None:
        self.server.create_database(self.name, self.template)
        with self._connect() as connection:
            self._shape, self._emptying = connection.execute(_SHAPE).fetchone(), _emptying(connection)

    def _connect(self) -> Connection:
        return psycopg.connect(make_conninfo(self.url.replace("+psycopg", "")))


def _emptying(connection: Connection) -> sql.Composable:
    """The statements that take all rows away, in any order: as a replica the server checks no references."""
    tables = [sql.Identifier(name) for (name,) in connection.execute(_TABLES, [_REVISION])]
    deletions = [sql.SQL("DELETE FROM {}").format(table) for table in tables]
    return sql.SQL("; ").join([sql.SQL("SET LOCAL session_replication_role = replica"), *deletions, _BEGIN_ANEW])
