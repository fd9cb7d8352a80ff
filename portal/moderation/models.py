"""Announcements, and words proposed for the thesaurus."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Instant, one_of

PROPOSAL_STATES = ("waiting", "taken", "refused")


class Announcement(Base):
    """A notice on top of every page, in the languages it was written in."""

    __tablename__ = "announcements"

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    texts: Mapped[dict[str, str]] = mapped_column(
        sa.JSON
    )  # language → plain text; the one it was written in comes first
    shown_from: Mapped[datetime] = mapped_column(Instant())
    shown_until: Mapped[datetime | None] = mapped_column(Instant())
    created_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Instant())


class ThesaurusProposal(Base):
    """A word that somebody misses: a label for a concept, or a concept that is not there."""

    __tablename__ = "thesaurus_proposals"
    __table_args__ = (one_of("state", PROPOSAL_STATES),)

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(10))
    label: Mapped[str] = mapped_column(sa.String(120))
    concept: Mapped[str | None] = mapped_column(sa.String(60))  # None: a new one
    note: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting", index=True)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    proposed_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant())
    decided_at: Mapped[datetime | None] = mapped_column(Instant())
    decided_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
