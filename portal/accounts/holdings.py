"""What is kept of a person with an account."""

from __future__ import annotations

from portal.accounts import limits, service
from portal.accounts.models import KnownBrowser, MailedLink, Passkey, PasskeyChallenge, RecoveryCode, SignIn, User
from portal.core import retention
from portal.core.holding import Holding, Keeping, Rows, over
from portal.core.messages import N_


def _forget_unconfirmed(keeping: Keeping) -> int:
    return service.forget_unconfirmed(keeping.session, keeping.now)


def _forget_attempts(keeping: Keeping) -> int:
    return limits.forget_old_attempts(keeping.session, keeping.now)


HOLDINGS = (
    Holding(
        "account", N_("Your account"),
        N_("So that you can sign in and get letters. Your password is kept in a form from which nobody can read it."),
        rows=(Rows(User.id, hidden=("password_hash", "totp_secret", "totp_used")),),
        periods=(retention.UNCONFIRMED,),
        expire=(_forget_unconfirmed,),
    ),
    Holding(
        "sign-ins", N_("Where you are signed in"),
        N_("So that you can end a sign-in elsewhere, and hear of a new browser."),
        rows=(Rows(SignIn.user_id, hidden=("id", "digest", "totp_offered")),),
        periods=(retention.SIGN_INS,),
        expire=(over(SignIn.seen_at, retention.SIGN_INS),),
    ),
    Holding(
        "known-browsers", N_("Browsers that you have signed in with"),
        N_("So that a letter tells you when your account is opened in a new one."),
        rows=(Rows(KnownBrowser.user_id),),
    ),
    Holding(
        "links", N_("Links sent to you"), N_("So that a link works once, and only for a while."),
        rows=(
            Rows(MailedLink.user_id, hidden=("digest",)),
            Rows(MailedLink.email, by="email", only=("purpose", "expires_at")),
        ),
        periods=(retention.ENDED_LINKS,),
        expire=(over(MailedLink.expires_at, retention.ENDED_LINKS),),
    ),
    Holding(
        "passkeys", N_("Passkeys"),
        N_("So that your devices can sign you in; your fingerprint, face or PIN never leaves them."),
        rows=(
            Rows(Passkey.user_id, hidden=("id", "credential_id", "public_key", "sign_count")),
            Rows(PasskeyChallenge.user_id, hidden=("digest",)),
        ),
        periods=(retention.ENDED_LINKS,),
        expire=(over(PasskeyChallenge.expires_at, retention.ENDED_LINKS),),
    ),
    Holding(
        "recovery-codes", N_("Recovery codes"),
        N_("So that you can sign in without your second step; only a digest of each is kept."),
        rows=(Rows(RecoveryCode.user_id, hidden=("digest",)),),
    ),
    Holding(
        "attempts", N_("Attempts"),
        N_("So that nobody guesses passwords. Who tried is kept as a digest that tells nobody an address."),
        periods=(retention.ATTEMPTS,),
        expire=(_forget_attempts,),
    ),
)  # fmt: skip
