"""All tables of the first version.

Revision: 0001
Follows: nothing
"""
# ruff: noqa: E501

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("ror_id", sa.String(length=60), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("subdivision", sa.String(length=80), nullable=True),
        sa.Column("subdivision_code", sa.String(length=10), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("geonames_id", sa.Integer(), nullable=True),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("established", sa.Integer(), nullable=True),
        sa.Column("wikidata", sa.String(length=20), nullable=True),
        sa.Column("relationships", sa.JSON(), nullable=False),
        sa.Column("ror_release", sa.String(length=20), nullable=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("ror_id", name=op.f("uq_organisations_ror_id")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisations_country"), ["country"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=40), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_table(
        "listings",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("source_language", sa.String(length=10), nullable=False),
        sa.Column("scheme", sa.String(length=200), nullable=True),
        sa.Column("funder", sa.String(length=200), nullable=True),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.Column("source_url", sa.String(length=500), nullable=True),
        sa.Column("source_checked_on", sa.Date(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.String(length=40), nullable=True),
        sa.Column("department", sa.String(length=200), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=True),
        sa.Column("contact_name", sa.String(length=120), nullable=True),
        sa.Column("contact_email", sa.String(length=254), nullable=True),
        sa.Column("isced", sa.JSON(), nullable=False),
        sa.Column("concepts", sa.JSON(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("working_languages", sa.JSON(), nullable=False),
        sa.Column("award", sa.String(length=15), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=True),
        sa.Column("outputs", sa.JSON(), nullable=False),
        sa.Column("starts_from", sa.Date(), nullable=True),
        sa.Column("starts_until", sa.Date(), nullable=True),
        sa.Column("months_min", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("months_max", sa.Numeric(precision=4, scale=1), nullable=True),
        sa.Column("rolling", sa.Boolean(), nullable=False),
        sa.Column("result_on", sa.Date(), nullable=True),
        sa.Column("next_cycle_on", sa.Date(), nullable=True),
        sa.Column("places_total", sa.Integer(), nullable=True),
        sa.Column("places_per_country", sa.Integer(), nullable=True),
        sa.Column("places_per_institution", sa.Integer(), nullable=True),
        sa.Column("places_filled", sa.Integer(), nullable=False),
        sa.Column("waiting_list", sa.Boolean(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.String(length=20), nullable=True),
        sa.Column("apply_url", sa.String(length=500), nullable=True),
        sa.Column("apply_steps", sa.JSON(), nullable=False),
        sa.Column("base_equipment", sa.JSON(), nullable=False),
        sa.Column("base_seats", sa.Integer(), nullable=True),
        sa.Column("base_courses_a_year", sa.Integer(), nullable=True),
        sa.Column("base_certifications", sa.JSON(), nullable=False),
        sa.Column("base_open_to_third_parties", sa.Boolean(), nullable=True),
        sa.Column("joint_months_home", sa.Integer(), nullable=True),
        sa.Column("joint_months_host", sa.Integer(), nullable=True),
        sa.Column("joint_degrees", sa.JSON(), nullable=False),
        sa.Column("joint_approval", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "award IN ('degree', 'double-degree', 'joint-degree', 'certificate', 'none')",
            name=op.f("ck_listings_award"),
        ),
        sa.CheckConstraint(
            "kind IN ('joint-programme', 'training-base', 'visiting-scholar', 'overseas-training', 'shared-course', 'scholarship')",
            name=op.f("ck_listings_kind"),
        ),
        sa.CheckConstraint("mode IN ('onsite', 'online', 'mixed')", name=op.f("ck_listings_mode")),
        sa.CheckConstraint(
            "state IN ('draft', 'in-review', 'published', 'suspended', 'closed', 'archived')",
            name=op.f("ck_listings_state"),
        ),
        sa.CheckConstraint("months_min <= months_max", name=op.f("ck_listings_months")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_listings_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
    )
    with op.batch_alter_table("listings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listings_country"), ["country"], unique=False)
        batch_op.create_index(batch_op.f("ix_listings_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_listings_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listings_state"), ["state"], unique=False)

    op.create_table(
        "organisation_names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("folded", sa.String(length=600), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("display", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_names_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_names")),
    )
    with op.batch_alter_table("organisation_names", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_names_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "listing_criteria",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "code IN ('research-fit', 'academic-record', 'language', 'motivation', 'work-experience', 'portfolio', 'home-impact')",
            name=op.f("ck_listing_criteria_code"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_criteria_listing_id_listings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_criteria")),
    )
    with op.batch_alter_table("listing_criteria", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_criteria_listing_id"), ["listing_id"], unique=False)

    op.create_table(
        "listing_deadlines",
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("local_time", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('home-nomination', 'agency', 'host', 'referee', 'documents')",
            name=op.f("ck_listing_deadlines_purpose"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_deadlines_listing_id_listings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_deadlines")),
    )
    with op.batch_alter_table("listing_deadlines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_deadlines_listing_id"), ["listing_id"], unique=False)

    op.create_table(
        "listing_documents",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("notarised_translation", sa.Boolean(), nullable=False),
        sa.Column("pages_max", sa.Integer(), nullable=True),
        sa.Column("words_max", sa.Integer(), nullable=True),
        sa.Column("due", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("due IN ('application', 'later', 'after-offer')", name=op.f("ck_listing_documents_due")),
        sa.CheckConstraint(
            "kind IN ('cv', 'study-plan', 'research-plan', 'reference-letter', 'transcript', 'degree-certificate', 'language-certificate', 'passport-copy', 'portfolio', 'employer-consent', 'enrolment-proof', 'photo', 'health-certificate')",
            name=op.f("ck_listing_documents_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_documents_listing_id_listings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_documents")),
    )
    with op.batch_alter_table("listing_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_documents_listing_id"), ["listing_id"], unique=False)

    op.create_table(
        "listing_money",
        sa.Column("item", sa.String(length=16), nullable=False),
        sa.Column("payer", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("per", sa.String(length=8), nullable=True),
        sa.Column("level", sa.String(length=16), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "item IN ('stipend', 'tuition', 'housing', 'insurance', 'travel', 'settling-in', 'visa', 'research-cost', 'family', 'fee')",
            name=op.f("ck_listing_money_item"),
        ),
        sa.CheckConstraint("payer IN ('host', 'home', 'funder', 'participant')", name=op.f("ck_listing_money_payer")),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_listing_money_currency")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_money_listing_id_listings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_money")),
    )
    with op.batch_alter_table("listing_money", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_money_listing_id"), ["listing_id"], unique=False)

    op.create_table(
        "listing_partners",
        sa.Column("organisation_id", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('home', 'host', 'funder', 'nominating')", name=op.f("ck_listing_partners_role")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_partners_listing_id_listings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_listing_partners_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_partners")),
    )
    with op.batch_alter_table("listing_partners", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_partners_listing_id"), ["listing_id"], unique=False)

    op.create_table(
        "listing_rules",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('citizenship', 'citizenship-excluded', 'age-max', 'degree-min', 'degree-within', 'employment', 'residence-max', 'no-concurrent-award', 'language-test', 'nomination')",
            name=op.f("ck_listing_rules_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listings.id"], name=op.f("fk_listing_rules_listing_id_listings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_rules")),
    )
    with op.batch_alter_table("listing_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_rules_listing_id"), ["listing_id"], unique=False)

    op.create_table(
        "listing_translations",
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("origin IN ('source', 'human', 'machine')", name=op.f("ck_listing_translations_origin")),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listings.id"],
            name=op.f("fk_listing_translations_listing_id_listings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_translations")),
        sa.UniqueConstraint("listing_id", "language", name=op.f("uq_listing_translations_listing_id_language")),
    )
    with op.batch_alter_table("listing_translations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_translations_listing_id"), ["listing_id"], unique=False)


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("listing_translations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_translations_listing_id"))

    op.drop_table("listing_translations")
    with op.batch_alter_table("listing_rules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_rules_listing_id"))

    op.drop_table("listing_rules")
    with op.batch_alter_table("listing_partners", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_partners_listing_id"))

    op.drop_table("listing_partners")
    with op.batch_alter_table("listing_money", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_money_listing_id"))

    op.drop_table("listing_money")
    with op.batch_alter_table("listing_documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_documents_listing_id"))

    op.drop_table("listing_documents")
    with op.batch_alter_table("listing_deadlines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_deadlines_listing_id"))

    op.drop_table("listing_deadlines")
    with op.batch_alter_table("listing_criteria", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_criteria_listing_id"))

    op.drop_table("listing_criteria")
    with op.batch_alter_table("organisation_names", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_names_organisation_id"))

    op.drop_table("organisation_names")
    with op.batch_alter_table("listings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listings_state"))
        batch_op.drop_index(batch_op.f("ix_listings_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_listings_kind"))
        batch_op.drop_index(batch_op.f("ix_listings_country"))

    op.drop_table("listings")
    op.drop_table("outbox")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisations_country"))

    op.drop_table("organisations")
