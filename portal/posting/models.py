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
IMPORT_STATES = ("checking", "checked", "saving", "saved", "failed")
IMPORT_AIMS = ("drafts", "propose")


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
    saved_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant(), index=True)
    submitted_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it was returned or suspended, in a moderator's words
    reason_codes: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # the same, of `reasons.REASONS`
    suspended_from: Mapped[str | None] = mapped_column(sa.String(12))  # state of the listing before it was suspended
    accepted_at: Mapped[datetime | None] = mapped_column(
        Instant()
    )  # by a moderator: it no longer needs its team's trust
    publish_at: Mapped[datetime | None] = mapped_column(Instant(), index=True)
    expire_at: Mapped[datetime | None] = mapped_column(Instant(), index=True)
    zone: Mapped[str] = mapped_column(sa.String(40), default="UTC")  # of the clock that the two were read from
    asked_at: Mapped[datetime | None] = mapped_column(Instant())  # when the team was last asked: still right?


class ListingVersion(Base):
    """A listing as it was published, whole."""

    __tablename__ = "listing_versions"

    listing_id: Mapped[str] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    published_at: Mapped[datetime] = mapped_column(Instant())
    published_by: Mapped[str | None] = mapped_column(sa.String(12))


class StillRightQuestion(Base):
    """That the team of a listing was asked whether it is still right: on each occasion once. The letter's link holds a
    secret, this table only its digest."""

    __tablename__ = "listing_questions"

    listing_id: Mapped[str] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True)
    occasion: Mapped[str] = mapped_column(sa.String(40), primary_key=True)  # "age 2026-11-23", "deadline 2026-12-20"
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    asked_at: Mapped[datetime] = mapped_column(Instant())


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


class BulkImport(Base):
    """An uploaded file of listings and what its check found; kept for an hour, for who uploaded it.

    "checking" and "saving" are at work or wait for a worker, who takes one by setting `claimed_at`. `fingerprint` is of
    the drafts as the check saw them: what was looked at is what is saved.
    """

    __tablename__ = "bulk_imports"
    __table_args__ = (one_of("state", IMPORT_STATES), one_of("aim", IMPORT_AIMS))

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("teams.organisation_id"), index=True)
    owner_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))  # as the owner called the file, cleaned
    language: Mapped[str] = mapped_column(sa.String(10))  # in which differences are written
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="checking", index=True)
    aim: Mapped[str] = mapped_column(sa.String(10), default="drafts")
    done: Mapped[int] = mapped_column(default=0)  # rows that were checked so far
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)  # problems, also those that the report has no room for
    report: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    fingerprint: Mapped[str] = mapped_column(sa.String(64), default="")
    created_at: Mapped[datetime] = mapped_column(Instant(), index=True)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant())
