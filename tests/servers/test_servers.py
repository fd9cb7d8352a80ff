"""The servers themselves: what they keep, and whom they run as."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.servers.fixtures import obtain
from tests.servers.places import Missing
from tests.servers.postgresql import PostgresqlServer
from tests.servers.reused import ReusedDatabase


@pytest.fixture
def server() -> Iterator[PostgresqlServer]:
    """One that may be stopped without harm to others."""
    created = obtain(PostgresqlServer.create)
    try:
        created.start()
        yield created
    finally:
        created.close()


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def test_postgresql_keeps_its_data_over_a_restart(server: PostgresqlServer) -> None:
    server.query("CREATE TABLE kept AS SELECT 'ພາສາ' AS word")
    server.create_database("copy", "portal")
    server.stop()
    server.start()
    assert server.query("SELECT word FROM kept").strip() == "ພາສາ"
    assert server.query("SELECT word FROM kept", "copy").strip() == "ພາສາ"
    server.drop_database("copy")
    assert owner(int((server.folder / "data" / "postmaster.pid").read_text("utf-8").split()[0])) != 0


def test_what_is_missing_is_said_and_fails_only_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    def create() -> None:
        raise Missing("a thing")

    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not run: needs a thing"):
        obtain(create)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="needs a thing"):
        obtain(create)
    assert os.environ["CI"]


def test_a_reused_database_is_clean_whatever_was_done_to_it(server: PostgresqlServer) -> None:
    server.create_database("template")
    server.query(
        "CREATE TABLE alembic_version AS SELECT '0001' AS version_num;"
        "CREATE TABLE parents (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);"
        "CREATE TABLE children (parent int REFERENCES parents)",
        "template",
    )
    reused = ReusedDatabase(server, "template", "reused")
    fill = "INSERT INTO parents DEFAULT VALUES RETURNING id"
    for change in (
        "INSERT INTO children SELECT id FROM parents",
        "CREATE TABLE more ()",
        "DROP TABLE children",
        "ALTER TABLE children DROP CONSTRAINT children_parent_fkey",
        "ALTER TABLE children ADD COLUMN more text",
        "ALTER TABLE children ALTER COLUMN parent SET NOT NULL",
        "ALTER DATABASE reused SET default_transaction_isolation = serializable",
        "UPDATE alembic_version SET version_num = '0002'",
        "DELETE FROM alembic_version",
    ):
        with psycopg.connect(reused.url.replace("+psycopg", ""), autocommit=True) as forgotten:
            assert forgotten.execute(fill).fetchone() == (1,)
            forgotten.execute(change)
            forgotten.execute("BEGIN; LOCK TABLE parents")
            reused.clean()
            with pytest.raises(psycopg.OperationalError):
                forgotten.execute("SELECT 1")
        shown = "SELECT count(*), (SELECT string_agg(version_num, '') FROM alembic_version) FROM children, parents"
        assert server.query(shown, reused.name).strip() == "0|0001", change
        assert server.query("SHOW default_transaction_isolation", reused.name).strip() == "read committed"
    server.drop_database(reused.name)
    reused.clean()
    assert server.query(fill, reused.name).strip() == "1"
