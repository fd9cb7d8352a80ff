"""Letters on their way: claimed by one of several workers, sent, marked; else tried again, or parked.

As with changes of the index (`portal/core/outbox.py`), a worker claims a letter for a while, sends it without holding
any lock, and then settles its claim. Letters are claimed one at a time: a claim outlasts by far what sending one may
take, so that nobody else sends it meanwhile, and a worker that dies has one in hand at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import retention
from portal.core.errors import NotFound
from portal.mail.models import ERROR_LENGTH, LAST_LETTER, Letter

LEASE = timedelta(minutes=5)  # a worker that has not settled its claim by then is taken to be gone
MAX_ATTEMPTS = 14  # within a day and a half
FIRST_WAIT = timedelta(minutes=1)  # doubled each time
LONGEST_WAIT = timedelta(hours=6)
KEPT = retention.LETTERS.length  # how long one can still look up what a letter said


@dataclass(frozen=True)
class Backlog:
    """How many letters wait; `parked` of them are not tried any more until someone says so."""

    waiting: int
    parked: int
    oldest: datetime | None


def claim(session: Session, name: str, now: datetime) -> Letter | None:
    """Claim the letter that has waited longest of those whose turn it is; one statement, so that no two workers get
    the same one.

    A `next_try_at` further ahead than any wait can be was written before the clock went back, and counts as past.
    """
    turn = sa.or_(
        Letter.next_try_at.is_(None), Letter.next_try_at <= now, Letter.next_try_at > now + LONGEST_WAIT
    )  # fmt: skip
    due = (
        sa.select(Letter.id)
        .where(Letter.sent_at.is_(None), Letter.parked_at.is_(None), turn)
        .order_by(Letter.queued_at, Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claimed = sa.update(Letter).where(Letter.id == due.c.id).values(claim=name, next_try_at=now + LEASE)
    return session.scalar(claimed.returning(Letter), execution_options={"synchronize_session": False})


def mark_sent(session: Session, letter_id: str, now: datetime) -> None:
    """Note that a letter was handed over. The links in it are emptied: they may open doors; and all of the last one to
    somebody who has no account any more."""
    letter = session.get_one(Letter, letter_id, with_for_update=True)
    letter.sent_at, letter.parameters = now, without_links(letter.parameters)
    if letter.template == LAST_LETTER:
        letter.address = ""
    letter.claim = letter.next_try_at = letter.error = letter.parked_at = None


def release(session: Session, name: str) -> None:
    """Give a claim up, without blame: the server could not be asked."""
    session.execute(sa.update(Letter).where(Letter.claim == name).values(claim=None, next_try_at=None))


def fail(session: Session, name: str, error: str, now: datetime, for_good: bool) -> None:
    """Note that the claimed letter was not taken: it is tried again later and later, and parked after the last attempt,
    or at once where it was refused `for_good`."""
    letter = session.scalar(sa.select(Letter).where(Letter.claim == name).with_for_update())
    if letter is None:  # the claim ran out, and another worker has the letter
        return
    letter.attempts += 1
    letter.error, letter.claim = error[:ERROR_LENGTH], None
    letter.next_try_at = now + min(FIRST_WAIT * 2 ** (letter.attempts - 1), LONGEST_WAIT)
    if for_good or letter.attempts >= MAX_ATTEMPTS:
        letter.parked_at = now


def unpark(session: Session, letter_id: str | None = None) -> int:
    """Let parked letters, or the one, be tried again; their number."""
    parked = sa.update(Letter).where(Letter.parked_at.is_not(None))
    if letter_id is not None:
        parked = parked.where(Letter.id == letter_id)
    freed = session.scalars(parked.values(parked_at=None, attempts=0, next_try_at=None).returning(Letter.id))
    return len(freed.all())


def give_up(session: Session, letter_id: str | None = None) -> int:
    """Delete parked letters, or the one, for good; their number."""
    parked = sa.delete(Letter).where(Letter.parked_at.is_not(None))
    if letter_id is not None:
        parked = parked.where(Letter.id == letter_id)
    return len(session.scalars(parked.returning(Letter.id)).all())


def forget(session: Session, now: datetime) -> int:
    """Empty address and content of letters that were sent some days ago; their number."""
    old = sa.update(Letter).where(Letter.sent_at < now - KEPT, Letter.address != "")
    return len(session.scalars(old.values(address="", parameters={}).returning(Letter.id)).all())


def list_waiting(session: Session, parked: bool = False, limit: int = 100) -> Sequence[Letter]:
    """Letters that were not sent, the newest first; the `parked` ones alone, if that is asked."""
    query = sa.select(Letter).where(Letter.sent_at.is_(None)).order_by(Letter.queued_at.desc(), Letter.id).limit(limit)
    return session.scalars(query.where(Letter.parked_at.is_not(None)) if parked else query).all()


def get_letter(session: Session, letter_id: str) -> Letter:
    """A letter, sent or not. Raises `NotFound`."""
    if (letter := session.get(Letter, letter_id)) is None:
        raise NotFound("mail.no-such-letter", letter=letter_id)
    return letter


def backlog(session: Session) -> Backlog:
    """How much waits."""
    query = sa.select(sa.func.count(), sa.func.count(Letter.parked_at), sa.func.min(Letter.queued_at))
    waiting, parked, oldest = session.execute(query.where(Letter.sent_at.is_(None))).one()
    return Backlog(waiting, parked, oldest)


def without_links(value: Any) -> Any:
    """Parameters with every address of the web among them emptied, however deep it is."""
    if isinstance(value, dict):
        return {name: without_links(part) for name, part in value.items()}
    if isinstance(value, list):
        return [without_links(part) for part in value]
    return "" if isinstance(value, str) and value.startswith(("http://", "https://")) else value
