"""Teams of organisations, how one comes to them, and papers that prove it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.actor import ORGANISATION_ROLES
from portal.core.database import Base, Instant, one_of

CLAIM_STATES = ("waiting", "approved", "refused", "withdrawn")
CLAIM_PROOFS = ("domain", "document")
_WAITING = sa.text("state = 'waiting'")


class Team(Base):
    """An organisation that acts on this site. A `trusted` one publishes without being looked at first."""

    __tablename__ = "teams"

    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    trusted: Mapped[bool] = mapped_column(default=False)
    suspended_at: Mapped[datetime | None] = mapped_column(Instant())
    created_at: Mapped[datetime] = mapped_column(Instant())


class Membership(Base):
    """A person's role in a team."""

    __tablename__ = "memberships"
    __table_args__ = (one_of("role", ORGANISATION_ROLES),)

    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("teams.organisation_id"), primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(sa.String(10))
    joined_at: Mapped[datetime] = mapped_column(Instant())


class Claim(Base):
    """A person says to act for an organisation: one of the directory, or a new one that is `proposed`."""

    __tablename__ = "claims"
    __table_args__ = (
        one_of("state", CLAIM_STATES),
        one_of("proof", CLAIM_PROOFS),
        sa.CheckConstraint("(organisation_id IS NULL) = (proposed IS NOT NULL) OR state = 'approved'", name="about"),
        sa.Index(
            "uq_claims_waiting", "user_id", "organisation_id", unique=True, sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    proposed: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))  # names, country, city, website
    proof: Mapped[str] = mapped_column(sa.String(10))  # the better one; a paper may come with either
    file_id: Mapped[str | None] = mapped_column(sa.ForeignKey("files.id", ondelete="SET NULL"))
    message: Mapped[str] = mapped_column(sa.Text, default="")  # to those who decide
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting", index=True)
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # of the decision
    created_at: Mapped[datetime] = mapped_column(Instant())
    decided_at: Mapped[datetime | None] = mapped_column(Instant())
    decided_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))


class TeamInvitation(Base):
    """A place in a team, offered by mail. It works once, for whoever has the link and that address."""

    __tablename__ = "invitations"
    __table_args__ = (one_of("role", ORGANISATION_ROLES), sa.UniqueConstraint("organisation_id", "email"))

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("teams.organisation_id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254))
    role: Mapped[str] = mapped_column(sa.String(10))
    language: Mapped[str] = mapped_column(sa.String(10))
    invited_by: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(Instant())
    expires_at: Mapped[datetime] = mapped_column(Instant())


class StoredFile(Base):
    """An uploaded paper; its bytes lie under its id, a random name, outside everything that is served."""

    __tablename__ = "files"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    owner_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))  # as the owner called it, cleaned
    media_type: Mapped[str] = mapped_column(sa.String(80))  # as its bytes say
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant())


class ApiKey(Base):
    """Lets a program of the organisation write listings. Only its digest is kept."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("teams.organisation_id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    created_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Instant())
    used_at: Mapped[datetime | None] = mapped_column(Instant())
    revoked_at: Mapped[datetime | None] = mapped_column(Instant())
