"""Letters that wait to be sent, and those that were."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from portal.core import retention
from portal.core.holding import Holding, Keeping, Person, Rows, over
from portal.core.messages import N_
from portal.mail import queue
from portal.mail.models import Letter


def _empty_sent(keeping: Keeping) -> int:
    return queue.forget(keeping.session, keeping.now)


def _drop_mentions(keeping: Keeping, person: Person) -> None:
    """Letters to others name people: who was sent one has read it, and what waits is about somebody who is gone."""
    wanted = {person.name, person.email}
    text = sa.cast(Letter.parameters, sa.Text)
    maybe = sa.or_(*(text.contains(json.dumps(value), autoescape=True) for value in wanted))
    for letter in keeping.session.scalars(sa.select(Letter).where(maybe)).all():
        if not _says(letter.parameters, wanted):
            continue
        if letter.sent_at is None:
            keeping.session.delete(letter)
        else:
            letter.parameters = {}


def _says(value: Any, wanted: set[str]) -> bool:
    if isinstance(value, dict):
        return any(_says(part, wanted) for part in value.values())
    if isinstance(value, list):
        return any(_says(part, wanted) for part in value)
    return value in wanted


HOLDINGS = (
    Holding(
        "letters", N_("Letters to you"), N_("So that they are sent, and sent again where that fails."),
        rows=(Rows(Letter.address, by="email", only=("template", "language", "queued_at", "sent_at")),),
        periods=(retention.LETTERS, retention.LOST_LETTERS),
        forget=_drop_mentions,
        expire=(_empty_sent, over(Letter.parked_at, retention.LOST_LETTERS)),
    ),
)  # fmt: skip
