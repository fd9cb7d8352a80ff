"""Roles, claims and what can go wrong with them, in words: English message ids, translated when shown."""

from __future__ import annotations

from portal.core.messages import N_

ROLES = {"manager": N_("Manager"), "editor": N_("Editor"), "reviewer": N_("Reviewer")}
DUTIES = {
    "manager": N_(
        "Invites people and changes their roles, holds keys for programs, and does everything that an editor does."
    ),
    "editor": N_("Writes listings, proposes them for publication and closes them."),
    "reviewer": N_("Reads drafts and numbers, and changes nothing."),
}
CLAIM_STATES = {
    "waiting": N_("Waiting for a decision"),
    "approved": N_("Approved"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
}
PROOFS = {
    "domain": N_("The e-mail address belongs to the organisation's own domain: strong."),
    "document": N_("A document, to be looked at."),
}
KEY_STOPS = {
    "maker-gone": N_("Does not work: whoever made it has no account any more."),
    "maker-left": N_("Does not work: %(name)s, who made it, does not belong to the team any more."),
    "maker-reviews": N_("Does not work: %(name)s, who made it, does not write listings any more."),
    "maker-suspended": N_("Does not work: the account of %(name)s, who made it, is suspended."),
}
PROBLEMS = {
    "claim.unproved": N_("Please add a document: your e-mail address alone does not show that you belong there."),
    "claim.waiting": N_("Your request for this organisation is waiting already. There is no need to send it again."),
    "claim.member": N_("You belong to the team of this organisation already."),
    "claim.many": N_("Too many of your requests are waiting. Please wait for a decision, or withdraw one."),
    "claim.decided": N_("This request has been decided or withdrawn already."),
    "organisation.known": N_("The directory has an organisation of this name in this country. Please choose that one."),
    "file.empty": N_("This file is empty. Please choose another one."),
    "file.large": N_("This file is too large. It may have at most %(megabytes)s MB."),
    "file.type": N_("This is not a whole PDF, PNG or JPEG file. Please save the document as one of these."),
    "role.unknown": N_("Please choose one of the roles."),
    "email.invalid": N_("This is not an e-mail address. An address looks like name@university.edu."),
    "invitation.self": N_("This is your own address."),
    "invitation.member": N_("Somebody with this address belongs to the team already."),
    "invitation.many": N_("Too many invitations are waiting. Please cancel some of them first."),
    "invitation.unknown": N_(
        "This invitation does not work any more: it was used, cancelled or replaced by a newer one."
    ),
    "invitation.expired": N_("This invitation has expired. Please ask for a new one."),
    "invitation.other-address": N_(
        "This invitation was sent to another e-mail address. Please sign in with the account of that address."
    ),
    "team.last-manager": N_("A team needs a manager. Please hand over to somebody else first."),
    "member.unknown": N_("This person does not belong to the team any more."),
    "member.self": N_("Please choose somebody else."),
    "key.name": N_("There is a key with this name already."),
    "key.many": N_("This organisation has as many keys as it may. Please revoke one first."),
}
