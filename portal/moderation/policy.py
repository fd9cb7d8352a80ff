"""Who belongs to the site's team, and what its members may do."""

from __future__ import annotations

from portal.accounts.models import User
from portal.core.actor import Actor


def may_moderate(actor: Actor) -> bool:
    """Decide what waits, trust and suspend teams, read what was done by whom."""
    return actor.is_moderator


def may_administer(actor: Actor) -> bool:
    """See people and their state, write announcements, change the site's settings."""
    return actor.is_administrator


def may_change_person(actor: Actor, user: User) -> bool:
    """Suspend somebody, give and take a place in the site's team: never one's own."""
    return actor.is_administrator and actor.user_id != user.id


def may_propose_words(actor: Actor) -> bool:
    """Propose a word for the thesaurus."""
    return actor.is_signed_in
