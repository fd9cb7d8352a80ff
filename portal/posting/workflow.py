"""What may be done with a posting, as one table: action, from where, to where, by whom, and the letter it causes.

Buttons, checks and the exhaustive test all read it. A posting has two states: that of its draft and that of its
published listing (None where there is none); each step changes one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.posting.models import Posting

DRAFT, LISTING = "draft", "listing"
EDITOR, MODERATOR, SITE = "editor", "moderator", "site"  # the site: what it does by itself, when the time has come


@dataclass(frozen=True)
class Step:
    """One line of the table. Of several `targets` the first that fits is taken: `service` says which."""

    action: str
    of: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    who: str
    letter: str | None = None


STEPS: tuple[Step, ...] = (
    Step("edit", DRAFT, ("none",), ("editing",), EDITOR),
    Step("save", DRAFT, ("editing", "returned", "scheduled"), ("editing",), EDITOR),
    Step("restore", DRAFT, ("none", "editing", "returned", "scheduled"), ("editing",), EDITOR),
    Step("submit", DRAFT, ("editing", "returned"), ("in-review", "scheduled", "none"), EDITOR),
    Step("withdraw", DRAFT, ("in-review", "scheduled"), ("editing",), EDITOR),
    Step("accept", DRAFT, ("in-review",), ("scheduled", "none"), MODERATOR, "posting-accepted"),
    Step("return", DRAFT, ("in-review",), ("returned",), MODERATOR, "posting-returned"),
    Step("publish", DRAFT, ("scheduled",), ("none",), SITE, "listing-published"),
    Step("give-back", DRAFT, ("scheduled",), ("returned",), SITE, "posting-schedule-failed"),
    Step("hold", DRAFT, ("scheduled",), ("in-review",), SITE, "posting-held"),
    Step("close", LISTING, ("published",), ("closed",), EDITOR),
    Step("expire", LISTING, ("published",), ("closed",), SITE),
    Step("archive", LISTING, ("closed",), ("archived",), EDITOR),
    Step("show", LISTING, ("closed", "archived"), ("published",), EDITOR),
    Step("confirm", LISTING, ("published",), ("published",), EDITOR),
    Step("suspend", LISTING, ("published", "closed", "archived"), ("suspended",), MODERATOR, "listing-suspended"),
    Step("reinstate", LISTING, ("suspended",), ("published", "closed", "archived"), MODERATOR, "listing-reinstated"),
)
BY_ACTION: dict[str, Step] = {step.action: step for step in STEPS}


def is_open(posting: Posting) -> bool:
    """Whether there is a draft and it may be changed: not while it is being looked at."""
    return posting.content is not None and posting.state in BY_ACTION["save"].sources


def steps_from(draft: str, listing: str | None) -> Iterator[Step]:
    """The steps that may be taken now, whoever takes them."""
    return (step for step in STEPS if (draft if step.of == DRAFT else listing) in step.sources)
