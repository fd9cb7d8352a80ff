"""What is kept of people who are invited to listings, and of those who invite."""

from __future__ import annotations

from portal.core.holding import Holding, Keeping, Rows
from portal.core.messages import N_
from portal.matching.invitations.service import end_without_profile
from portal.matching.models import Invitation, Refusal

_READ = ("listing_id", "organisation_id", "message", "state", "sent_at", "expires_at", "answered_at")


def _end_without_profile(keeping: Keeping) -> int:
    return end_without_profile(keeping.session, keeping.now)


HOLDINGS = (
    Holding(
        "listing-invitations", N_("Invitations to listings"),
        N_("So that you can answer hosts, and see what you have shown them."),
        rows=(Rows(Invitation.user_id, only=(*_READ, "revealed")), Rows(Refusal.user_id)),
        expire=(_end_without_profile,),
    ),
    Holding(
        "sent-invitations", N_("Invitations you sent"),
        N_("So that your team and those invited know what was written."),
        rows=(Rows(Invitation.sent_by, only=_READ),),
        stays=N_("Invitations are your organisation’s; they no longer say that you sent them."),
    ),
)  # fmt: skip
