"""What a listing was before it was suspended, and that a moderator has accepted what is on the calendar.

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_EVENTS = sa.table(
    "audit_events", sa.column("id"), sa.column("event"), sa.column("object_id"), sa.column("details", sa.JSON()),
    sa.column("happened_at", sa.DateTime(timezone=True)),
)  # fmt: skip
_POSTINGS = sa.table(
    "postings", sa.column("listing_id"), sa.column("state"), sa.column("suspended_from"),
    sa.column("submitted_at", sa.DateTime(timezone=True)), sa.column("accepted_at", sa.DateTime(timezone=True)),
)  # fmt: skip
_LISTINGS = sa.table("listings", sa.column("id"), sa.column("state"))


def upgrade() -> None:
    """Go up; what is suspended or accepted now is learned from the log."""
    with op.batch_alter_table("postings") as table:
        table.add_column(sa.Column("suspended_from", sa.String(length=12), nullable=True))
        table.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
    _note_suspended()
    _note_accepted()


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("postings") as table:
        table.drop_column("accepted_at")
        table.drop_column("suspended_from")


def _note_suspended() -> None:
    suspended = sa.select(_LISTINGS.c.id).where(_LISTINGS.c.state == "suspended")
    found = (
        sa.select(_EVENTS.c.object_id, _EVENTS.c.details)
        .where(_EVENTS.c.event == "listing.suspended", _EVENTS.c.object_id.in_(suspended))
        .order_by(_EVENTS.c.id)
    )
    for listing_id, details in op.get_bind().execute(found).all():  # the last one stays
        own = sa.update(_POSTINGS).where(_POSTINGS.c.listing_id == listing_id)
        op.execute(own.values(suspended_from=(details or {}).get("before")))


def _note_accepted() -> None:
    accepted = (
        sa.select(sa.func.max(_EVENTS.c.happened_at))
        .where(_EVENTS.c.event == "posting.accepted", _EVENTS.c.object_id == _POSTINGS.c.listing_id)
        .where(_EVENTS.c.happened_at >= _POSTINGS.c.submitted_at)
        .scalar_subquery()
    )
    op.execute(sa.update(_POSTINGS).where(_POSTINGS.c.state == "scheduled").values(accepted_at=accepted))
