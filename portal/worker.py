"""The worker: does what need not be done while somebody waits. A new job is a line in `JOBS`."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from portal.alerts.jobs import tell_of_openings
from portal.core.errors import Unavailable
from portal.indexing.service import tell_listings, tell_people
from portal.mail.sending import send_letters
from portal.mail.smtp import Connection
from portal.matching.invitations.jobs import end_old_invitations
from portal.posting.bulk.jobs import run_bulk_imports
from portal.posting.partners.jobs import ask_named_partners
from portal.posting.publication import jobs as publication
from portal.rights import jobs as periods
from portal.settings import Settings
from portal.site import Site

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0  # while something that a job needs is away


@dataclass(frozen=True)
class Job:
    """Something to do again and again. `run` does a part of what waits, little enough that other jobs can wait for it,
    and says whether there is more; it raises `Unavailable` where it needs something that is away. Any number of workers
    run it at once."""

    name: str
    run: Callable[[Site], bool]
    every: float  # seconds between two looks when nothing waits


INDEX = Job("index", tell_listings, 1)
PEOPLE = Job("people", tell_people, 1)
LETTERS = Job("letters", send_letters, 1)
JOBS = (
    INDEX,
    PEOPLE,
    LETTERS,
    Job("imports", run_bulk_imports, 2),
    *(Job(name, run, 60) for name, run in publication.JOBS.items()),
    Job("alerts", tell_of_openings, 15),
    Job("partners", ask_named_partners, 20),
    Job("old invitations", end_old_invitations, 3600),
    *(Job(name, run, 3600) for name, run in periods.JOBS.items()),
)


def jobs_of(settings: Settings) -> Sequence[Job]:
    """The jobs of a site: without a server for letters, these stay where they are. Raises `Invalid` where what is set
    for them cannot be right."""
    if settings.smtp_url:
        Connection(settings)
        return JOBS
    logger.warning("SMTP_URL is empty: letters are kept and not sent; `portal mail list` shows them")
    return [job for job in JOBS if job is not LETTERS]


def work(site: Site, stop: threading.Event, jobs: Sequence[Job]) -> None:
    """Do the jobs in turn until `stop` is set; what has been begun is finished first.

    Any number of workers may run at once. An outage is waited for, longer and longer, and holds up no other job.
    """
    turns = [_Turn(job) for job in jobs]
    while not stop.is_set():
        for turn in turns:
            if turn.due <= time.monotonic() and not stop.is_set():
                turn.take(site)
        stop.wait(max(0.0, min(turn.due for turn in turns) - time.monotonic()))


class _Turn:
    """When a job is to be done next."""

    def __init__(self, job: Job) -> None:
        self.due = 0.0
        self._job = job
        self._failures = 0

    def take(self, site: Site) -> None:
        """Do the job once."""
        try:
            more = self._job.run(site)
        except (Unavailable, DBAPIError) as error:
            reason = error.orig if isinstance(error, DBAPIError) else error.parameters.get("reason", error.code)
            logger.warning("%s: waiting, since something is away: %s", self._job.name, reason)
            pause = self._longer()
        except Exception:  # a mistake in one job stops no other one
            logger.exception("%s: failed", self._job.name)
            pause = self._longer()
        else:
            self._failures = 0
            pause = 0.0 if more else self._job.every
        self.due = time.monotonic() + pause

    def _longer(self) -> float:
        self._failures += 1
        return min(2.0**self._failures, LONGEST_PAUSE)
