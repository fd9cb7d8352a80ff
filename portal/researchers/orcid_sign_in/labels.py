"""What is said when ORCID was asked."""

from __future__ import annotations

from portal.accounts.labels import SENTENCES as OF_ACCOUNTS
from portal.core.messages import N_

SENTENCES = {
    "orcid.declined": N_("You did not let ORCID tell us who you are. Nothing was changed."),
    "orcid.failed": N_("ORCID’s answer could not be taken. Please begin again."),
    "orcid.refused": N_("This ORCID iD cannot be linked to your account."),
    "orcid.unlinked": N_("No account is linked to this ORCID iD. Sign in with your password, and link it there."),
    "orcid.unavailable": N_("ORCID does not answer at the moment. Use your password, or try again later."),
    "account.suspended": OF_ACCOUNTS["account.suspended"],
}  # fmt: skip
