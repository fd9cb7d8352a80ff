"""Counts by day."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, one_of

WHATS = ("view", "shown", "save")


class DayCount(Base):
    """How often something happened to a listing on a day; `language` is that of the page, or that a search was typed
    in."""

    __tablename__ = "day_counts"
    __table_args__ = (one_of("what", WHATS),)

    listing_id: Mapped[str] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
