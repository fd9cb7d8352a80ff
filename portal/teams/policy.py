"""Who may do what for an organisation. Site moderators decide claims, but write nothing in an organisation's name."""

from __future__ import annotations

from portal.core.actor import Actor


def may_see_team(actor: Actor, organisation_id: str) -> bool:
    """See who belongs to a team."""
    return actor.is_moderator or actor.has_role(organisation_id, "manager", "editor", "reviewer")


def may_manage_team(actor: Actor, organisation_id: str) -> bool:
    """Invite, change roles, remove, and hold keys for programs."""
    return actor.has_role(organisation_id, "manager")


def may_decide_claims(actor: Actor) -> bool:
    """Decide who acts for an organisation."""
    return actor.is_moderator
