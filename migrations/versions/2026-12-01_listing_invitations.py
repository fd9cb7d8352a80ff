"""Invitations to people who agreed to be found, hosts they refuse, and consents to reveal something to one host.

Revision: 0010
Follows: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BEFORE, AFTER = "purpose IN ('findable', 'show-part')", "purpose IN ('findable', 'show-part', 'reveal')"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "listing_invitations",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("listing_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("sent_by", sa.String(length=12), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("revealed", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('sent', 'interested', 'accepted', 'declined', 'withdrawn', 'expired')",
            name=op.f("ck_listing_invitations_state"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_invitations_listing_id_listings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_listing_invitations_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_listing_invitations_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sent_by"], ["users.id"], name=op.f("fk_listing_invitations_sent_by_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_invitations")),
        sa.UniqueConstraint("listing_id", "user_id", name=op.f("uq_listing_invitations_listing_id_user_id")),
    )
    for column in ("organisation_id", "user_id", "expires_at"):
        op.create_index(op.f(f"ix_listing_invitations_{column}"), "listing_invitations", [column])
    op.create_table(
        "refused_hosts",
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_refused_hosts_user_id_users"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_refused_hosts_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("user_id", "organisation_id", name=op.f("pk_refused_hosts")),
    )
    with op.batch_alter_table("consents") as consents:
        consents.add_column(sa.Column("organisation_id", sa.String(length=40), nullable=True))
        consents.create_foreign_key(
            op.f("fk_consents_organisation_id_organisations"), "organisations", ["organisation_id"], ["id"]
        )
        consents.drop_constraint(op.f("ck_consents_purpose"), type_="check")
        consents.create_check_constraint(op.f("ck_consents_purpose"), AFTER)


def downgrade() -> None:
    """Go down; what was revealed to single hosts is not any more, nor that it was."""
    op.execute("DELETE FROM consents WHERE purpose = 'reveal'")
    with op.batch_alter_table("consents") as consents:
        consents.drop_constraint(op.f("ck_consents_purpose"), type_="check")
        consents.create_check_constraint(op.f("ck_consents_purpose"), BEFORE)
        consents.drop_constraint(op.f("fk_consents_organisation_id_organisations"), type_="foreignkey")
        consents.drop_column("organisation_id")
    op.drop_table("refused_hosts")
    op.drop_table("listing_invitations")
