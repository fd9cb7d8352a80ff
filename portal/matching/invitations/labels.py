"""States of invitations, what may be revealed, and what can go wrong, in words: English message ids, translated when
shown."""

from __future__ import annotations

from portal.core.messages import N_

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
REVEALABLE = {
    "email": N_("My e-mail address"),
    "background": N_("Citizenship, age and residence"),
    "degrees": N_("Degrees"),
    "posts": N_("Posts"),
    "publications": N_("Publications"),
    "languages": N_("Languages and tests"),
    "skills": N_("Skills and what I work on"),
    "wishes": N_("What I look for"),
}
PROBLEMS = {
    "invitation.there": N_("Somebody of your team has invited this person to this listing already."),
    "listing.not-published": N_("People can be invited while the listing is published."),
    "invitation.decided": N_("This invitation has been answered or taken back already. Please reload the page."),
    "part.unknown": N_("Please choose from the list."),
}
