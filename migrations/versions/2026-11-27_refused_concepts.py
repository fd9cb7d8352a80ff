"""A host may take out topics that were found in its text.

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up; nothing has been taken out yet."""
    op.add_column("listings", sa.Column("concepts_refused", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("listings") as table:
        table.alter_column("concepts_refused", server_default=None)


def downgrade() -> None:
    """Go down; what was taken out is found again."""
    with op.batch_alter_table("listings") as table:
        table.drop_column("concepts_refused")
