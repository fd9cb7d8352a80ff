"""What a team does with several of its published listings at once. Each is a change of its own: what one of them does
not allow keeps none of the others from being changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import NoResultFound

from portal.core.actor import Actor
from portal.core.errors import Conflict, Forbidden, NotFound
from portal.posting.publication.service import move
from portal.posting.queries import get_own_posting
from portal.posting.workflow import BY_ACTION
from portal.site import Site

ACTIONS = ("confirm", "close", "archive")
MOST = 500  # at once


@dataclass(frozen=True)
class Moved:
    """What became of some listings: those that were changed, and those that did not allow it."""

    done: tuple[str, ...]
    refused: tuple[str, ...]


def refusal(action: str, state: str | None) -> str | None:
    """Why a listing in a state (None: nothing of it is published) does not allow an action; None where it does."""
    if state in BY_ACTION[action].sources:
        return None
    if action == "archive" and state == "published":
        return "close-first"
    return state or "unpublished"


def move_each(site: Site, ids: Sequence[str], action: str, actor: Actor) -> Moved:
    """Take a step with each of some listings."""
    done, refused = [], []
    for listing_id in ids:
        try:
            with site.unit_of_work().begin() as session:
                move(session, get_own_posting(session, listing_id, actor), action, actor, site.clock())
        except (Conflict, Forbidden, NotFound, NoResultFound):
            refused.append(listing_id)
        else:
            done.append(listing_id)
    return Moved(tuple(done), tuple(refused))
