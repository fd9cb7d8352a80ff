"""What is kept of a person who saves listings and searches."""

from __future__ import annotations

import sqlalchemy as sa

from portal.alerts.models import Alert, CalendarFeed, SavedListing, SavedSearch, SharedSearch, StopLink
from portal.core import retention
from portal.core.holding import Holding, Keeping, Rows, end_rows, over
from portal.core.messages import N_
from portal.listings.models import ListingOpening


def _forget_shared(keeping: Keeping) -> int:
    """What nobody asks any more."""
    return end_rows(keeping.session, SharedSearch, ~sa.exists().where(SavedSearch.digest == SharedSearch.digest))


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
        expire=(
            over(ListingOpening.looked_at, retention.ALERTS),  # with its alerts: everybody was told of it
            _forget_shared,
            over(StopLink.made_at, retention.STOP_LINKS),
        ),
    ),
    Holding(
        "calendar", N_("Your calendar"),
        N_("So that your calendar can fetch deadlines; only a digest of its address is kept."),
        rows=(Rows(CalendarFeed.user_id, only=("made_at",)),),
    ),
)  # fmt: skip
