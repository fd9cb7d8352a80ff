"""The second factor, for those who want one: codes of an app (TOTP, RFC 6238), and recovery codes in their place."""

from __future__ import annotations

import unicodedata
from datetime import datetime

import pyotp
import segno
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import RecoveryCode, SignIn, User
from portal.accounts.service import Page, check_present_password
from portal.core.actor import Actor
from portal.core.audit import note
from portal.core.errors import Invalid
from portal.core.ids import CHANCE, new_id
from portal.core.secrets import digest
from portal.mail.service import post

RECOVERY_CODES = 10
_STEP = 30  # seconds for which an app shows one code
_LIKE = str.maketrans("oil", "011")  # letters that recovery codes do not have, for what was meant


def offer_secret(session: Session, token: str) -> str:
    """A secret to share with an app: for this sign-in the same until it is used."""
    own = session.scalars(sa.select(SignIn).where(SignIn.digest == digest(token)).with_for_update()).one()
    if own.totp_offered is None:
        own.totp_offered = pyotp.random_base32()
    return own.totp_offered


def forget_offer(session: Session, token: str) -> None:
    """The secret is in use: another one is offered from now on."""
    session.execute(sa.update(SignIn).where(SignIn.digest == digest(token)).values(totp_offered=None))


def picture_of(secret: str, email: str, site_name: str) -> str:
    """The QR code from which an app reads the secret, as SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site_name)
    picture: str = segno.make(address, error="m").svg_inline(omitsize=True, light="#fff", border=3, svgclass="qr")
    return picture


def switch_on(session: Session, user: User, secret: str, code: str, present: str, now: datetime) -> list[str]:
    """Ask for a code at each sign-in from now on; the recovery codes. Raises `Invalid` for a wrong code or password."""
    check_present_password(user, present)
    step = _step_of(secret, _plain(code), now)
    if step is None:
        raise Invalid("code.wrong", field="code")
    user.totp_secret, user.totp_used = secret, step
    note(session, "account.second-factor-on", Actor(user.id), ("user", user.id), now)
    return _new_codes(session, user, now)


def switch_off(session: Session, user: User, present: str, now: datetime, page: Page) -> None:
    """Ask for the password alone; the person is told by letter. Raises `Invalid` for a wrong password."""
    check_present_password(user, present)
    user.totp_secret = user.totp_used = None
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    note(session, "account.second-factor-off", Actor(user.id), ("user", user.id), now)
    post(session, "second-factor-off", user.language, user.email, now, address=page(user.language))


def replace_recovery_codes(session: Session, user: User, present: str, now: datetime) -> list[str]:
    """New codes in place of all former ones; nobody can see them again. Raises `Invalid` for a wrong password."""
    check_present_password(user, present)
    return _new_codes(session, user, now)


def _new_codes(session: Session, user: User, now: datetime) -> list[str]:
    session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [new_id(CHANCE, 10) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(digest=digest(user.id + code), user_id=user.id) for code in codes)
    note(session, "account.recovery-codes-made", Actor(user.id), ("user", user.id), now)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def use_code(session: Session, user: User, code: str, now: datetime) -> None:
    """Take a code of the app, or a recovery code; no code works twice. Raises `Invalid`."""
    plain = _plain(code)
    if len(plain) == 6:
        taken = _take_step(session, user, plain, now)
    else:
        wanted = digest(user.id + plain.translate(_LIKE))
        gone = sa.delete(RecoveryCode).where(RecoveryCode.digest == wanted).returning(RecoveryCode.digest)
        taken = session.execute(gone).one_or_none() is not None
        if taken:
            note(session, "account.recovery-code-used", Actor(user.id), ("user", user.id), now)
    if not taken:
        raise Invalid("code.wrong", field="code")


def _take_step(session: Session, user: User, code: str, now: datetime) -> bool:
    """Whether this is the code of a moment after the one whose code was last taken: the database says who was first."""
    step = _step_of(user.totp_secret or "", code, now)
    if step is None:
        return False
    later = sa.or_(User.totp_used.is_(None), User.totp_used < step)
    query = sa.update(User).where(User.id == user.id, later).values(totp_used=step).returning(User.id)
    return session.execute(query, execution_options={"synchronize_session": False}).one_or_none() is not None


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code is of: the present one, or its neighbours, as clocks differ."""
    codes, present = pyotp.TOTP(secret), int(now.timestamp()) // _STEP
    return next((step for step in (present, present - 1, present + 1) if _same(codes.generate_otp(step), code)), None)


def _same(one: str, other: str) -> bool:
    return pyotp.utils.strings_equal(one, other)


def _plain(code: str) -> str:
    """A code as people may type it, with spaces or the digits of their script, in the form in which it was made."""
    letters = (str(unicodedata.digit(letter, letter)) for letter in unicodedata.normalize("NFKC", code).lower())
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())
