"""Who may do what for an organisation. Site moderators decide claims, but write nothing in an organisation's name."""

from __future__ import annotations

from portal.core.actor import Actor
from portal.teams.models import Claim


def may_see_team(actor: Actor, organisation_id: str) -> bool:
    """See who belongs to a team."""
    return actor.is_moderator or actor.has_role(organisation_id, "manager", "editor", "reviewer")


def may_leave_team(actor: Actor, organisation_id: str) -> bool:
    """Give up one's own place in a team."""
    return actor.has_role(organisation_id, "manager", "editor", "reviewer")


def may_manage_team(actor: Actor, organisation_id: str) -> bool:
    """Invite, change roles, remove, and hold keys for programs."""
    return actor.has_role(organisation_id, "manager")


def may_see_claim(actor: Actor, claim: Claim) -> bool:
    """Read a claim: who made it, those who may decide it, and moderators."""
    return actor.is_moderator or _made(actor, claim) or _manages(actor, claim)


def may_withdraw_claim(actor: Actor, claim: Claim) -> bool:
    """Take a claim back."""
    return _made(actor, claim)


def may_decide_claim(actor: Actor, claim: Claim) -> bool:
    """Decide a claim: moderators, and the managers of the team it asks to join; nobody decides an own one."""
    return (actor.is_moderator or _manages(actor, claim)) and not _made(actor, claim)


def may_read_paper(actor: Actor, claim: Claim) -> bool:
    """Open the paper that came with a claim: it may show more than colleagues need to know."""
    return actor.is_moderator or _made(actor, claim)


def _made(actor: Actor, claim: Claim) -> bool:
    return actor.is_signed_in and actor.user_id == claim.user_id


def _manages(actor: Actor, claim: Claim) -> bool:
    return claim.organisation_id is not None and actor.has_role(claim.organisation_id, "manager")
