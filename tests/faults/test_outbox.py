"""The outbox's statements meeting those of others at the worst moment; no index is needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from portal.core import outbox
from portal.core.database import create_engine
from portal.core.outbox import FIRST_MINUTE, LEASE, LONGEST_WAIT, MAX_ATTEMPTS, OutboxEntry
from portal.indexing.labels import LabelIndexCache
from search.concepts.thesaurus import Thesaurus
from tests.moments import NOW

A, B, C = (("listing", name) for name in "abc")
Sessions = sessionmaker[Session]


def enqueue(sessions: Sessions, *keys: outbox.Key, at: timedelta = timedelta()) -> None:
    with sessions.begin() as session:
        for key in keys:
            outbox.enqueue(session, *key, NOW + at)


def claim(sessions: Sessions, name: str, at: timedelta = timedelta()) -> set[outbox.Key]:
    with sessions.begin() as session:
        return set(outbox.claim(session, name, NOW + at, 10))


def settle(sessions: Sessions, name: str, *keys: outbox.Key) -> list[outbox.Key]:
    with sessions.begin() as session:
        return outbox.settle(session, name, keys)


def row(sessions: Sessions, key: outbox.Key) -> OutboxEntry:
    with sessions() as session:
        return session.get_one(OutboxEntry, key)


@contextmanager
def just_before(database: Engine, statement: str, action: Callable[[], object]) -> Iterator[None]:
    """Let somebody else do something right before the first statement that begins so."""
    waiting = [action]

    def act(_connection: Any, _cursor: Any, text: str, *_others: object) -> None:
        if waiting and text.startswith(statement):
            waiting.pop()()

    event.listen(database, "before_cursor_execute", act)
    try:
        yield
    finally:
        event.remove(database, "before_cursor_execute", act)
    assert not waiting


@pytest.mark.database("postgresql")  # in a file one writes at a time: nobody can hold one row and want another
def test_a_worker_waits_for_nobody_while_it_holds_rows(sessions: Sessions) -> None:
    """An import changes b, then a; a worker that settles both in between must not make the import fail."""
    enqueue(sessions, A, B)
    assert claim(sessions, "worker") == {A, B}
    with sessions.begin() as importing:
        outbox.enqueue(importing, *B, NOW)
        others: list[outbox.Key] = []
        settling = threading.Thread(target=lambda: others.extend(settle(sessions, "worker", A, B)))
        settling.start()
        settling.join(20)
        outbox.enqueue(importing, *A, NOW)
    settling.join()
    assert others == [B]
    with sessions.begin() as session:
        outbox.settle_alone(session, "worker", B, NOW)
    for key in (A, B):
        found = row(sessions, key)
        assert (found.changes - found.told, found.claim, found.next_try_at) == (1, None, None)


def test_a_claim_that_was_taken_over_is_told_once_more(sessions: Sessions) -> None:
    enqueue(sessions, A, B)
    assert claim(sessions, "slow") == {A, B}
    assert claim(sessions, "early", LEASE - timedelta(seconds=1)) == set()
    assert claim(sessions, "quick", LEASE) == {A, B}
    assert settle(sessions, "quick", A, B) == []
    assert settle(sessions, "slow", A, B) == [A, B]
    with sessions.begin() as session:
        outbox.settle_alone(session, "slow", A, NOW)
    assert claim(sessions, "last") == {A}


def test_a_change_leaves_a_claim_to_its_owner_and_waits(sessions: Sessions) -> None:
    enqueue(sessions, A)
    claim(sessions, "worker")
    enqueue(sessions, A)
    assert claim(sessions, "other") == set()
    assert settle(sessions, "worker", A) == []
    assert claim(sessions, "other") == {A}


def test_a_rebuild_knows_no_less_than_workers_have_told_meanwhile(sessions: Sessions) -> None:
    enqueue(sessions, A, B)
    with sessions() as session:
        seen = outbox.list_waiting(session)
    enqueue(sessions, A, B)
    claim(sessions, "worker")
    settle(sessions, "worker", A)
    with sessions.begin() as session:
        outbox.settle_all(session, seen)
        assert outbox.list_waiting(session).keys() == {B}
    assert row(sessions, A).told == row(sessions, A).changes
    assert row(sessions, B).told == row(sessions, B).changes - 1


def test_a_sign_of_life_keeps_a_claim_and_a_lost_one_is_not_won_back(sessions: Sessions) -> None:
    enqueue(sessions, A)
    claim(sessions, "slow")
    with sessions.begin() as session:
        outbox.extend(session, "slow", NOW + LEASE / 2)
    assert claim(sessions, "early", LEASE) == set()
    assert claim(sessions, "quick", LEASE * 3 / 2) == {A}
    with sessions.begin() as session:
        outbox.extend(session, "slow", NOW + LEASE * 3)
        outbox.fail(session, "slow", A, "too late to say", NOW)
        outbox.release(session, "slow")
    assert (row(sessions, A).claim, row(sessions, A).attempts) == ("quick", 0)


def test_a_change_is_not_parked_for_what_was_refused_before_it(sessions: Sessions, database: Engine) -> None:
    enqueue(sessions, A)
    with sessions.begin() as session:
        session.execute(sa.update(OutboxEntry).values(attempts=MAX_ATTEMPTS - 1))
    claim(sessions, "worker")
    with (
        just_before(database, "UPDATE outbox", lambda: enqueue(sessions, A)),
        sessions.begin() as session,
    ):
        outbox.fail(session, "worker", A, "cannot be read", NOW)
    found = row(sessions, A)
    assert (found.parked_at, found.attempts) == (None, 1)


def test_what_is_refused_is_parked_in_the_end_and_what_fails_is_tried_for_ever(sessions: Sessions) -> None:
    enqueue(sessions, A, B)
    at = timedelta()
    for _attempt in range(MAX_ATTEMPTS + 2):
        claim(sessions, "worker", at)
        with sessions.begin() as session:
            outbox.fail(session, "worker", A, "cannot be read", NOW + at)
            outbox.fail(session, "worker", B, "no room", NOW + at, last=None)
        at += LONGEST_WAIT
    with sessions() as session:
        assert [(one.object_id, one.attempts) for one in outbox.list_parked(session)] == [("a", MAX_ATTEMPTS)]
        assert outbox.list_waiting(session, parked=False).keys() == {B}
        assert outbox.list_waiting(session).keys() == {A, B}
    with sessions.begin() as session:
        assert outbox.unpark(session) == 1
    assert claim(sessions, "worker", at) == {A, B}


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_jumps_holds_nothing_up(sessions: Sessions, hours: int) -> None:
    enqueue(sessions, A, B, C)
    before = {key: row(sessions, key).changes for key in (A, B, C)}
    claim(sessions, "dead")
    with sessions.begin() as session:
        outbox.fail(session, "dead", A, "cannot be read", NOW)
    jump = timedelta(hours=hours)
    enqueue(sessions, B, C, at=jump)
    assert claim(sessions, "other", jump) == {A, B, C}
    assert settle(sessions, "other", A, B, C) == []
    enqueue(sessions, A, B, C, at=jump - timedelta(hours=1))
    assert all(row(sessions, key).changes > before[key] for key in before)


def test_no_number_is_given_twice_by_a_database_restored_from_an_older_copy(sessions: Sessions) -> None:
    enqueue(sessions, A)
    with sessions.begin() as session:
        (copy,) = session.execute(sa.select(OutboxEntry.changes)).one()
    enqueue(sessions, A, at=timedelta(minutes=30))
    lost = row(sessions, A).changes
    with sessions.begin() as session:
        session.execute(sa.update(OutboxEntry).values(changes=copy))
    enqueue(sessions, A, at=timedelta(minutes=31))
    assert row(sessions, A).changes > lost > copy > (NOW - FIRST_MINUTE).days


@pytest.mark.database("postgresql")
def test_a_server_that_isolates_more_is_told_what_is_relied_on(database: Engine, sessions: Sessions) -> None:
    name = database.url.database
    with sessions.begin() as session:
        session.execute(sa.text(f'ALTER DATABASE "{name}" SET default_transaction_isolation = serializable'))
    engine = create_engine(database.url.render_as_string(hide_password=False))
    strict = sessionmaker(engine)
    enqueue(strict, A)
    with strict.begin() as session:
        session.execute(sa.select(OutboxEntry)).all()  # where isolated, this moment is all that is seen from now on
        enqueue(strict, A)
        outbox.enqueue(session, *A, NOW)
    engine.dispose()
    assert row(sessions, A).changes - row(sessions, A).told >= 3


@pytest.mark.database("sqlite")
def test_the_directory_is_looked_at_with_a_sum_made_by_the_database(
    sessions: Sessions, database: Engine, tmp_path: Path
) -> None:
    labels = LabelIndexCache(
        sessions, Thesaurus([], ("en",)), tmp_path, timer=iter((0.0, 10.0, 10.0, 20.0, 20.0)).__next__
    )
    first = labels.get()
    asked: list[str] = []
    event.listen(database, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert labels.get() is first
    assert ["sum(" in statement for statement in asked] == [True]
    enqueue(sessions, ("organisation", "o"))
    assert labels.get() is not first
