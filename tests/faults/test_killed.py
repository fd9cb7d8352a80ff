"""Processes killed in the middle of it: nothing they had in hand is lost."""

from __future__ import annotations

import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from portal.core.outbox import LEASE
from portal.indexing import service as indexing
from tests.faults.processes import PROGRAMS
from tests.faults.programs import change
from tests.faults.proxy import Trap, proxy_to
from tests.faults.world import World, wait_for
from tests.servers.elasticsearch import ElasticsearchServer
from tests.servers.postgresql import PostgresqlServer

OURS = pytest.mark.skipif(
    bool(os.environ.get("ELASTICSEARCH_TEST_URL")), reason="not run: the server is not ours to kill"
)


@OURS
@pytest.mark.database("postgresql")
def test_elasticsearch_killed_in_the_middle_of_a_bulk_request(
    world: World, elasticsearch_server: ElasticsearchServer, tmp_path: Path, migrated_file: Path
) -> None:
    """Under a site on PostgreSQL and one on SQLite at once, for it takes long to come back."""
    shutil.copyfile(migrated_file, tmp_path / "portal.sqlite3")
    on_file = World(replace(world.settings, database_url="", elasticsearch_prefix=f"file-{world.alias}-"), world.server)
    on_file.fill()
    for one in (world, on_file):
        change(one.site, renamed="o3")
    with proxy_to(world.server) as proxy:
        proxy.watch = trap = Trap(b"/_bulk", 2, elasticsearch_server.kill)
        with world.through(proxy.url).workers(), on_file.through(proxy.url).workers():
            wait_for(trap.sprung.is_set)
            assert not (world.is_told() and on_file.is_told())
            elasticsearch_server.start()
            world.wait_until_told()
            on_file.wait_until_told()
    world.assert_nothing_is_lost()
    on_file.assert_nothing_is_lost()
    on_file.close()


def test_workers_killed_between_upload_and_note_and_one_that_takes_over(world: World) -> None:
    change(world.site, closing=50, renamed="o3")
    lease = LEASE.total_seconds()
    for seconds, after in ((0.0, "put"), (lease, "delete")):
        with world.start(*PROGRAMS, "tell-and-die", str(seconds), after) as worker:
            code, said = worker.result()
            assert code == -signal.SIGKILL, said
        assert len(world.claimed()) == indexing.BATCH
    world.clock.ahead = LEASE
    indexing.drain(world.site)  # the second worker may be at work still, for all that anybody knows
    assert len(world.claimed()) == indexing.BATCH
    with world.start(*PROGRAMS, "work", str(2 * lease)) as last:
        world.wait_until_told()
        last.kill()
    world.assert_nothing_is_lost()


@pytest.mark.database("sqlite")
def test_a_worker_killed_in_the_middle_of_a_bulk_request(world: World) -> None:
    change(world.site, closing=50)
    with proxy_to(world.server) as proxy, world.through(proxy.url).workers() as (worker,):
        proxy.watch = trap = Trap(b"/_bulk", 1, worker.kill)
        wait_for(trap.sprung.is_set)
        assert worker.running.returncode == -signal.SIGKILL
    assert len(world.claimed()) == indexing.BATCH
    world.clock.ahead = LEASE
    indexing.drain(world.site)
    world.assert_nothing_is_lost()


@pytest.mark.database("postgresql")
def test_postgresql_killed_under_a_worker(world: World, postgresql: PostgresqlServer) -> None:
    change(world.site)

    def restart() -> None:
        postgresql.stop()
        postgresql.start()

    with proxy_to(world.server) as proxy, world.through(proxy.url).workers() as (worker,):
        proxy.watch = trap = Trap(b"/_bulk", 1, restart)
        wait_for(trap.sprung.is_set)
        change(world.site)  # by a process that was connected, and need not know of it
        world.wait_until_told()
        assert worker.running.poll() is None, worker.result()
    world.assert_nothing_is_lost()
