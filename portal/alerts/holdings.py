"""What is kept of a person who saves listings and searches."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.alerts.models import Alert, CalendarFeed, Question, SavedListing, SavedSearch, StopLink
from portal.core import retention
from portal.core.holding import AT_ONCE, Holding, Keeping, Rows, over
from portal.core.messages import N_
from portal.listings.models import ListingOpening


def _forget_openings(keeping: Keeping) -> int:
    """An opening that everybody was told of goes with its alerts."""
    old = ListingOpening.looked_at < retention.ALERTS.before(keeping.now)
    return _delete(keeping, ListingOpening.id, sa.select(ListingOpening.id).where(old).limit(AT_ONCE))


def _forget_questions(keeping: Keeping) -> int:
    """What nobody asks any more."""
    asked = sa.exists().where(SavedSearch.digest == Question.digest)
    return _delete(keeping, Question.digest, sa.select(Question.digest).where(~asked).limit(AT_ONCE))


def _delete(keeping: Keeping, key: InstrumentedAttribute[Any], found: sa.Select[Any]) -> int:
    ids = keeping.session.scalars(found).all()
    keeping.session.execute(sa.delete(key.class_).where(key.in_(ids)))
    return len(ids)


HOLDINGS = (
    Holding(
        "saved-listings", N_("Saved listings"), N_("So that you find them again, and hear when they reopen."),
        rows=(Rows(SavedListing.user_id),),
    ),
    Holding(
        "saved-searches", N_("Saved searches"), N_("So that you get letters about new listings, each of them once."),
        rows=(
            Rows(Alert.user_id, only=("due_at", "told_at")),
            Rows(SavedSearch.user_id, hidden=("id", "digest")),
            Rows(StopLink.user_id, only=("made_at",)),
        ),
        periods=(retention.ALERTS, retention.STOP_LINKS),
        expire=(_forget_openings, _forget_questions, over(StopLink.made_at, retention.STOP_LINKS)),
    ),
    Holding(
        "calendar", N_("Your calendar"),
        N_("So that your calendar can fetch deadlines; only a digest of its address is kept."),
        rows=(Rows(CalendarFeed.user_id, only=("made_at",)),),
    ),
)  # fmt: skip
