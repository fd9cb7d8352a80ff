"""What is said of the errors of this feature, by their codes: what to write instead, or what to do."""

from __future__ import annotations

from portal.core.messages import N_

SENTENCES = {
    "email.invalid": N_("Please write an address like name@university.edu."),
    "email.same": N_("This is your present address. Please write the new one."),
    "password.short": N_(
        "Please use at least %(shortest)d characters. Three or four words that do not belong together are easy to keep "
        "in mind."
    ),
    "password.long": N_("Please use at most %(longest)d characters."),
    "password.common": N_(
        "Many people use this password, so it is guessed first. Please put together three or four words that do not "
        "belong together."
    ),
    "password.own": N_("Whoever knows you would guess this. Please take words that are not your name or your address."),
    "password.wrong": N_("This is not your present password."),
    "sign-in.wrong": N_("Address and password do not belong together. Check both, or ask for a new password."),
    "confirm.wrong": N_("This is not the password you chose. Try again, or ask for a new password."),
    "account.suspended": N_(
        "This account is suspended. If you think this is a mistake, write to the team of this site."
    ),
    "passkey.wrong": N_("This passkey was not taken. Please try again, or with another device."),
    "passkey.many": N_("You have as many passkeys as there can be. Please remove one that you do not use."),
    "code.wrong": N_("This code does not work, or not any more. Please wait for the next one, and type that."),
}
