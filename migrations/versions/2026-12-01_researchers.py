"""Profiles of researchers, consents, and who saw what.

Revision: 0009
Follows: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "researchers",
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("findable", sa.Boolean(), nullable=False),
        sa.Column("orcid", sa.String(length=19), nullable=True),
        sa.Column("orcid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_researchers_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_researchers")),
        sa.UniqueConstraint("orcid", name=op.f("uq_researchers_orcid")),
        sa.UniqueConstraint("public_id", name=op.f("uq_researchers_public_id")),
    )
    op.create_index(op.f("ix_researchers_findable"), "researchers", ["findable"])
    op.create_table(
        "profile_parts",
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("part", sa.String(length=15), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("audience IN ('me', 'hosts')", name=op.f("ck_profile_parts_audience")),
        sa.CheckConstraint(
            "part IN ('name', 'background', 'degrees', 'posts', 'publications', 'languages', 'skills', 'wishes')",
            name=op.f("ck_profile_parts_part"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["researchers.user_id"], name=op.f("fk_profile_parts_user_id_researchers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "part", name=op.f("pk_profile_parts")),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("purpose", sa.String(length=15), nullable=False),
        sa.Column("part", sa.String(length=15), nullable=True),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('findable', 'show-part')", name=op.f("ck_consents_purpose")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_consents_user_id_users"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_user_id"), "consents", ["user_id"])
    op.create_table(
        "profile_views",
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("seen_by", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_profile_views_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_profile_views_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "organisation_id", "seen_by", "day", name=op.f("pk_profile_views")),
    )


def downgrade() -> None:
    """Go down."""
    for table in ("profile_views", "consents", "profile_parts", "researchers"):
        op.drop_table(table)
