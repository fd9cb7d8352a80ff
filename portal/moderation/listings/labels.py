"""What moderators are told after a decision about a listing."""

from __future__ import annotations

from portal.core.messages import N_

DONE = {
    "accept": N_("Accepted. The team gets a letter."),
    "return": N_("Returned. The team gets a letter with the reason."),
    "suspend": N_("Suspended. Readers no longer see it; the team gets a letter with the reason."),
    "reinstate": N_("The suspension has ended: it is again what it was before. The team gets a letter."),
}
DECISIONS = {
    "posting.accepted": N_("%(name)s has accepted it already. Nothing was changed."),
    "posting.returned": N_("%(name)s has returned it already. Nothing was changed."),
    "posting.withdrawn": N_("The team has taken it back. Nothing was changed."),
}
CHANGED = N_("The draft has changed since you opened it. Look at it again. Nothing was changed by you.")
