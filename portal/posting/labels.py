"""Codes of posting in words: English message ids, translated when shown."""

from __future__ import annotations

from portal.core.messages import N_

SECTIONS = {
    "basics": N_("Kind and origin"),
    "texts": N_("Title and text"),
    "host": N_("Host and contact"),
    "content": N_("Content"),
    "time": N_("Dates and deadlines"),
    "places": N_("Places"),
    "money": N_("Money"),
    "eligibility": N_("Who may apply"),
    "documents": N_("Documents wanted"),
    "selection": N_("Selection"),
    "partners": N_("Partners"),
    "apply": N_("How to apply"),
    "base": N_("Training base"),
    "joint": N_("Joint programme"),
}
SECTION_STATES = {
    "empty": N_("Not begun"),
    "begun": N_("Begun"),
    "missing": N_("Something is missing"),
    "wrong": N_("Please look again"),
}
STATES = {
    "none": N_("Published"),
    "editing": N_("Draft"),
    "in-review": N_("In review"),
    "returned": N_("Returned"),
    "scheduled": N_("Scheduled"),
}
TEXT_STATES = {
    "source": N_("Original"),
    "missing": N_("Missing"),
    "machine": N_("A machine’s draft"),
    "unfinished": N_("Unfinished"),
    "outdated": N_("The original has changed"),
    "dates": N_("Please check the dates in the text"),
    "ready": N_("Up to date"),
}
TOPIC_STATES = {
    "proposed": N_("Not decided"),
    "accepted": N_("It is about this"),
    "refused": N_("Only mentioned"),
}
PARTNER_STATES = {
    "asked": N_("Waits for your answer"),
    "confirmed": N_("Confirmed"),
    "declined": N_("Declined"),
}
QUESTIONS = {
    "with": N_("With whom?"),
    "who": N_("Who may apply?"),
    "get": N_("What do I get?"),
    "when": N_("By when?"),
    "send": N_("What must I send?"),
    "where": N_("Where, and how long?"),
    "apply": N_("How do I apply?"),
    "languages": N_("In which languages?"),
}
KINDS = {
    "joint-programme": N_("Two institutions teach together; there is a degree or certificate at the end."),
    "training-base": N_("A place with equipment and teachers where others can train."),
    "visiting-scholar": N_("A stay for research or teaching at the host."),
    "overseas-training": N_("A course abroad for a group or for single people."),
    "shared-course": N_("A digital course that learners of other institutions may take."),
    "scholarship": N_("Money for studies or research, with or without a programme of its own."),
}
RULES = {
    "citizenship": N_("Which citizens may apply?"),
    "citizenship-excluded": N_("Which citizens may not apply?"),
    "age-max": N_("How old may people be?"),
    "degree-min": N_("Which degree do they need?"),
    "degree-within": N_("How long ago may the last degree be?"),
    "employment": N_("Do they need to be employed?"),
    "residence-max": N_("How long may they have lived in the country before?"),
    "no-concurrent-award": N_("May they hold another award at the same time?"),
    "language-test": N_("Which language test do they need?"),
    "nomination": N_("Does somebody have to nominate them?"),
}
LEVELS = N_("All levels")
