"""What is kept of a person beyond the account: parts of a profile, consents, and who saw what."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Instant, one_of
from portal.researchers.profile import AUDIENCES, PARTS

PURPOSES = ("findable", "show-part", "reveal")


def _owner() -> sa.ForeignKey:
    return sa.ForeignKey("users.id", ondelete="CASCADE")


class Researcher(Base):
    """Somebody with a profile. `public_id` is how hosts know the person; `version` grows with every change of what they
    may see, and with the consent to be found."""

    __tablename__ = "researchers"

    user_id: Mapped[str] = mapped_column(_owner(), primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(12), unique=True)
    findable: Mapped[bool] = mapped_column(default=False, index=True)
    orcid: Mapped[str | None] = mapped_column(sa.String(19), unique=True)  # proven by signing in there
    orcid_at: Mapped[datetime | None] = mapped_column(Instant())
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Instant())
    changed_at: Mapped[datetime] = mapped_column(Instant())


class ProfilePart(Base):
    """One part of a profile: its JSON as `records` reads it. `revision` grows with every save, so that two windows
    notice each other."""

    __tablename__ = "profile_parts"
    __table_args__ = (one_of("part", PARTS), one_of("audience", AUDIENCES))

    user_id: Mapped[str] = mapped_column(sa.ForeignKey("researchers.user_id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[str] = mapped_column(sa.String(15), primary_key=True)
    content: Mapped[Any] = mapped_column(sa.JSON)
    audience: Mapped[str] = mapped_column(sa.String(8), default="me")
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime] = mapped_column(Instant())


class Consent(Base):
    """One line of the ledger: what a person allowed, or no longer allows, when, and which wording they were shown; to
    reveal something is allowed to one organisation. Lines are added and never changed; they go with the account."""

    __tablename__ = "consents"
    __table_args__ = (one_of("purpose", PURPOSES),)

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    user_id: Mapped[str] = mapped_column(_owner(), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(15))
    part: Mapped[str | None] = mapped_column(sa.String(15))
    organisation_id: Mapped[str | None] = mapped_column(sa.ForeignKey("organisations.id"))
    given: Mapped[bool]
    wording: Mapped[str] = mapped_column(sa.String(20))  # its edition, as the page named it
    language: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime] = mapped_column(Instant())


class ProfileView(Base):
    """That somebody of an organisation saw parts of a profile: a line for each person looking and day."""

    __tablename__ = "profile_views"

    user_id: Mapped[str] = mapped_column(_owner(), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    seen_by: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    parts: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
