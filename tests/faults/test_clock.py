"""The clock of the machine goes back by hours, and forward again."""

from __future__ import annotations

from datetime import timedelta

from portal.core.outbox import LONGEST_WAIT
from portal.indexing import service as indexing
from tests.faults import witness
from tests.faults.processes import PROGRAMS
from tests.faults.programs import change
from tests.faults.world import World


def test_changes_before_and_after_the_clock_went_back_are_told(world: World) -> None:
    change(world.site, closing=20)
    with world.start(*PROGRAMS, "tell-and-die", "0", "put") as worker:
        worker.result()  # its claim runs out by the old clock
    seen = witness.indexed(world.server, world.alias)

    world.clock.ahead = -LONGEST_WAIT / 2  # less than what tells an old time from a new one: the claim holds, no longer
    indexing.drain(world.site)
    assert world.claimed()

    world.clock.ahead = -timedelta(hours=5)
    change(world.site, closing=40, renamed="o3")
    indexing.drain(world.site)
    world.assert_nothing_is_lost()
    now = witness.indexed(world.server, world.alias)
    assert all(now[one][0] > seen[one][0] for one in now)

    world.clock.ahead = timedelta(hours=5)
    change(world.site)
    indexing.drain(world.site)
    world.assert_nothing_is_lost()
