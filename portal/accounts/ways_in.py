"""What opens an account beside its password: passkeys, and what higher features offer here, as an ORCID iD."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User

Close = Callable[[Session, User, datetime], None]


@dataclass(frozen=True)
class WayIn:
    """One of them. `key` is its name in forms; `close` lets it open the account no more, and tells the person by
    letter."""

    key: str
    kind: str  # a message
    name: str
    added_at: datetime | None
    close: Close


WaysIn = Callable[[Session, User], Sequence[WayIn]]  # those of a person
