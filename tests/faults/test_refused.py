"""Listings that Elasticsearch does not take, and a server that takes nothing: who is blamed, who waits, who is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from portal.core import outbox
from portal.core.outbox import LEASE, LONGEST_WAIT, MAX_ATTEMPTS
from portal.indexing import service as indexing
from portal.indexing.indexes import listings_index
from portal.indexing.verification import repair, verify
from portal.listings.models import Listing
from search.engine import SearchEngine
from search.errors import EngineUnavailable
from tests.faults import witness
from tests.faults.programs import change
from tests.faults.world import LISTINGS, World
from tests.servers.postgresql import PostgresqlServer

pytestmark = pytest.mark.database("sqlite")  # who is blamed is the same on both

POISON = "x" * 40_000  # a term of more than 32,766 bytes is refused
BAD = "l003"  # hosted by the organisation o3


def poison(world: World) -> None:
    """Make every listing wait, and one of them impossible to index."""
    with world.site.unit_of_work().begin() as session:
        session.get_one(Listing, BAD).concepts = [POISON]
    change(world.site)


def mend(world: World) -> None:
    """Put the listing right behind the outbox's back: it does not count as changed."""
    with world.site.unit_of_work().begin() as session:
        session.get_one(Listing, BAD).concepts = ["machine-learning"]


def try_until_parked(world: World) -> None:
    for _attempt in range(MAX_ATTEMPTS + 1):
        indexing.drain(world.site)
        world.clock.ahead += LONGEST_WAIT


def test_what_is_refused_holds_up_nothing_is_parked_visibly_and_told_once_mended(world: World) -> None:
    poison(world)
    done = indexing.drain(world.site)
    assert done.refused
    assert not done.away
    wanted, found = witness.published(world.settings.database), witness.indexed(world.server, world.alias)
    assert {one for one in wanted if found[one] != wanted[one]} == {BAD}

    try_until_parked(world)
    code, said = world.command("search", "status")
    assert (code, "parked:    1" in said) == (1, True), said
    assert f"listing {BAD}: DocumentsRejected: 1 documents were rejected" in said
    code, said = world.command("search", "verify")
    assert (code, f"older         1  {BAD}" in said) == (1, True), said

    mend(world)
    assert not world.is_told()
    assert world.command("search", "retry") == (0, "1 changes will be tried again.\n")
    assert world.command("search", "drain") == (0, "1 written, 0 removed.\n")
    world.assert_nothing_is_lost()


def test_a_change_of_what_is_parked_is_tried_at_once(world: World) -> None:
    poison(world)
    try_until_parked(world)
    mend(world)
    with world.site.unit_of_work().begin() as session:
        outbox.enqueue(session, "listing", BAD, world.clock())
    assert indexing.drain(world.site).written == 1
    world.assert_nothing_is_lost()


def test_an_organisation_is_told_of_although_one_of_its_listings_is_refused(world: World) -> None:
    """The listing itself was not changed: the trouble is noted on its row all the same, not on the organisation's."""
    with world.site.unit_of_work().begin() as session:
        session.get_one(Listing, BAD).concepts = [POISON]
        session.execute(sa.text("UPDATE organisation_names SET value = 'Renamed' WHERE organisation_id = 'o3'"))
        outbox.enqueue(session, "organisation", "o3", world.clock())
    try_until_parked(world)
    with world.site.sessions() as session:
        assert [(row.kind, row.object_id) for row in outbox.list_parked(session)] == [("listing", BAD)]
        assert outbox.list_waiting(session, parked=False) == {}
    found = witness.indexed(world.server, world.alias)
    renamed = {one for one, (_version, _title, name) in found.items() if name == "Renamed"}
    assert renamed == {f"l{number:03}" for number in range(3, LISTINGS, 12)} - {BAD}

    mend(world)
    index = listings_index(world.site)
    assert repair(world.site, index, verify(world.site, index)).ids == ()
    world.assert_nothing_is_lost()


class Full:
    """The site's engine on a server that answers, and takes no more than so many documents at once."""

    def __init__(self, engine: Any, takes: int) -> None:
        self._engine, self._takes = engine, takes
        self.refused = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def put(self, documents: list[Any]) -> int:
        if len(documents) > self._takes:
            self.refused += 1
            raise EngineUnavailable("no room")
        return int(self._engine.put(documents))


def test_a_server_without_room_is_blamed_on_no_listing(world: World) -> None:
    change(world.site, 30)
    full = Full(world.site.engine, takes=0)
    for _attempt in range(2 * MAX_ATTEMPTS):
        assert indexing.drain(replace(world.site, engine=cast("SearchEngine", full))).away
        world.clock.ahead += LONGEST_WAIT
    assert full.refused < 2 * MAX_ATTEMPTS * 10  # it is not asked for each of them
    with world.site.sessions() as session:
        assert outbox.backlog(session).parked == 0
    indexing.drain(world.site)
    world.assert_nothing_is_lost()


def test_what_does_not_fit_together_is_told_one_by_one(world: World) -> None:
    change(world.site, 30)
    full = Full(world.site.engine, takes=1)
    assert not indexing.drain(replace(world.site, engine=cast("SearchEngine", full))).away
    world.assert_nothing_is_lost()


@pytest.mark.database("postgresql")
def test_a_database_that_goes_away_is_blamed_on_no_listing(world: World, postgresql: PostgresqlServer) -> None:
    change(world.site)

    class Meanwhile:
        """The site's engine; when it is asked how it stands, the database stops."""

        def __getattr__(self, name: str) -> Any:
            if name == "status":
                postgresql.stop()
            return getattr(world.site.engine, name)

    try:
        with pytest.raises(DBAPIError):
            indexing.drain(replace(world.site, engine=cast("SearchEngine", Meanwhile())))
    finally:
        postgresql.start()
    assert witness.rows(world.settings.database, "SELECT max(attempts) FROM outbox") == [(0,)]
    world.clock.ahead = LEASE
    indexing.drain(world.site)
    world.assert_nothing_is_lost()
