"""Changes that the search index has yet to learn of: noted in the same transaction as the change itself.

There is one row for each object that ever changed. `changes` is the number of its latest change: each is higher than
the one before, whatever the clock does, for versions of documents are made of it. `told` is the latest that the index
knows; a row waits while the two differ. A worker claims rows for a while (`claim` names who, `claimed` the change it
saw, `next_try_at` until when), tells the index without holding any lock, and then settles its claim: a change made
meanwhile keeps waiting.

No number is below the minute in which it is given: a database restored from an older copy would else give numbers that
the index has seen already, for other changes, and the index would take the new ones for old.

Those who change objects wait for each other's rows; workers never wait for a row while they hold another one, so that
nobody's change is rolled back to end a deadlock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.database import Base, Instant, insert_or

MAX_ATTEMPTS = 8
LEASE = timedelta(seconds=60)  # a worker that says nothing for so long is taken to be gone
LONGEST_WAIT = timedelta(minutes=5)
ERROR_LENGTH = 500
FIRST_MINUTE = datetime(2026, 1, 1, tzinfo=UTC)

Key = tuple[str, str]  # kind and id of an object


class OutboxEntry(Base):
    """One object that changed; see the module's docstring."""

    __tablename__ = "outbox"

    kind: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    object_id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    changes: Mapped[int] = mapped_column(sa.BigInteger, default=1)
    told: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    queued_at: Mapped[datetime | None] = mapped_column(Instant(), index=True)  # the oldest change that waits
    claim: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    claimed: Mapped[int | None] = mapped_column(sa.BigInteger)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant())
    error: Mapped[str | None] = mapped_column(sa.String(ERROR_LENGTH))
    parked_at: Mapped[datetime | None] = mapped_column(Instant())


_TABLE = cast("sa.Table", OutboxEntry.__table__)
_ROW = _TABLE.c


@dataclass(frozen=True)
class Backlog:
    """How much waits; `parked` of it is not tried any more until someone says so, or the object changes again."""

    waiting: int
    parked: int
    oldest: datetime | None


def enqueue(session: Session, kind: str, object_id: str, now: datetime, above: int = 0) -> None:
    """Note, in this transaction, that an object changed; the number of the change is higher than `above`.

    A row that was parked or backing off is tried again at once: the change may have mended it.
    """
    above = max(above, (now - FIRST_MINUTE) // timedelta(minutes=1))
    session.flush()  # the object's own row is locked before its row here, always in this order
    new = insert_or(session, _TABLE).values(
        kind=kind, object_id=object_id, changes=above + 1, told=0, queued_at=now, attempts=0
    )
    session.execute(
        new.on_conflict_do_update(
            index_elements=[_ROW.kind, _ROW.object_id],
            set_={
                "changes": sa.case((_ROW.changes > above, _ROW.changes + 1), else_=above + 1),
                "queued_at": sa.func.coalesce(_ROW.queued_at, new.excluded.queued_at),
                "next_try_at": sa.case((_ROW.claim.is_(None), sa.null()), else_=_ROW.next_try_at),
                "attempts": 0,
                "parked_at": None,
            },
        )
    )


def claim(session: Session, name: str, now: datetime, limit: int, kinds: Collection[str] | None = None) -> list[Key]:
    """Claim rows of some kinds (None: of all) whose turn it is, the oldest first; one statement, so that no two workers
    get the same row.

    A `next_try_at` further ahead than any wait can be was written before the clock went back, and counts as past.
    """
    turn = sa.or_(_ROW.next_try_at.is_(None), _ROW.next_try_at <= now, _ROW.next_try_at > now + LONGEST_WAIT)
    due = (
        sa.select(_ROW.kind, _ROW.object_id)
        .where(_ROW.queued_at.is_not(None), _ROW.parked_at.is_(None), turn, _is_of(kinds))
        .order_by(_ROW.queued_at, _ROW.kind, _ROW.object_id)
        .limit(limit)
    )
    claimed = _update_free(due).values(claim=name, claimed=_ROW.changes, next_try_at=now + LEASE)
    return _keys(session, claimed)


def extend(session: Session, name: str, now: datetime) -> None:
    """Say that the claim's owner is still at work."""
    session.execute(_update_free(_select(_ROW.claim == name)).values(next_try_at=now + LEASE))


def settle(session: Session, name: str, keys: Collection[Key]) -> list[Key]:
    """Note that the index has learned of the changes that were claimed. Those it could not be noted of: their claim is
    lost, or somebody changes them at this moment; `settle_alone` each, in a transaction of its own."""
    own = _keys(session, _update_free(_select(_ROW.claim == name, _is_any_of(keys))).values(_SETTLED))
    return sorted(set(keys).difference(own))


def settle_alone(session: Session, name: str, key: Key, now: datetime) -> None:
    """The same for one object, however long somebody changes it.

    Where another worker has taken over the claim meanwhile, the two may have told the index in either order: the object
    counts as changed once more.
    """
    own = sa.update(_TABLE).where(_ROW.claim == name, _is_any_of([key])).values(_SETTLED)
    if not _keys(session, own):
        enqueue(session, *key, now)


def release(session: Session, name: str) -> None:
    """Give a claim up, without blame: the index could not be asked."""
    session.execute(_update_free(_select(_ROW.claim == name)).values(claim=None, claimed=None, next_try_at=None))


def fail(session: Session, name: str, key: Key, error: str, now: datetime, last: int | None = MAX_ATTEMPTS) -> None:
    """Note that the index does not take an object: it is tried again later and later, and parked after the `last`
    attempt (None: never)."""
    mine = sa.and_(_ROW.claim == name, _is_any_of([key]))
    # Counted by the database: a change that comes in between begins to count anew.
    count = sa.update(_TABLE).where(mine).values(attempts=_ROW.attempts + 1).returning(_ROW.attempts)
    attempts = session.scalar(count)
    if attempts is None:
        return
    wait = min(timedelta(seconds=2 ** min(attempts, MAX_ATTEMPTS)), LONGEST_WAIT)
    values = {"error": error[:ERROR_LENGTH], "claim": None, "claimed": None, "next_try_at": now + wait}
    if last is not None and attempts >= last:
        values["parked_at"] = now
    session.execute(sa.update(_TABLE).where(mine).values(values))


def unpark(session: Session) -> int:
    """Let all parked rows be tried again; their number."""
    return len(_keys(session, _update_free(_select(_ROW.parked_at.is_not(None))).values(_FRESH)))


def list_waiting(session: Session, parked: bool = True, kinds: Collection[str] | None = None) -> dict[Key, int]:
    """Everything of some kinds that waits, with the number of its latest change; what is `parked` too, or not."""
    query = sa.select(_ROW.kind, _ROW.object_id, _ROW.changes).where(_ROW.queued_at.is_not(None), _is_of(kinds))
    if not parked:
        query = query.where(_ROW.parked_at.is_(None))
    return {(kind, object_id): changes for kind, object_id, changes in session.execute(query)}


def settle_all(session: Session, seen: Mapping[Key, int]) -> None:
    """Note that the index knows the changes that were seen in `list_waiting`; what changed since keeps waiting."""
    known = sa.bindparam("seen", type_=sa.BigInteger)
    row = (_ROW.kind == sa.bindparam("of_kind"), _ROW.object_id == sa.bindparam("of_id"))
    update = _update_free(_select(*row, _ROW.told < known)).values(
        {**_FRESH, "told": known, "queued_at": sa.case((_ROW.changes > known, _ROW.queued_at), else_=sa.null())}
    )
    for (kind, object_id), changes in seen.items():
        session.execute(update, {"of_kind": kind, "of_id": object_id, "seen": changes})


def list_parked(session: Session, limit: int = 20) -> Sequence[OutboxEntry]:
    """Rows that are not tried any more, the newest first."""
    query = sa.select(OutboxEntry).where(OutboxEntry.parked_at.is_not(None))
    return session.scalars(query.order_by(OutboxEntry.parked_at.desc()).limit(limit)).all()


def backlog(session: Session, kinds: Collection[str] | None = None) -> Backlog:
    """How much waits of some kinds."""
    query = sa.select(sa.func.count(), sa.func.count(_ROW.parked_at), sa.func.min(_ROW.queued_at))
    waiting, parked, oldest = session.execute(query.where(_ROW.queued_at.is_not(None), _is_of(kinds))).one()
    return Backlog(waiting, parked, oldest)


def latest_changes(session: Session, kind: str, ids: Collection[str]) -> dict[str, int]:
    """The numbers of the latest changes of objects, by id; those that never changed are left out."""
    query = sa.select(_ROW.object_id, _ROW.changes).where(_ROW.kind == kind, _ROW.object_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query)}


