"""The servers themselves: what they keep, and whom they run as."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.fixtures import obtain
from tests.servers.places import Missing
from tests.servers.postgresql import PostgresqlServer


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
