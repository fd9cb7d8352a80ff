"""A thousand changes by several processes at once, of few objects and of many, while several workers tell of them."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.faults import witness
from tests.faults.processes import PROGRAMS
from tests.faults.programs import change
from tests.faults.world import ORGANISATIONS, World, wait_for

EDITORS, EACH = 4, 250


@pytest.mark.parametrize(
    ("workers", "listings", "organisations"),
    [
        pytest.param(2, 10, 2, id="two workers, few objects"),
        pytest.param(3, 300, ORGANISATIONS, id="three workers, many objects"),
    ],
)
def test_a_thousand_changes_at_once(world: World, workers: int, listings: int, organisations: int) -> None:
    with ExitStack() as stack:
        stack.enter_context(world.workers(workers))
        change(world.site)
        world.wait_until_told()  # all is loaded that a worker needs
        before = told(world)
        editors = [
            stack.enter_context(world.start(*PROGRAMS, "edit", str(seed), str(EACH), str(listings), str(organisations)))
            for seed in range(EDITORS)
        ]
        wait_for(lambda: told(world) > before)  # the workers are at it meanwhile
        for editor in editors:
            assert editor.result() == (0, f"{EACH} changes")
        world.wait_until_told()
    world.assert_nothing_is_lost()


def told(world: World) -> int:
    """A number that grows with everything the index is told of."""
    return int(witness.rows(world.settings.database, "SELECT sum(told) FROM outbox")[0][0])
