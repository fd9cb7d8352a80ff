"""The worker's loop: jobs take turns, and one that fails holds up no other one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

import pytest
from sqlalchemy.exc import OperationalError

from portal import worker
from portal.core.errors import Unavailable
from portal.site import Site
from portal.worker import Job, work

SITE = cast("Site", object())


def done(*jobs: Callable[[], bool], every: float = 0.01, turns: int = 6) -> list[str]:
    """Which jobs were done, in turn, until so many turns were taken in all."""
    stop, order = threading.Event(), list[str]()

    def counted(job: Callable[[], bool]) -> Callable[[Site], bool]:
        def run(site: Site) -> bool:
            assert site is SITE
            order.append(job.__name__)
            if len(order) == turns:
                stop.set()
            return job()

        return run

    work(SITE, stop, [Job(job.__name__, counted(job), every) for job in jobs])
    return order


def busy() -> bool:
    return True


def idle() -> bool:
    return False


def away() -> bool:
    raise Unavailable("mail.away", reason="421 closing")


def no_database() -> bool:
    raise OperationalError("SELECT", {}, Exception("no database"))


def broken() -> bool:
    raise ZeroDivisionError


def test_jobs_with_more_to_do_take_turns() -> None:
    def other() -> bool:
        return True

    assert done(busy, other) == ["busy", "other"] * 3


def test_a_job_without_work_waits_for_its_time() -> None:
    assert done(idle, busy, every=60) == ["idle", *["busy"] * 5]
    assert done(idle, turns=3) == ["idle"] * 3


@pytest.mark.parametrize(
    ("job", "said"), [(away, "421 closing"), (no_database, "no database"), (broken, "ZeroDivisionError")]
)
def test_a_job_that_fails_holds_up_no_other_one(
    job: Callable[[], bool], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert done(job, busy) == [job.__name__, *["busy"] * 5]
    assert said in caplog.text


def test_an_outage_is_waited_for_longer_and_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = list[float]()

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            clock[0] += timeout or 0
            waits.append(round(timeout or 0))
            return len(waits) == 7 and not self.set()

    clock = [0.0]
    monkeypatch.setattr(worker.time, "monotonic", lambda: clock[0])
    work(SITE, Stop(), [Job("away", lambda _site: away(), 1)])
    assert waits == [2, 4, 8, 16, 30, 30, 30]
