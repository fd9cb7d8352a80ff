"""What the home page says to one who is signed in: what fits, what they keep that closes soon, who waits for them."""

from __future__ import annotations

from dataclasses import dataclass

from portal.alerts.page import SavedCard, saved_cards
from portal.alerts.queries import list_kept
from portal.core.actor import Actor
from portal.listings.answers import Answers
from portal.matching.invitations.queries import count_waiting
from portal.matching.page import MatchCard, for_you
from portal.researchers.page import undecided_topics
from portal.site import Site
from portal.vocabulary.named import NamedTopic

SHOWN = 3  # of each


@dataclass(frozen=True)
class Strip:
    """`said`: whether the profile says anything to find listings by; `undecided`: what its sentences name, if not."""

    said: bool
    undecided: tuple[NamedTopic, ...]
    matches: tuple[MatchCard, ...]
    closing: tuple[SavedCard, ...]
    invitations: int


def strip_for(site: Site, actor: Actor, answers: Answers, reader: str) -> Strip | None:
    """The strip of a person; None for visitors, and for those who are here for an organisation alone."""
    if actor.user_id is None:
        return None
    now = site.clock()
    with site.sessions() as session:
        kept = list_kept(session, actor.user_id)
        waiting = count_waiting(session, actor.user_id, now)
    found = for_you(site, actor.user_id, reader, answers)
    rows = saved_cards(kept, reader, now, "deadline")
    closing = tuple(row for row in rows if row.is_open and row.card.deadline)[:SHOWN]
    undecided = () if found.said else undecided_topics(site, actor.user_id)
    strip = Strip(found.said, undecided, found.matches[:SHOWN], closing, waiting)
    return strip if strip.said or closing or waiting or not actor.roles else None
