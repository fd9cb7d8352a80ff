"""What is kept of those who look after the site, and of those who propose words."""

from __future__ import annotations

from portal.core.holding import Holding, Rows
from portal.core.messages import N_
from portal.core.preferences import SiteSetting
from portal.moderation.models import Announcement, ThesaurusProposal

_WORD = ("language", "label", "concept", "state", "created_at")

HOLDINGS = (
    Holding(
        "words", N_("Words that you proposed"), N_("So that you hear what becomes of them."),
        rows=(
            Rows(ThesaurusProposal.proposed_by, only=(*_WORD, "note", "reason"), emptied={"note": ""}),
            Rows(ThesaurusProposal.decided_by, only=(*_WORD, "decided_at")),
        ),
        stays=N_("The words stay, without what you wrote about them, and without your name."),
    ),
    Holding(
        "upkeep", N_("Announcements and settings of the site"), N_("So that the site’s team knows who wrote them."),
        rows=(
            Rows(Announcement.created_by, only=("texts", "shown_from", "shown_until", "created_at")),
            Rows(SiteSetting.changed_by, only=("name", "changed_at")),
        ),
        stays=N_("They are those of the site and stay, without your name."),
    ),
)  # fmt: skip
