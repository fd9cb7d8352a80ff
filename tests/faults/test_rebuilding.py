"""The index built anew while changes go on, the process killed in the middle, and two of them at once."""

from __future__ import annotations

import signal
from contextlib import ExitStack

import pytest

from portal.core.errors import Conflict
from portal.indexing import service as indexing
from search.elastic.lock import PATIENCE, Locked
from tests.faults.processes import PORTAL, PROGRAMS
from tests.faults.programs import change
from tests.faults.proxy import Gate, Trap, proxy_to
from tests.faults.world import ORGANISATIONS, World, wait_for

EDITORS, EACH, MANY = 2, 250, 300


def test_a_rebuild_killed_while_changes_go_on_and_another_one_after_it(world: World) -> None:
    with ExitStack() as stack:
        stack.enter_context(world.workers(2))
        editors = [
            stack.enter_context(world.start(*PROGRAMS, "edit", str(seed), str(EACH), str(MANY), str(ORGANISATIONS)))
            for seed in range(EDITORS)
        ]
        proxy = stack.enter_context(proxy_to(world.server))
        first = stack.enter_context(world.through(proxy.url).start(*PORTAL, "search", "rebuild"))
        proxy.watch = trap = Trap(b"/" + world.alias.encode() + b"-building/_bulk", 1, first.kill)
        wait_for(trap.sprung.is_set)
        assert first.running.returncode == -signal.SIGKILL
        assert len(world.indices()) == 2  # the one that serves, and what the dead process left

        code, said = world.command("search", "rebuild")
        assert (code, "taken for dead" in said) == (1, True), said
        world.clock.ahead = PATIENCE
        indexing.rebuild(world.site)
        world.clock.ahead -= PATIENCE
        for editor in editors:
            assert editor.result() == (0, f"{EACH} changes")
        world.wait_until_told()
    assert len(world.indices()) == 1
    world.assert_nothing_is_lost()


def test_of_two_rebuilds_at_once_the_second_is_refused_and_changes_go_on(world: World) -> None:
    with proxy_to(world.server) as proxy, world.through(proxy.url).start(*PORTAL, "search", "rebuild") as first:
        gate = Gate(b"-building/_bulk")
        proxy.watch = gate.trap
        wait_for(gate.reached.is_set)
        try:
            code, said = world.command("search", "rebuild")
            assert (code, said) == (1, "Error: The index is being built anew by another process.\n")
            with pytest.raises(Conflict):
                indexing.rebuild(world.site)
            change(world.site, closing=30)
            indexing.drain(world.site)
            assert world.is_told()
        finally:
            gate.open()
        code, said = first.result()
        assert (code, "240 listings indexed." in said) == (0, True), said
    world.assert_nothing_is_lost()


@pytest.mark.database("sqlite")
def test_a_rebuild_after_the_clock_went_back_is_not_refused_for_hours(world: World) -> None:
    with proxy_to(world.server) as proxy, world.through(proxy.url).start(*PORTAL, "search", "rebuild") as first:
        proxy.watch = trap = Trap(b"-building/_bulk", 1, first.kill)
        wait_for(trap.sprung.is_set)
    with pytest.raises(Locked):
        indexing.rebuild(world.site)
    world.clock.ahead = -2 * PATIENCE
    indexing.rebuild(world.site)
    world.assert_nothing_is_lost()