def sum_of_changes(kind: str) -> sa.ScalarSelect[int | None]:
    """How often objects of a kind have changed, all together: to be part of a query."""
    return sa.select(sa.func.sum(_ROW.changes)).where(_ROW.kind == kind).scalar_subquery()


def _select(*conditions: sa.ColumnElement[bool]) -> sa.Select[tuple[str, str]]:
    return sa.select(_ROW.kind, _ROW.object_id).where(*conditions)


def _update_free(rows: sa.Select[tuple[str, str]]) -> sa.Update:
    """Change the selected rows, but not those that somebody else holds: nothing is waited for. One statement, also on
    SQLite, which lets one write at a time and locks no rows."""
    free = rows.with_for_update(skip_locked=True).cte("free")
    return sa.update(_TABLE).where(_ROW.kind == free.c.kind, _ROW.object_id == free.c.object_id)


def _keys(session: Session, update: sa.Update) -> list[Key]:
    """Make a change; the rows it concerned."""
    changed = session.execute(update.returning(_ROW.kind, _ROW.object_id))
    return [(kind, object_id) for kind, object_id in changed]


def _is_of(kinds: Collection[str] | None) -> sa.ColumnElement[bool]:
    return sa.true() if kinds is None else _ROW.kind.in_(kinds)


def _is_any_of(keys: Collection[Key]) -> sa.ColumnElement[bool]:
    by_kind: dict[str, list[str]] = {}
    for kind, object_id in keys:
        by_kind.setdefault(kind, []).append(object_id)
    return sa.or_(
        sa.false(), *(sa.and_(_ROW.kind == kind, _ROW.object_id.in_(ids)) for kind, ids in by_kind.items())
    )  # fmt: skip


_FRESH: dict[str, Any] = {
    "claim": None, "claimed": None, "attempts": 0, "next_try_at": None, "error": None, "parked_at": None,
}  # fmt: skip
_SETTLED: dict[str, Any] = {
    **_FRESH,
    "told": _ROW.claimed,
    "queued_at": sa.case((_ROW.changes > _ROW.claimed, _ROW.queued_at), else_=sa.null()),
}
