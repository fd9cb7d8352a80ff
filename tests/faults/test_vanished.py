"""The index, its alias or the newest changes of the database vanish behind the portal's back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.demo.builders import make_listing
from portal.indexing import service as indexing
from portal.indexing.indexes import listings_index
from portal.indexing.verification import repair, verify
from portal.organisations.models import Organisation
from tests.faults import witness
from tests.faults.programs import change
from tests.faults.world import LISTINGS, World
from tests.servers.postgresql import PostgresqlServer


def delete_index(world: World) -> None:
    (name,) = world.indices()
    witness.call(world.server, "DELETE", name)


def delete_alias(world: World) -> None:
    (name,) = world.indices()
    witness.call(world.server, "DELETE", f"{name}/_alias/{world.alias}")


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("vanish", "mend"), [(delete_index, ("search", "verify", "--repair")), (delete_alias, ("search", "rebuild"))]
)
def test_an_index_that_vanished_is_missed_and_made_again(
    world: World, vanish: Callable[[World], None], mend: tuple[str, ...]
) -> None:
    vanish(world)
    code, said = world.command("search", "verify")
    assert (code, f"missing     {LISTINGS}  l000, l001" in said) == (1, True), said
    code, said = world.command("search", "status")
    assert (code, "old or missing: run `portal search rebuild`" in said) == (1, True), said

    # A worker makes no index of the few changes it is told of: searches would take it for everything there is.
    change(world.site, 100, closing=20)
    assert indexing.drain(world.site) == indexing.Drained(away=True)
    assert not world.site.engine.status().documents
    with world.workers():
        code, said = world.command(*mend)
        assert code == 0, said
        world.wait_until_told()
    world.assert_nothing_is_lost()


@pytest.mark.database("sqlite")
def test_a_new_site_needs_no_rebuild(world: World) -> None:
    """Where everything waits, nothing is missing from what telling it makes."""
    delete_index(world)
    with world.site.unit_of_work().begin() as session:
        session.execute(sa.text("UPDATE outbox SET told = 0"))
        session.execute(sa.text("UPDATE outbox SET queued_at = :now"), {"now": world.clock()})
    indexing.drain(world.site)
    world.assert_nothing_is_lost()


# -- a database restored from an older copy

Restore = Callable[[], None]


@pytest.fixture
def copy_database(world: World, request: pytest.FixtureRequest) -> Callable[[], Restore]:
    """Copies the database of the site, and hands out what puts the copy in its place."""
    name = str(world.site.database.url.database)

    def copy_file() -> Restore:
        _copy(name, f"{name}.copy")
        return lambda: _copy(f"{name}.copy", name)

    def copy_on_server() -> Restore:
        server: PostgresqlServer = request.getfixturevalue("postgresql")
        world.site.database.dispose()  # nobody may be connected
        server.create_database(f"{name}-copy", name)
        request.addfinalizer(lambda: server.drop_database(f"{name}-copy"))

        def restore() -> None:
            world.site.database.dispose()
            server.drop_database(name)
            server.create_database(name, f"{name}-copy")

        return restore

    return copy_file if world.site.database.dialect.name == "sqlite" else copy_on_server


def _copy(source: str, target: str) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def change_and_lose(world: World, copy_database: Callable[[], Restore]) -> None:
    """What the index has learned after the copy was made: changes of all listings, fewer of them, and a new one."""
    restore = copy_database()
    with world.site.unit_of_work().begin() as session:
        make_listing(session, "Nobody will know", id="new", organisation=session.get_one(Organisation, "o0"))
    change(world.site, closing=20, renamed="o3")
    indexing.drain(world.site)
    world.assert_nothing_is_lost()
    restore()
    world.clock.ahead += timedelta(minutes=5)


def test_an_index_newer_than_the_database_is_named_and_mended(
    world: World, copy_database: Callable[[], Restore]
) -> None:
    change_and_lose(world, copy_database)
    found = verify(world.site, listings_index(world.site))
    assert (len(found.missing), found.extra, len(found.newer)) == (20, ("new",), LISTINGS - 20)
    code, said = world.command("search", "verify")
    assert (code, f"newer       {LISTINGS - 20}  l020" in said) == (1, True), said
    assert repair(world.site, listings_index(world.site), found).ids == ()
    world.assert_nothing_is_lost()


def test_changes_of_a_restored_database_outdo_what_the_index_learned_before(
    world: World, copy_database: Callable[[], Restore]
) -> None:
    """Nobody looked at first: as many changes as were lost are made, and would have the numbers of the lost ones."""
    change_and_lose(world, copy_database)
    change(world.site)
    indexing.drain(world.site)
    assert verify(world.site, listings_index(world.site)).ids == ("new",)
    wanted, found = witness.published(world.settings.database), witness.indexed(world.server, world.alias)
    assert {one: found[one] for one in wanted} == wanted
    assert world.command("search", "verify", "--repair")[0] == 0
    world.assert_nothing_is_lost()
