"""What may become of an invitation, as data: services, buttons and tests read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STATES = ("sent", "interested", "accepted", "declined", "withdrawn", "expired")
PERSON, HOST, SITE = "person", "host", "site"


@dataclass(frozen=True)
class Step:
    """Who takes it, from which states, to which."""

    who: str
    sources: tuple[str, ...]
    target: str


STEPS: Mapping[str, Step] = {
    "accept": Step(PERSON, ("sent", "interested"), "accepted"),  # the host learns who it is
    "express-interest": Step(PERSON, ("sent",), "interested"),  # and here it does not
    "decline": Step(PERSON, ("sent", "interested", "accepted"), "declined"),  # takes back what was revealed
    "hand-over": Step(SITE, ("accepted",), "interested"),  # to another host, which is not told who it is
    "withdraw": Step(HOST, ("sent",), "withdrawn"),
    "expire": Step(SITE, ("sent",), "expired"),
    "end": Step(SITE, ("sent", "interested", "accepted"), "expired"),  # the profile that was invited is deleted
}


def actions(who: str, state: str) -> tuple[str, ...]:
    """What somebody may do with an invitation in a state."""
    return tuple(action for action, step in STEPS.items() if step.who == who and state in step.sources)
