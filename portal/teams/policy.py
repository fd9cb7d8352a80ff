"""Who may do what for an organisation. Site moderators decide claims, but write nothing in an organisation's name."""

from __future__ import annotations

from portal.accounts.models import User
from portal.core.actor import EDITING_ROLES, Actor
from portal.teams.models import Claim


def may_see_team(actor: Actor, organisation_id: str) -> bool:
    """See who belongs to a team."""
    return actor.is_moderator or actor.belongs_to(organisation_id)


def may_leave_team(actor: Actor, organisation_id: str) -> bool:
    """Give up one's own place in a team."""
    return actor.belongs_to(organisation_id)


def may_manage_team(actor: Actor, organisation_id: str) -> bool:
    """Invite, change roles, remove, and hold keys for programs."""
    return actor.manages(organisation_id)


def why_key_stopped(maker: User | None, role: str | None) -> str | None:
    """Why a key does not work (a code of `labels.KEY_STOPS`), or None where it does: it may do what its maker may, who
    has the place `role` in the team now."""
    if maker is None:
        return "maker-gone"
    if maker.suspended_at is not None:
        return "maker-suspended"
    if role is None:
        return "maker-left"
    return None if role in EDITING_ROLES else "maker-reviews"


def may_see_claim(actor: Actor, claim: Claim) -> bool:
    """Read a claim: who made it, those who may decide it, and moderators."""
    return actor.is_moderator or made_claim(actor, claim) or manages_claimed(actor, claim)


def may_withdraw_claim(actor: Actor, claim: Claim) -> bool:
    """Take a claim back."""
    return made_claim(actor, claim)


def may_read_paper(actor: Actor, claim: Claim) -> bool:
    """Open the paper that came with a claim: it may show more than colleagues need to know."""
    return actor.is_moderator or made_claim(actor, claim)


def made_claim(actor: Actor, claim: Claim) -> bool:
    """Whether a claim is the actor's own."""
    return actor.is_signed_in and actor.user_id == claim.user_id


def manages_claimed(actor: Actor, claim: Claim) -> bool:
    """Whether the actor manages the team that a claim asks to join."""
    return claim.organisation_id is not None and actor.manages(claim.organisation_id)
