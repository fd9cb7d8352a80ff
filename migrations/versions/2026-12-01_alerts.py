"""Openings of listings; saved listings and searches, alerts, links that end letters, calendars.

Revision: 0011
Follows: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "listing_openings",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("listing_id", sa.String(length=12), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("looked_at", _MOMENT, nullable=True),
        sa.CheckConstraint("cause IN ('new', 'reopened')", name=op.f("ck_listing_openings_cause")),
        _reference("listing_openings", "listing_id", "listings.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_openings")),
    )
    _index("listing_openings", "listing_id")
    _index("listing_openings", "looked_at")
    op.create_table(
        "saved_listings",
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("listing_id", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("tell", sa.Boolean(), nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        _reference("saved_listings", "listing_id", "listings.id"),
        _reference("saved_listings", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("user_id", "listing_id", name=op.f("pk_saved_listings")),
    )
    _index("saved_listings", "listing_id")
    op.create_table(
        "saved_questions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("read_with", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_saved_questions")),
    )
    _index("saved_questions", "read_with")
    op.create_table(
        "saved_question_keys",
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        _reference("saved_question_keys", "digest", "saved_questions.digest"),
        sa.PrimaryKeyConstraint("key", "digest", name=op.f("pk_saved_question_keys")),
    )
    _index("saved_question_keys", "digest")
    _create_searches()
    _create_links()


def _create_searches() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("frequency", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "frequency IN ('at-once', 'daily', 'weekly', 'never')", name=op.f("ck_saved_searches_frequency")
        ),
        _reference("saved_searches", "digest", "saved_questions.digest", None),
        _reference("saved_searches", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
    )
    _index("saved_searches", "digest")
    _index("saved_searches", "user_id")
    op.create_table(
        "alerts",
        sa.Column("search_id", sa.String(length=12), nullable=False),
        sa.Column("opening_id", _NUMBER, nullable=False),
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("told_at", _MOMENT, nullable=True),
        _reference("alerts", "opening_id", "listing_openings.id"),
        _reference("alerts", "search_id", "saved_searches.id"),
        _reference("alerts", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("search_id", "opening_id", name=op.f("pk_alerts")),
    )
    _index("alerts", "opening_id")
    _index("alerts", "told_at", "due_at")
    _index("alerts", "user_id")


def _create_links() -> None:
    op.create_table(
        "stop_links",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("search_id", sa.String(length=12), nullable=True),
        sa.Column("made_at", _MOMENT, nullable=False),
        _reference("stop_links", "search_id", "saved_searches.id"),
        _reference("stop_links", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_stop_links")),
    )
    for column in ("made_at", "search_id", "user_id"):
        _index("stop_links", column)
    op.create_table(
        "calendar_feeds",
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        _reference("calendar_feeds", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feeds_digest")),
    )


def _reference(table: str, column: str, target: str, ondelete: str | None = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target.partition('.')[0]}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def downgrade() -> None:
    """Go down."""
    for table in (
        "calendar_feeds", "stop_links", "alerts", "saved_searches", "saved_question_keys", "saved_questions",
        "saved_listings", "listing_openings",
    ):  # fmt: skip
        op.drop_table(table)
