"""The log of what was done by whom, and changes that the search index has yet to learn of."""

from __future__ import annotations

import json

import sqlalchemy as sa

from portal.core import retention
from portal.core.audit import AuditEvent
from portal.core.holding import AT_ONCE, Holding, Keeping, Person, Rows, over
from portal.core.messages import N_

_WITHOUT_DETAILS: dict[str, object] = {}


def _empty_mentions(keeping: Keeping, person: Person) -> None:
    """Details name people too: who a moderator looked for in the log, for instance."""
    text = sa.cast(AuditEvent.details, sa.Text)
    named = [text.contains(json.dumps(value), autoescape=True) for value in (person.id, person.email)]
    _empty(keeping, sa.or_(*named))


def _empty(keeping: Keeping, condition: sa.ColumnElement[bool]) -> None:
    emptied = sa.update(AuditEvent).where(condition).values(details=_WITHOUT_DETAILS)
    keeping.session.execute(emptied.execution_options(synchronize_session=False))


def _expire_details(keeping: Keeping) -> int:
    old = sa.select(AuditEvent.id).where(
        AuditEvent.happened_at < retention.EVENT_DETAILS.before(keeping.now),
        sa.cast(AuditEvent.details, sa.Text) != "{}",
    )
    found = keeping.session.scalars(old.limit(AT_ONCE)).all()
    if found:
        _empty(keeping, AuditEvent.id.in_(found))
    return len(found)


HOLDINGS = (
    Holding(
        "events", N_("The log of what was done"),
        N_("So that mistakes and misuse can be found and mended."),
        rows=(
            Rows(AuditEvent.actor_id, only=("happened_at", "event", "object_kind", "object_id"), aliased=True),
            Rows(
                AuditEvent.object_id, only=("happened_at", "event", "details"), emptied={"details": _WITHOUT_DETAILS},
                where=(AuditEvent.object_kind == "user",), aliased=True,
            ),
        ),
        periods=(retention.SIGN_IN_EVENTS, retention.EVENT_DETAILS),
        stays=N_("What was done stays in the log, for others depend on it; it no longer says by whom."),
        forget=_empty_mentions,
        expire=(
            over(AuditEvent.happened_at, retention.SIGN_IN_EVENTS, AuditEvent.event == "account.signed-in"),
            _expire_details,
        ),
    ),
)  # fmt: skip
