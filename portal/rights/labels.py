"""What is kept in words: English message ids, translated when shown."""

from __future__ import annotations

from portal.accounts.labels import SENTENCES
from portal.core.messages import N_
from portal.moderation.labels import PROBLEMS as OF_THE_SITE

# Columns that people read; a test holds the table complete.
FIELDS = {
    "answered_at": N_("Answered"),
    "at": N_("When"),
    "audience": N_("Who may see it"),
    "browser": N_("Browser"),
    "changed_at": N_("Changed"),
    "concept": N_("Concept"),
    "confirmed_at": N_("Address confirmed"),
    "contact_name": N_("Contact"),
    "content": N_("Content"),
    "created_at": N_("Made"),
    "day": N_("Day"),
    "decided_at": N_("Decided"),
    "details": N_("Details"),
    "email": N_("E-mail address"),
    "event": N_("What happened"),
    "expires_at": N_("Ends"),
    "file_id": N_("Document"),
    "findable": N_("May be found by organisations"),
    "given": N_("Allowed"),
    "happened_at": N_("When"),
    "id": N_("Id"),
    "joined_at": N_("Joined"),
    "label": N_("Word"),
    "language": N_("Language"),
    "last_used_at": N_("Last used"),
    "listing_id": N_("Listing"),
    "media_type": N_("Type"),
    "message": N_("Message"),
    "name": N_("Name"),
    "note": N_("Note"),
    "object_id": N_("Id"),
    "object_kind": N_("Done to"),
    "orcid": N_("ORCID iD"),
    "orcid_at": N_("ORCID iD proven"),
    "organisation_id": N_("Organisation"),
    "part": N_("Part"),
    "parts": N_("Parts"),
    "proof": N_("Proof"),
    "proposed": N_("Proposed organisation"),
    "public_id": N_("Your id for organisations"),
    "published_at": N_("Published"),
    "purpose": N_("For what"),
    "queued_at": N_("Written"),
    "reason": N_("Reason"),
    "revoked_at": N_("Revoked"),
    "role": N_("Role"),
    "saved_at": N_("Saved"),
    "seen_at": N_("Last seen"),
    "seen_on": N_("Last signed in"),
    "sent_at": N_("Sent"),
    "shown_from": N_("Shown from"),
    "shown_until": N_("Shown until"),
    "site_role": N_("Place in the site’s team"),
    "size": N_("Size in bytes"),
    "state": N_("State"),
    "submitted_at": N_("Proposed"),
    "suspended_at": N_("Suspended"),
    "template": N_("Letter"),
    "texts": N_("Texts"),
    "transports": N_("How the device is reached"),
    "used_at": N_("Last used"),
    "version": N_("Version"),
    "warned_on": N_("Told that the profile will be deleted"),
    "wording": N_("Edition of the words"),
}
PARTS = {
    "name": N_("Name"),
    "background": N_("Origin and stays"),
    "degrees": N_("Degrees"),
    "posts": N_("Posts"),
    "publications": N_("Publications"),
    "languages": N_("Languages"),
    "skills": N_("Topics and skills"),
    "wishes": N_("What I look for"),
}
CONSENTS = {
    "findable": N_("Being found by organisations that look for people"),
    "show-part": N_("Showing a part of the profile to organisations"),
}
PROBLEMS = {
    **SENTENCES,
    "deletion.last-manager": N_(
        "You are the last manager of a team that others need. Above is what to do about it first."
    ),
    "deletion.typed": N_("This is not your e-mail address. Type it as it stands above."),
    "person.last-administrator": OF_THE_SITE["person.last-administrator"],
}
