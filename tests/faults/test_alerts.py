"""Workers that tell of openings, killed in the middle of it, and several at once: whoever asked for it gets one letter
about each opening, and no opening is forgotten."""

from __future__ import annotations

import signal
from collections import Counter
from contextlib import ExitStack

import pytest
from sqlalchemy.engine import Engine

from portal.core.clock import system_clock
from portal.demo.builders import deadline, make_listing
from portal.settings import Settings
from portal.site import Site
from tests import people
from tests.faults.processes import PROGRAMS, Process, python
from tests.work.saving import add_search, alerts, labels_file, letters, searcher, shared_labels

__all__ = ["labels_file", "shared_labels"]  # fixtures of another file
pytestmark = pytest.mark.usefixtures("shared_labels")
NAMES, OPENED = ("Linh", "Somchai", "Mo"), 30


@pytest.fixture
def site(settings: Settings, database: Engine) -> Site:
    """Three people wait for machine learning, one of them in two ways; thirty listings open."""
    made = Site.open(settings, system_clock)
    for name in NAMES:
        searcher(made, name)
    with made.unit_of_work().begin() as session:
        add_search(made, session, people.add_person(session, "Ray"), "country=CN")
        for number in range(OPENED):
            make_listing(
                session, f"Machine learning {number}", posted_at=system_clock(),
                deadlines=[deadline("host", "2099-01-01T12:00")],
            )  # fmt: skip
    return made


def start(site: Site, stack: ExitStack, *command: str) -> Process:
    environment = {"PORTAL_DATA_DIR": site.settings.data_dir, "DATABASE_URL": site.settings.database}
    return stack.enter_context(python((*PROGRAMS, *command), environment))


def assert_each_is_told_once(site: Site) -> None:
    told = Counter((one.search_id, one.opening_id) for one in alerts(site) if one.told_at)
    assert len(told) == (len(NAMES) + 1) * OPENED
    assert set(told.values()) == {1}
    written = Counter(letter.address for letter in letters(site))
    assert written == {f"{name.lower()}@example.org": 1 for name in (*NAMES, "Ray")}
    assert {letter.parameters["number"] for letter in letters(site)} == {OPENED}


def test_a_worker_killed_at_any_point_repeats_and_loses_nothing(site: Site) -> None:
    with ExitStack() as stack:
        for point, after in (
            ("noting", (0, 0)), ("noted", (4 * OPENED, 0)), ("writing", (4 * OPENED, 0)), ("written", (4 * OPENED, 1)),
        ):  # fmt: skip
            code, said = start(site, stack, "alert-and-die", point).result()
            assert code == -signal.SIGKILL, said
            assert (len(alerts(site)), len(letters(site))) == after, point
        code, said = start(site, stack, "alert").result()
        assert code == 0, said
    assert_each_is_told_once(site)
    site.close()


def test_several_workers_at_once_repeat_nothing(site: Site) -> None:
    with ExitStack() as stack:
        for worker in [start(site, stack, "alert") for _number in range(3)]:
            code, said = worker.result()
            assert code == 0, said
    assert_each_is_told_once(site)
    site.close()
