"""Each eligibility rule has a digest, the same in all listings that have the rule.

Revision: 0008
Follows: 0007
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

RULES = sa.table(
    "listing_rules",
    sa.column("id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("parameters", sa.JSON),
    sa.column("digest", sa.String),
)
AT_ONCE = 1000


def upgrade() -> None:
    """Go up; the digests of what is there are worked out."""
    op.add_column("listing_rules", sa.Column("digest", sa.String(length=16), nullable=False, server_default=""))
    connection = op.get_bind()
    rows = connection.execute(sa.select(RULES.c.id, RULES.c.kind, RULES.c.parameters)).all()
    change = sa.update(RULES).where(RULES.c.id == sa.bindparam("row")).values(digest=sa.bindparam("found"))
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        connection.execute(change, [{"row": row.id, "found": _digest(row.kind, row.parameters)} for row in some])
    with op.batch_alter_table("listing_rules") as table:
        table.alter_column("digest", server_default=None)
        table.create_index(op.f("ix_listing_rules_digest"), ["digest"])


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("listing_rules") as table:
        table.drop_index(op.f("ix_listing_rules_digest"))
        table.drop_column("digest")


def _digest(kind: str, parameters: object) -> str:
    text = json.dumps([kind, parameters], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
