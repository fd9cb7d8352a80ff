"""Who may do what with an organisation's listings; one rule for an object, and its twin that filters lists."""

from __future__ import annotations

from portal.core.actor import Actor
from portal.posting.models import Posting
from portal.posting.workflow import EDITOR, MODERATOR, Step, steps_from


def may_see_postings(actor: Actor, organisation_id: str) -> bool:
    """See drafts, versions and numbers of an organisation."""
    return actor.has_role(organisation_id, "manager", "editor", "reviewer")


def may_edit(actor: Actor, posting: Posting) -> bool:
    """Change the draft, propose it for publication."""
    return actor.has_role(posting.organisation_id, "manager", "editor")


def may_create(actor: Actor, organisation_id: str) -> bool:
    """Begin a new listing of an organisation."""
    return actor.has_role(organisation_id, "manager", "editor")


def may_see_draft(actor: Actor, posting: Posting) -> bool:
    """Read a draft: its team always, moderators once it was proposed for publication."""
    if may_see_postings(actor, posting.organisation_id):
        return True
    return actor.is_moderator and posting.state in ("in-review", "returned", "scheduled")


def may_take(actor: Actor, posting: Posting, step: Step) -> bool:
    """Take a step of the workflow; what the site does by itself, nobody may."""
    if step.who == MODERATOR:
        return actor.is_moderator
    return step.who == EDITOR and may_edit(actor, posting)


def actions_for(actor: Actor, posting: Posting, listing_state: str | None) -> frozenset[str]:
    """What the actor may do with a posting now: the buttons of its pages."""
    steps = steps_from(posting.state, listing_state)
    return frozenset(step.action for step in steps if may_take(actor, posting, step))


def may_answer_for_partner(actor: Actor, organisation_id: str) -> bool:
    """Say whether an organisation takes part in another's listing."""
    return actor.has_role(organisation_id, "manager")
