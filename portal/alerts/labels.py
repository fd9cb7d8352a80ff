"""Codes of saved things in words."""

from __future__ import annotations

from portal.core.messages import N_

FREQUENCIES = {
    "at-once": N_("At once, when something new is published"),
    "daily": N_("Once a day, in the morning"),
    "weekly": N_("Once a week, on Monday"),
    "never": N_("No letters; I look myself"),
}
SORTS = {"saved": N_("Saved last"), "deadline": N_("Deadline"), "name": N_("Title")}
# What cannot be kept, and what to do about it.
PROBLEMS = {
    "saved.full": N_("You have saved %(number)d listings, which is as many as can be kept. Take some out first."),
    "searches.full": N_("You have saved %(number)d searches, which is as many as can be kept. Take one out first."),
    "search.known": N_("You have saved this search already. You find it among your saved searches."),
}
