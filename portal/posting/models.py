"""What an organisation keeps about its listings beside the published ones.

A draft is the record of a listing (`portal.listings.records`) that may still lack things: its JSON stands in `content`
and becomes a `Listing` when it is published. So a listing's facts are never half there, one and the same reader checks
what comes from the form, from a file and from the API, and the published listing stays as it is while its next version
is being written.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Instant, one_of

STATES = ("none", "editing", "in-review", "returned", "scheduled")


class Posting(Base):
    """A listing of an organisation as its team sees it; the published one, if there is one, has the same id.

    `state` is that of the draft ("none": there is no draft, all is published); `revision` grows with every save, so
    that two who edit at once notice each other.
    """

    __tablename__ = "postings"
    __table_args__ = (one_of("state", STATES),)

    listing_id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("teams.organisation_id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="editing", index=True)
    content: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant())
    saved_at: Mapped[datetime] = mapped_column(Instant())
    saved_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant(), index=True)
    submitted_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it was returned or suspended
    publish_at: Mapped[datetime | None] = mapped_column(Instant(), index=True)
    expire_at: Mapped[datetime | None] = mapped_column(Instant(), index=True)
    asked_at: Mapped[datetime | None] = mapped_column(Instant())  # when the team was last asked: still right?


class ListingVersion(Base):
    """A listing as it was published, whole."""

    __tablename__ = "listing_versions"

    listing_id: Mapped[str] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    published_at: Mapped[datetime] = mapped_column(Instant())
    published_by: Mapped[str | None] = mapped_column(sa.String(12))


class TextCheck(Base):
    """That a text says what the original says: both by their digests, so that it holds for these two alone, whatever is
    saved, published or thrown away. `dates_due`: they come from an earlier listing, and the text names a year."""

    __tablename__ = "posting_text_checks"

    listing_id: Mapped[str] = mapped_column(sa.ForeignKey("postings.listing_id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    text: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    dates_due: Mapped[bool] = mapped_column(default=False)


class IdempotencyKey(Base):
    """What a program was answered when it first sent a request with this key."""

    __tablename__ = "idempotency_keys"

    api_key_id: Mapped[str] = mapped_column(sa.ForeignKey("api_keys.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    request: Mapped[str] = mapped_column(sa.String(64))  # digest of method, path and body
    status: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime] = mapped_column(Instant(), index=True)
