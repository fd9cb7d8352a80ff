"""What can be done with several listings at once, in words."""

from __future__ import annotations

from portal.core.messages import N_

ACTIONS = {
    "confirm": N_("Still right"),
    "close": N_("Close"),
    "archive": N_("Archive"),
    "export": N_("Take them as a workbook"),
}
QUESTIONS = {
    "confirm": N_("Are these still right?"),
    "close": N_("Close these listings?"),
    "archive": N_("Archive these listings?"),
}
EFFECTS = {
    "confirm": N_("Readers see when a listing was last confirmed."),
    "close": N_("Pages of closed listings stay and say so; the search no longer finds them."),
    "archive": N_("Readers no longer see what is archived; your team keeps it."),
}
REFUSALS = {
    "unpublished": N_("Nothing of it is published yet."),
    "close-first": N_("Readers still see it. Close it first."),
    "closed": N_("It is closed."),
    "archived": N_("It is archived."),
    "suspended": N_("It is suspended by the team of this site."),
}
