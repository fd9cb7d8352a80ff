"""People with an account, where they are signed in, and the links that were sent to them."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.actor import SITE_ROLES
from portal.core.database import Base, Instant, one_of

LINK_PURPOSES = ("confirm", "reset", "change-email")


class User(Base):
    """One person. `email` is kept in the form in which it is compared; nothing works before it is confirmed."""

    __tablename__ = "users"
    __table_args__ = (one_of("site_role", SITE_ROLES),)

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))  # argon2id
    name: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(10))  # all mail is written in it
    site_role: Mapped[str | None] = mapped_column(sa.String(15))
    created_at: Mapped[datetime] = mapped_column(Instant())
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant())
    suspended_at: Mapped[datetime | None] = mapped_column(Instant())
    totp_secret: Mapped[str | None] = mapped_column(sa.String(64))
    seen_on: Mapped[date | None] = mapped_column(index=True)  # the last day on which the person was signed in
    warned_on: Mapped[date | None]  # that the profile will be deleted, as nobody has come since
    totp_used: Mapped[int | None]  # the time step whose code was last taken: no code works twice


class SignIn(Base):
    """One browser in which a person is signed in. The cookie holds the token, this table only its digest."""

    __tablename__ = "sign_ins"

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    browser: Mapped[str] = mapped_column(sa.String(80))  # as people call it: "Firefox, Android"; empty if unknown
    created_at: Mapped[datetime] = mapped_column(Instant())
    seen_at: Mapped[datetime] = mapped_column(Instant())
    totp_offered: Mapped[str | None] = mapped_column(sa.String(64))  # a secret that is shared, and not yet in use


class KnownBrowser(Base):
    """A browser from which a person has signed in before: a letter tells of each new one, once."""

    __tablename__ = "known_browsers"

    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    browser: Mapped[str] = mapped_column(sa.String(80), primary_key=True)


class MailedLink(Base):
    """A link that was sent by mail and works once. `email` is the new address where one is to be changed."""

    __tablename__ = "mailed_links"
    __table_args__ = (one_of("purpose", LINK_PURPOSES),)

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(15))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    expires_at: Mapped[datetime] = mapped_column(Instant())


class RecoveryCode(Base):
    """A code that replaces a lost second factor, once."""

    __tablename__ = "recovery_codes"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)


class Passkey(Base):
    """A key pair that a device of a person made for this site (WebAuthn): the device keeps the private half."""

    __tablename__ = "passkeys"

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    user_id: Mapped[str] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary(1023), unique=True)  # by which devices know it again
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary())  # COSE
    sign_count: Mapped[int] = mapped_column(sa.BigInteger())  # how often it signed; many devices always say 0
    transports: Mapped[list[str]] = mapped_column(sa.JSON)  # how the browser reaches the device: internal, usb, hybrid…
    name: Mapped[str] = mapped_column(sa.String(60))  # what the person calls it
    created_at: Mapped[datetime] = mapped_column(Instant())
    last_used_at: Mapped[datetime | None] = mapped_column(Instant())


class PasskeyChallenge(Base):
    """What a device has to sign, once and soon: to sign in, or, for a person signed in, to add a passkey."""

    __tablename__ = "passkey_challenges"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant(), index=True)


class Attempts(Base):
    """How often something was tried in a stretch of time; see `limits`."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(sa.String(100), primary_key=True)  # what, and a digest of who
    since: Mapped[datetime] = mapped_column(Instant(), index=True)
    count: Mapped[int] = mapped_column(default=0)
