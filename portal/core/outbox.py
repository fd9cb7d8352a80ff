"""Changes that the search index has yet to learn of: a row written in the same transaction as the change itself."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.database import Base, Instant


class OutboxEntry(Base):
    """One object that changed. `portal.indexing` loads its present state and tells the engine."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[str] = mapped_column(sa.String(40))
    queued_at: Mapped[datetime] = mapped_column(Instant())


def enqueue(session: Session, kind: str, object_id: str, now: datetime) -> None:
    """Note, in this transaction, that an object changed."""
    session.add(OutboxEntry(kind=kind, object_id=object_id, queued_at=now))
