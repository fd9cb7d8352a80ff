"""How often a key may write: so many requests a minute, counted in the database for all processes together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import Attempts

A_MINUTE = timedelta(minutes=1)
MOST = 120  # requests a minute


@dataclass(frozen=True)
class Quota:
    """How many requests are left (below zero: too many were made), and after how many seconds all are again."""

    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As answers tell it."""
        told = {"RateLimit-Limit": MOST, "RateLimit-Remaining": max(0, self.left), "RateLimit-Reset": self.seconds}
        return {name: str(value) for name, value in told.items()}


def count_request(session: Session, key_id: str, now: datetime) -> Quota:
    """Count a request of a key."""
    name = f"api-key:{key_id}"
    own = sa.update(Attempts).where(Attempts.key == name)
    going_on = own.where(Attempts.since > now - A_MINUTE).values(count=Attempts.count + 1)
    over = own.where(Attempts.since <= now - A_MINUTE).values(count=1, since=now)
    for statement in (going_on, over):
        found = session.execute(statement.returning(Attempts.count, Attempts.since)).first()
        if found is not None:
            return _quota(found[0], found[1], now)
    try:
        with session.begin_nested():
            session.execute(sa.insert(Attempts).values(key=name, since=now, count=1))
    except IntegrityError:  # another process was first
        return count_request(session, key_id, now)
    return _quota(1, now, now)


def _quota(count: int, since: datetime, now: datetime) -> Quota:
    return Quota(MOST - count, max(1, round((since + A_MINUTE - now).total_seconds())))
