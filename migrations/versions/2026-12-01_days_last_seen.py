"""The day on which a person was last signed in; who wrote a draft may leave.

Revision: 0012
Follows: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WRITERS = ("saved_by", "submitted_by")
USERS = sa.table(
    "users", sa.column("id", sa.String), sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("seen_on", sa.Date),
)  # fmt: skip
SIGN_INS = sa.table(
    "sign_ins", sa.column("user_id", sa.String), sa.column("seen_at", sa.DateTime(timezone=True))
)  # fmt: skip


def upgrade() -> None:
    """Go up; who is signed in somewhere was last seen there, and everybody else when the account was made."""
    op.add_column("users", sa.Column("seen_on", sa.Date(), nullable=True))
    op.add_column("users", sa.Column("warned_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_users_seen_on"), "users", ["seen_on"])
    _note_days()
    _refer("SET NULL")


def downgrade() -> None:
    """Go down."""
    _refer(None)
    op.drop_index(op.f("ix_users_seen_on"), table_name="users")
    with op.batch_alter_table("users") as table:
        table.drop_column("warned_on")
        table.drop_column("seen_on")


def _note_days() -> None:
    connection = op.get_bind()
    seen = sa.select(sa.func.max(SIGN_INS.c.seen_at)).where(SIGN_INS.c.user_id == USERS.c.id).scalar_subquery()
    rows = connection.execute(sa.select(USERS.c.id, USERS.c.created_at, seen.label("seen"))).all()
    for user_id, created_at, seen_at in rows:
        day = (seen_at or created_at).date()
        connection.execute(sa.update(USERS).where(USERS.c.id == user_id).values(seen_on=day))


def _refer(ondelete: str | None) -> None:
    with op.batch_alter_table("postings") as table:
        for column in WRITERS:
            name = op.f(f"fk_postings_{column}_users")
            table.drop_constraint(name, type_="foreignkey")
            table.create_foreign_key(name, "users", [column], ["id"], ondelete=ondelete)
