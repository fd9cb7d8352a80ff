"""Who belongs to the site's team, and what its members may do."""

from __future__ import annotations

from dataclasses import dataclass

from portal.accounts.models import User
from portal.core.actor import Actor
from portal.teams.models import Claim
from portal.teams.policy import made_claim, manages_claimed


@dataclass(frozen=True)
class Interest:
    """What an actor has to do with a team: whether it is the `own` one, and whether of the site's team nobody
    else could decide about it, as all belong to it or cannot act."""

    own: bool
    nobody_else: bool


NONE = Interest(own=False, nobody_else=False)


def may_moderate(actor: Actor) -> bool:
    """Decide what waits, trust and suspend teams, read what was done by whom."""
    return actor.is_moderator


def may_decide_about(actor: Actor, interest: Interest) -> bool:
    """Decide what concerns a team (its listings, requests to join it, its trust): nobody about the own one, but for an
    administrator where nobody else could."""
    return actor.is_moderator and (not interest.own or (actor.is_administrator and interest.nobody_else))


def may_look_into_claim(actor: Actor, claim: Claim) -> bool:
    """See what a claim is judged by: moderators, and the managers of the team it asks to join."""
    return actor.is_moderator or manages_claimed(actor, claim)


def may_decide_claim(actor: Actor, claim: Claim, interest: Interest) -> bool:
    """Decide a claim: moderators, and the managers of the team it asks to join; nobody decides an own one."""
    if made_claim(actor, claim):
        return False
    return may_decide_about(actor, interest) if actor.is_moderator else manages_claimed(actor, claim)


def may_administer(actor: Actor) -> bool:
    """See people and their state, write announcements, change the site's settings."""
    return actor.is_administrator


def may_change_person(actor: Actor, user: User) -> bool:
    """Suspend somebody, give and take a place in the site's team: never one's own."""
    return actor.is_administrator and actor.user_id != user.id


def may_propose_words(actor: Actor) -> bool:
    """Propose a word for the thesaurus."""
    return actor.is_signed_in
