"""Invitations of hosts to people who agreed to be found, and organisations from which a person wants none."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Base, Instant, one_of
from portal.matching.invitations.workflow import STATES


class Invitation(Base):
    """A host asks somebody it knows by the public id alone to look at a listing. `revealed`: what the person lets this
    host see since then, beyond what all hosts see; what is taken back leaves it."""

    __tablename__ = "listing_invitations"
    __table_args__ = (one_of("state", STATES), sa.UniqueConstraint("listing_id", "user_id"))

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    listing_id: Mapped[str] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"))
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    sent_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    message: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(10), default="sent")
    revealed: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    sent_at: Mapped[datetime] = mapped_column(Instant())
    expires_at: Mapped[datetime] = mapped_column(Instant(), index=True)
    answered_at: Mapped[datetime | None] = mapped_column(Instant())

    @hybrid_method
    def is_over(self, now: datetime) -> bool:
        """Whether nobody answered in time: of an invitation, and as a condition for many."""
        return (self.state == "sent") & (self.expires_at <= now)


class Refusal(Base):
    """A person wants no invitations of an organisation, and does not want to be found by it."""

    __tablename__ = "refused_hosts"

    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant())
