"""States of invitations, what may be revealed, and what can go wrong, in words: English message ids, translated when
shown."""

from __future__ import annotations

from portal.core.messages import N_
from portal.researchers.labels import PARTS

# As the host reads them: it learns no reasons.
STATES = {
    "sent": N_("Invited, not answered yet"),
    "interested": N_("Interested, without a name"),
    "accepted": N_("Accepted"),
    "declined": N_("Declined"),
    "withdrawn": N_("Taken back"),
    "expired": N_("Not answered in time"),
}
# As the person reads them.
OWN_STATES = {
    "sent": N_("Waits for your answer"),
    "interested": N_("You are interested; the host does not know who you are"),
    "accepted": N_("You accepted; the host knows who you are"),
    "declined": N_("You declined"),
    "withdrawn": N_("The host took it back"),
    "expired": N_("The time to answer is over"),
}
# A change of what these mean is a new edition (`service.WORDING`).
REVEALABLE = {
    "email": N_("My e-mail address"),
    **{part: text for part, text in PARTS.items() if part != "name"},
    "background": N_("Citizenships, date of birth, residence, stays abroad and awards"),
}
PROBLEMS = {
    "invitation.there": N_("Somebody of your team has invited this person to this listing already."),
    "listing.not-published": N_("People can be invited while the listing is published."),
    "invitation.decided": N_("This invitation has been answered or taken back already. Please reload the page."),
    "part.unknown": N_("Please choose from the list."),
}
