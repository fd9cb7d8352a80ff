"""Up to four listings side by side, for anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.eligibility.page import Check, check_rules
from portal.eligibility.questions import QUESTIONS
from portal.listings import eligibility
from portal.listings.answers import Answers
from portal.listings.document import to_card
from portal.listings.models import Listing
from portal.listings.queries import SHOWN_STATES, whole_listings
from portal.listings.rules import Rule
from portal.listings.time import takes_applications
from portal.site import Site
from portal.web.cards import Card, card

MOST, FEWEST = 4, 2
_LONGEST_ID = 12


@dataclass(frozen=True)
class Column:
    """One of the listings. `check`: its conditions held against what the reader has said."""

    listing: Listing
    card: Card
    rules: tuple[Rule, ...]
    is_open: bool
    check: Check


@dataclass(frozen=True)
class Comparison:
    """The listings that there are among those asked for, in that order. `unknown`: how many there are not; `dropped`:
    how many were too many."""

    columns: tuple[Column, ...]
    unknown: int
    dropped: int

    @property
    def is_one(self) -> bool:
        """Whether there is anything to compare."""
        return len(self.columns) >= FEWEST

    @property
    def answered(self) -> bool:
        """Whether the reader has said anything that conditions ask for."""
        return any(column.check.answered for column in self.columns)

    @property
    def open_questions(self) -> tuple[str, ...]:
        """What the conditions of these listings ask, and the reader has not said."""
        asked = {question for column in self.columns for question in column.check.asked}
        return tuple(one for one in QUESTIONS if one in asked)


def compare(site: Site, ids: Sequence[str], reader: str, answers: Answers) -> Comparison:
    """Some listings that anybody may see, each once, for one who has said `answers`."""
    wanted = list(dict.fromkeys(one for one in ids if one))
    asked = [one for one in wanted[:MOST] if len(one) <= _LONGEST_ID and one.isprintable()]
    with site.sessions() as session:
        query = whole_listings().where(Listing.id.in_(asked), Listing.state.in_(SHOWN_STATES))
        found = {listing.id: listing for listing in session.scalars(query)}
    columns = tuple(_column(site, found[one], reader, answers) for one in asked if one in found)
    shown = min(len(wanted), MOST)
    return Comparison(columns, shown - len(columns), len(wanted) - shown)


def _column(site: Site, listing: Listing, reader: str, answers: Answers) -> Column:
    now = site.clock()
    rules = tuple(eligibility.rule_of(row) for row in listing.rules)
    shown = card(listing.id, to_card(listing), reader, now)
    return Column(listing, shown, rules, takes_applications(listing, now), check_rules(rules, answers, now.date()))
