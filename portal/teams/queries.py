"""Reading teams."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.teams.models import Membership, Team


def roles_of(session: Session, user_id: str) -> dict[str, str]:
    """A person's roles, by organisation; those in suspended teams are left out."""
    query = (
        sa.select(Membership.organisation_id, Membership.role)
        .join(Team, Team.organisation_id == Membership.organisation_id)
        .where(Membership.user_id == user_id, Team.suspended_at.is_(None))
    )
    return {row[0]: row[1] for row in session.execute(query)}
