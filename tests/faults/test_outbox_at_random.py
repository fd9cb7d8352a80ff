"""Whatever workers, people, a rebuild and the clock do to the outbox in whatever order: no change is lost, and no row
is left that nobody will try again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session, sessionmaker

from portal.core import outbox
from portal.core.outbox import LONGEST_WAIT, Key, OutboxEntry
from tests.moments import NOW

KEYS: tuple[Key, ...] = (("listing", "a"), ("organisation", "a"))  # few, so that all meet at them
EVENTS = (
    *("change", "claim") * 2, *("go_on",) * 5, "move_clock", "set_clock", "think_better_of_it", "retry", "give_a_sign",
    "give_up", "refuse", "rebuild",
)  # fmt: skip
Index = dict[Key, tuple[int, int]]  # version and content


@dataclass
class Worker:
    """A claim, and what of it has been read."""

    name: str
    keys: list[Key]
    read: Index = field(default_factory=dict)
    has_told: bool = False


class Machine(RuleBasedStateMachine):
    """A database with an outbox, and an index that keeps of each object the highest version."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        super().__init__()
        self.sessions = sessions
        self.now = NOW
        self.content = dict.fromkeys(KEYS, 0)
        self.index: Index = {}
        self.new_index: Index | None = None  # being built
        self.seen: dict[Key, int] = {}
        self.numbers: dict[Key, int] = {}
        self.names = 0
        self.at_work: list[Worker] = []
        with sessions.begin() as session:
            session.execute(sa.delete(OutboxEntry))

    @rule(event=st.sampled_from(EVENTS), place=st.integers(0, 1))
    def happen(self, event: str, place: int) -> None:
        """One rule for all events: of several, Hypothesis would leave some out of a whole run."""
        getattr(self, event)(place)

    # -- people

    def change(self, place: int) -> None:
        with self.sessions.begin() as session:
            outbox.enqueue(session, *KEYS[place], self.now)
            row = session.get_one(OutboxEntry, KEYS[place])
            assert row.parked_at is None  # it may be mended now
            assert row.claim or row.next_try_at is None
        self.content[KEYS[place]] += 1

    def think_better_of_it(self, place: int) -> None:
        with self.sessions() as session:
            outbox.enqueue(session, *KEYS[place], self.now)
            session.rollback()

    def retry(self, _place: int) -> None:
        with self.sessions.begin() as session:
            outbox.unpark(session)

    def move_clock(self, place: int) -> None:
        self.now += timedelta(seconds=(61, 301)[place])

    def set_clock(self, place: int) -> None:
        self.now += timedelta(hours=(-5, 3)[place])

    # -- workers: each claims, reads, tells, and comes to some end; one that is never heard of again has died

    def claim(self, place: int) -> None:
        self.names += 1
        worker = Worker(f"w{self.names}", [])
        with self.sessions.begin() as session:
            worker.keys = outbox.claim(session, worker.name, self.now, 1 + place)
        if worker.keys:
            self.at_work.append(worker)

    def go_on(self, place: int) -> None:
        for worker in self.at_work[place:][:1]:
            if not worker.read:
                worker.read = {key: self._current(key) for key in worker.keys}
            elif not worker.has_told:
                self._put(worker.read)
                worker.has_told = True
            else:
                self.at_work.remove(worker)
                self._settle(worker, worker.keys)

    def give_a_sign(self, place: int) -> None:
        for worker in self.at_work[place:][:1]:
            with self.sessions.begin() as session:
                outbox.extend(session, worker.name, self.now)

    def give_up(self, place: int) -> None:
        for worker in self.at_work[place:][:1]:
            self.at_work.remove(worker)
            with self.sessions.begin() as session:
                outbox.release(session, worker.name)

    def refuse(self, place: int) -> None:
        """The index refuses the first of what a worker has: it is parked, or tried later."""
        for worker in self.at_work[:1]:
            self.at_work.remove(worker)
            with self.sessions.begin() as session:
                outbox.fail(session, worker.name, worker.keys[0], "refused", self.now, (None, 1)[place])

    # -- a rebuild

    def rebuild(self, _place: int) -> None:
        """Begin one, or finish the one that was begun."""
        if self.new_index is not None:
            self.index, self.new_index = self.new_index, None
            with self.sessions.begin() as session:
                outbox.settle_all(session, self.seen)
            return
        with self.sessions() as session:
            self.seen = outbox.list_waiting(session)
        self.new_index = {key: self._current(key) for key in KEYS}

    # -- what must hold

    @invariant()
    def what_does_not_wait_is_known(self) -> None:
        for row in self._rows():
            key = (row.kind, row.object_id)
            assert (row.queued_at is None) == (row.told == row.changes)
            assert row.told <= row.changes
            if row.queued_at is None:
                assert self.index[key] == (row.changes, self.content[key])

    @invariant()
    def whatever_changed_has_a_row(self) -> None:
        rows = {(row.kind, row.object_id) for row in self._rows()}
        assert rows == {key for key, content in self.content.items() if content}

    @invariant()
    def numbers_only_grow(self) -> None:
        for row in self._rows():
            key = (row.kind, row.object_id)
            assert row.changes >= self.numbers.get(key, 1)
            self.numbers[key] = row.changes

    @invariant()
    def what_is_parked_can_be_seen(self) -> None:
        with self.sessions() as session:
            shown = {(row.kind, row.object_id) for row in outbox.list_parked(session)}
        assert shown == {(row.kind, row.object_id) for row in self._rows() if row.parked_at}

    def teardown(self) -> None:
        """One worker that works on comes to the end."""
        with self.sessions.begin() as session:
            outbox.unpark(session)
        self.now += LONGEST_WAIT
        last = Worker("last", [])
        for _time in range(2 * len(KEYS)):
            with self.sessions.begin() as session:
                last.keys = outbox.claim(session, last.name, self.now, 1)
            self._put({key: self._current(key) for key in last.keys})
            self._settle(last, last.keys)
        assert {key: self.index[key] for key in self.numbers} == {key: self._current(key) for key in self.numbers}
        assert all(row.queued_at is None and row.claim is None for row in self._rows())

    # -- how it is done

    def _rows(self) -> list[OutboxEntry]:
        with self.sessions() as session:
            return list(session.scalars(sa.select(OutboxEntry)))

    def _current(self, key: Key) -> tuple[int, int]:
        with self.sessions() as session:
            return outbox.latest_changes(session, key[0], [key[1]]).get(key[1], 0), self.content[key]

    def _put(self, documents: Index) -> None:
        for index in (self.index, self.new_index):
            if index is not None:
                _keep_newest(index, documents)

    def _settle(self, worker: Worker, keys: list[Key]) -> None:
        with self.sessions.begin() as session:
            others = outbox.settle(session, worker.name, keys)
        for key in others:
            with self.sessions.begin() as session:
                outbox.settle_alone(session, worker.name, key, self.now)


def _keep_newest(index: Index, documents: Index) -> None:
    for key, (version, content) in documents.items():
        if version > index.get(key, (-1, 0))[0]:
            index[key] = (version, content)


def test_no_order_of_events_loses_a_change(sessions: sessionmaker[Session]) -> None:
    modest = settings(
        max_examples=40, stateful_step_count=50, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(lambda: Machine(sessions), settings=modest)
