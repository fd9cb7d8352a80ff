"""A site on a real Elasticsearch with some hundred listings, its clock in the test's hand, and its real processes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from click.testing import CliRunner
from sqlalchemy.orm import Session

from portal.cli import main
from portal.demo.builders import make_listing, make_organisation, partner
from portal.indexing import service as indexing
from portal.indexing.indexes import listings_index
from portal.indexing.verification import verify
from portal.settings import Settings
from portal.site import Site
from tests.faults import witness
from tests.faults.processes import PATIENCE, PORTAL, Process, python

LISTINGS, ORGANISATIONS = 240, 12
SUBJECTS = (
    "Machine learning for river floods",
    "Cross-border logistics",
    "网络安全讲席",
    "ทุนวิทยาการข้อมูล",
    "Thư viện số",
)


@dataclass
class Clock:
    """The system's clock, moved."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class World:
    """A site and what can be done to it."""

    settings: Settings
    server: str  # address of Elasticsearch itself, whatever the settings say
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.site = Site.open(self.settings, self.clock)
        self.alias = f"{self.settings.elasticsearch_prefix}listings"

    def fill(self) -> None:
        """Organisations and listings, and an index of them."""
        with self.site.unit_of_work().begin() as session:
            fill(session)
        indexing.rebuild(self.site)

    def through(self, url: str) -> World:
        """The same site, asking Elasticsearch at another address."""
        return World(replace(self.settings, elasticsearch_url=url), self.server, self.clock)

    # -- processes

    @property
    def environment(self) -> dict[str, str]:
        """The settings as a process gets them."""
        return {
            "PORTAL_DATA_DIR": self.settings.data_dir,
            "DATABASE_URL": self.settings.database,
            "ELASTICSEARCH_URL": self.settings.elasticsearch_url,
            "ELASTICSEARCH_PREFIX": self.settings.elasticsearch_prefix,
        }

    def start(self, *command: str) -> AbstractContextManager[Process]:
        """A process of this site."""
        return python(command, self.environment)

    def command(self, *arguments: str) -> tuple[int, str]:
        """The exit code of a `portal` command, run in this process, and what it says."""
        done = CliRunner().invoke(main, arguments, env=self.environment)
        return done.exit_code, done.output

    @contextmanager
    def workers(self, number: int = 1) -> Iterator[list[Process]]:
        """Real workers that are at work; asked to stop at the end, when those that still run have to end well."""
        with ExitStack() as stack:
            started = [stack.enter_context(self.start(*PORTAL, "worker")) for _ in range(number)]
            for worker in started:
                wait_for(partial(worker.has_said, "The worker has started."))
            yield started
            for worker in started:
                if worker.running.poll() is None:
                    code, said = worker.end()
                    assert code == 0, said

    # -- judgement

    def is_told(self) -> bool:
        """Whether nothing waits."""
        return witness.untold(self.settings.database) == 0

    def wait_until_told(self) -> None:
        """Wait for the workers to come to the end."""
        wait_for(self.is_told)

    def claimed(self) -> list[str]:
        """The ids of objects that some worker has claimed."""
        found = witness.rows(self.settings.database, "SELECT object_id FROM outbox WHERE claim IS NOT NULL")
        return [row[0] for row in found]

    def assert_nothing_is_lost(self) -> None:
        """The index has exactly what the database has: by the portal's own comparison, and by one that shares nothing
        with it."""
        assert self.is_told()
        found = verify(self.site, listings_index(self.site))
        assert (found.ids, found.waiting) == ((), 0)
        wanted = witness.published(self.settings.database)
        assert found.compared == len(wanted)
        assert witness.indexed(self.server, self.alias) == wanted

    def close(self) -> None:
        """Leave nothing on the server."""
        self.site.close()
        for name in self.indices():
            witness.call(self.server, "DELETE", name)
        witness.call(self.server, "DELETE", f"{self.settings.elasticsearch_prefix}locks?ignore_unavailable=true")

    def indices(self) -> list[str]:
        """All our indices."""
        return sorted(witness.call(self.server, "GET", f"{self.alias}-*"))


def fill(session: Session) -> None:
    """Organisations o0…, listings l000… with a host and a partner."""
    hosts = [make_organisation(session, f"University {number}", id=f"o{number}") for number in range(ORGANISATIONS)]
    session.flush()
    for number in range(LISTINGS):
        host, other = hosts[number % ORGANISATIONS], hosts[(number * 7 + 1) % ORGANISATIONS]
        title = f"{SUBJECTS[number % len(SUBJECTS)]} {number}"
        make_listing(session, title, id=f"l{number:03}", organisation=host, partners=[partner(other, "home")])


def wait_for(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
