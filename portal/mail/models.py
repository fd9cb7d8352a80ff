"""Letters that wait to be sent, and those that were."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Instant

ERROR_LENGTH = 500
LAST_LETTER = "account-deleted"  # to somebody of whom nothing else is kept: the address goes as it is sent


class Letter(Base):
    """One letter to one address: which template in which language, and what to fill it with.

    It is written out only when it is sent (`rendering.py`). Links in `parameters` are emptied at that moment, `address`
    and the rest some days later (`core/retention.py`).
    """

    __tablename__ = "letters"

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    template: Mapped[str] = mapped_column(sa.String(60))  # templates/mail/<template>.html
    language: Mapped[str] = mapped_column(sa.String(10))
    address: Mapped[str] = mapped_column(sa.String(254))
    parameters: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    queued_at: Mapped[datetime] = mapped_column(Instant(), index=True)
    sent_at: Mapped[datetime | None] = mapped_column(Instant(), index=True)
    claim: Mapped[str | None] = mapped_column(sa.String(32), index=True)  # the worker that is at it
    next_try_at: Mapped[datetime | None] = mapped_column(Instant())
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.String(ERROR_LENGTH))
    parked_at: Mapped[datetime | None] = mapped_column(Instant())
