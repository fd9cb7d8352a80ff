"""Settings that administrators change while the site runs; those of the operator are environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import audit
from portal.core.actor import Actor
from portal.core.database import Base, Instant


class SiteSetting(Base):
    """One preference that is not as usual."""

    __tablename__ = "site_settings"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    value: Mapped[Any] = mapped_column(sa.JSON)
    changed_at: Mapped[datetime] = mapped_column(Instant())
    changed_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))


@dataclass(frozen=True)
class Preferences:
    """All of them, each with what holds as long as nobody says otherwise."""

    site_names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # language → name of the site
    contact: str = ""  # an e-mail address for readers
    believes_domains: bool = False  # an address at an organisation's own domain makes its team without a moderator
    sign_up_open: bool = True


def read_preferences(session: Session, usual: Preferences) -> Preferences:
    """The preferences as they are; what nobody has set, or cannot be a value, is as usual."""
    stored = {row.name: row.value for row in session.scalars(sa.select(SiteSetting))}
    values = {
        one.name: stored[one.name]
        for one in fields(Preferences)
        if one.name in stored and _is_like(stored[one.name], getattr(usual, one.name))
    }
    return replace(usual, **values)


def change_preferences(session: Session, usual: Preferences, wanted: Preferences, actor: Actor, now: datetime) -> None:
    """Make the preferences those wanted; what is different is noted, each by itself."""
    known = read_preferences(session, usual)
    for one in fields(Preferences):
        before, value = getattr(known, one.name), getattr(wanted, one.name)
        if before != value:
            value = dict(value) if isinstance(value, Mapping) else value
            row = SiteSetting(name=one.name, value=value, changed_at=now, changed_by=actor.user_id)
            session.merge(row)
            audit.note(session, "setting.changed", actor, ("setting", one.name), now, value=value)


def _is_like(value: object, usual: object) -> bool:
    if isinstance(usual, Mapping):
        return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
    return type(value) is type(usual)
