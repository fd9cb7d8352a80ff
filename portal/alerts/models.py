"""What a person saved, which openings were found for it, and the secret addresses that go with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.alerts.schedule import FREQUENCIES
from portal.core.database import Base, Instant, one_of

NOTE_LENGTH, NAME_LENGTH, QUERY_LENGTH = 1000, 120, 4000


def _owner(**options: Any) -> Mapped[str]:
    return mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), **options)


class SavedListing(Base):
    """A listing that a person keeps. `tell`: one letter is wanted when it takes applications again."""

    __tablename__ = "saved_listings"

    user_id: Mapped[str] = _owner(primary_key=True)
    listing_id: Mapped[str] = mapped_column(
        sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    note: Mapped[str] = mapped_column(sa.Text, default="")
    tell: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime] = mapped_column(Instant())


class SharedSearch(Base):
    """What searches ask for, once for all people who saved the same; it names nobody. It is filed under the keys of one
    group (`keys.py`); `groups` are the others. `read_with` is the edition of the labels by which they were found."""

    __tablename__ = "saved_questions"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    query: Mapped[str] = mapped_column(sa.Text)  # as in the address of a search, in one order
    language: Mapped[str] = mapped_column(sa.String(10))  # that it is read in
    groups: Mapped[list[list[str]]] = mapped_column(sa.JSON, default=list)
    read_with: Mapped[str | None] = mapped_column(sa.String(64), index=True)


class SharedSearchKey(Base):
    """A key under which one is filed: the index from listings to searches."""

    __tablename__ = "saved_question_keys"

    key: Mapped[str] = mapped_column(sa.String(400), primary_key=True)
    digest: Mapped[str] = mapped_column(
        sa.ForeignKey("saved_questions.digest", ondelete="CASCADE"), primary_key=True, index=True
    )


class SavedSearch(Base):
    """A search that a person keeps, and how often letters about it are wanted."""

    __tablename__ = "saved_searches"
    __table_args__ = (one_of("frequency", FREQUENCIES),)

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    user_id: Mapped[str] = _owner(index=True)
    name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    query: Mapped[str] = mapped_column(sa.Text)  # with what hangs on the person's own answers
    language: Mapped[str] = mapped_column(sa.String(10))
    frequency: Mapped[str] = mapped_column(sa.String(10))
    digest: Mapped[str] = mapped_column(sa.ForeignKey("saved_questions.digest"), index=True)
    saved_at: Mapped[datetime] = mapped_column(Instant())


class Alert(Base):
    """That an opening answers a saved search: made once, told of once."""

    __tablename__ = "alerts"
    __table_args__ = (sa.Index(None, "told_at", "due_at"),)

    search_id: Mapped[str] = mapped_column(sa.ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True)
    opening_id: Mapped[int] = mapped_column(
        sa.ForeignKey("listing_openings.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    user_id: Mapped[str] = _owner(index=True)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)  # `search.results.Reason`
    due_at: Mapped[datetime] = mapped_column(Instant())
    told_at: Mapped[datetime | None] = mapped_column(Instant())


class StopLink(Base):
    """The link in a letter that ends such letters: those about one search, or (None) all. Only its digest is kept."""

    __tablename__ = "stop_links"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[str] = _owner(index=True)
    search_id: Mapped[str | None] = mapped_column(sa.ForeignKey("saved_searches.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(Instant(), index=True)


class CalendarFeed(Base):
    """The secret address of a person's calendar. Only its digest is kept; a new one ends the old one."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[str] = _owner(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant())
