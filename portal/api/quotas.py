"""How often a key may write: so many requests a minute, counted in the database for all processes together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.accounts.limits import count_use

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
    since, count = count_use(session, f"api-key:{key_id}", A_MINUTE, now)
    return Quota(MOST - count, max(1, round((since + A_MINUTE - now).total_seconds())))
