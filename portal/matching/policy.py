"""Who may look for people, and who may answer an invitation."""

from __future__ import annotations

from portal.core.actor import Actor
from portal.matching.models import Invitation


def may_see_team_of(actor: Actor, organisation_id: str) -> bool:
    """Know that an organisation looks for people at all."""
    return actor.has_role(organisation_id, "manager", "editor", "reviewer")


def may_find_people(actor: Actor, organisation_id: str) -> bool:
    """See people who fit a listing, and invite them. Suspended teams give nobody a role."""
    return actor.has_role(organisation_id, "manager", "editor")


def may_answer(actor: Actor, invitation: Invitation) -> bool:
    """Open an invitation and answer it: whoever was invited, and nobody else."""
    return actor.is_signed_in and actor.user_id == invitation.user_id
