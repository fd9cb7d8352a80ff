"""The outbox has one row for each object: counts of changes, claims, attempts.

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BY_OBJECT = "SELECT kind, object_id, count(*) AS changes, min(queued_at) AS queued_at FROM outbox GROUP BY 1, 2"
STILL_WAITING = "SELECT kind, object_id, queued_at FROM outbox WHERE queued_at IS NOT NULL"


def upgrade() -> None:
    """Go up; what waits keeps waiting."""
    op.execute(f"CREATE TABLE outbox_waiting AS {BY_OBJECT}")
    op.drop_table("outbox")
    op.create_table(
        "outbox",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("claimed", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "object_id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_queued_at"), "outbox", ["queued_at"], unique=False)
    op.create_index(op.f("ix_outbox_claim"), "outbox", ["claim"], unique=False)
    op.execute(
        "INSERT INTO outbox (kind, object_id, changes, told, queued_at, attempts)"
        " SELECT kind, object_id, changes, 0, queued_at, 0 FROM outbox_waiting"
    )
    op.drop_table("outbox_waiting")


def downgrade() -> None:
    """Go down; what waits keeps waiting, counts are lost: build the index anew afterwards."""
    op.execute(f"CREATE TABLE outbox_waiting AS {STILL_WAITING}")
    op.drop_table("outbox")
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=40), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.execute(
        "INSERT INTO outbox (kind, object_id, queued_at) SELECT kind, object_id, queued_at FROM outbox_waiting"
        " ORDER BY queued_at, kind, object_id"
    )
    op.drop_table("outbox_waiting")
