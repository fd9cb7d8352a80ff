"""What was done by whom: noted in the same transaction as the change itself, and never changed afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.actor import Actor
from portal.core.database import Base, Instant


class AuditEvent(Base):
    """One event. `actor_id` is None for what the site does by itself; `details` holds codes and numbers, no prose of
    people but the reasons they gave."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    happened_at: Mapped[datetime] = mapped_column(Instant(), index=True)
    event: Mapped[str] = mapped_column(sa.String(60), index=True)  # past tense: listing.published
    actor_id: Mapped[str | None] = mapped_column(sa.String(12), index=True)
    organisation_id: Mapped[str | None] = mapped_column(sa.String(40), index=True)
    object_kind: Mapped[str] = mapped_column(sa.String(20))
    object_id: Mapped[str] = mapped_column(sa.String(40), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)


def note(
    session: Session,
    event: str,
    actor: Actor,
    of: tuple[str, str],
    now: datetime,
    /,
    organisation_id: str | None = None,
    **details: Any,
) -> None:
    """Note an event; `of` is the kind and id of the object it happened to."""
    kind, object_id = of
    session.add(AuditEvent(**_row(event, actor, kind, object_id, now, organisation_id, details)))


def note_each(
    session: Session,
    event: str,
    actor: Actor,
    kind: str,
    ids: Iterable[str],
    now: datetime,
    organisation_id: str | None = None,
) -> None:
    """Note an event that happened to many objects of a kind at once, in one statement."""
    rows = [_row(event, actor, kind, object_id, now, organisation_id, {}) for object_id in ids]
    session.execute(sa.insert(AuditEvent), rows)


def _row(
    event: str, actor: Actor, kind: str, object_id: str, now: datetime, organisation_id: str | None, details: Any
) -> dict[str, Any]:
    return {
        "happened_at": now, "event": event, "actor_id": actor.user_id, "organisation_id": organisation_id,
        "object_kind": kind, "object_id": object_id, "details": details,
    }  # fmt: skip
