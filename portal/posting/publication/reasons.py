"""Why a draft was returned or a listing suspended: prepared reasons, kept as codes, said in each reader's language."""

from __future__ import annotations

from portal.core.messages import N_

REASONS: dict[str, str] = {
    "host-unclear": N_("It is not clear that the organisation itself offers this."),
    "facts-missing": N_("Facts are missing that readers need to decide."),
    "facts-implausible": N_("Some facts contradict each other or cannot be right."),
    "money-unclear": N_("What is paid by whom is not stated clearly, or differs between the text and the facts."),
    "asks-passport": N_("It asks for passports or other identity papers before an offer is made."),
    "asks-fee": N_("It asks for fees to a private account, or before an offer is made."),
    "contact-private": N_("The contact is a private address. Give one of the organisation."),
    "duplicate": N_("The same is published already."),
    "text-unclear": N_("The text cannot be understood well enough."),
    "wrong-kind": N_("It is of another kind, or belongs to another field."),
}
# What the site itself says where a draft cannot be published when its time has come.
NO_LONGER_COMPLETE = "no-longer-complete"
ALL: dict[str, str] = {
    **REASONS,
    NO_LONGER_COMPLETE: N_("When its time had come, something in it was missing or no longer right."),
}
