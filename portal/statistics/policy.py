"""Who may see how often listings were seen."""

from __future__ import annotations

from portal.core.actor import Actor


def may_see_numbers(actor: Actor, organisation_id: str) -> bool:
    """The whole team of an organisation, and the site's team."""
    return actor.is_moderator or actor.belongs_to(organisation_id)
