"""A secret that is offered for the second step is kept with the sign-in, no more in the browser's cookie.

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("sign_ins", sa.Column("totp_offered", sa.String(64), nullable=True))


def downgrade() -> None:
    """Go down; whoever is at it begins anew."""
    with op.batch_alter_table("sign_ins") as table:
        table.drop_column("totp_offered")
