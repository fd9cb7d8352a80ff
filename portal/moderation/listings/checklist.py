"""What a moderator looks at before a listing is published: codes that are kept with the decision, and their words."""

from __future__ import annotations

from portal.core.messages import N_

CHECKS: dict[str, str] = {
    "host": N_("The host is who it says it is, and offers this itself."),
    "facts": N_("The facts are complete and plausible: dates, places, length, who may apply."),
    "money": N_("Money is stated truthfully, and the text says the same as the facts."),
    "asks": N_("Nothing is asked that must not be asked: no passport before an offer, no fee to a private account."),
    "contact": N_("The contact is at the organisation, not a private address."),
    "duplicate": N_("It is not published here already."),
}
