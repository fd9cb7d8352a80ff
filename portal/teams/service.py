"""Changes to teams and what belongs to them."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.secrets import digest
from portal.teams.models import ApiKey, Team

_USED_EVERY = timedelta(minutes=10)


def use_api_key(session: Session, token: str, now: datetime) -> ApiKey | None:
    """The key that a program shows, if it works; that it was used is noted every ten minutes at most."""
    key = session.scalars(
        sa.select(ApiKey)
        .join(Team, Team.organisation_id == ApiKey.organisation_id)
        .where(ApiKey.digest == digest(token), ApiKey.revoked_at.is_(None), Team.suspended_at.is_(None))
    ).one_or_none()
    if key is not None and (key.used_at is None or key.used_at < now - _USED_EVERY):
        key.used_at = now
    return key
