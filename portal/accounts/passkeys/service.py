"""Passkeys (WebAuthn): a device signs a challenge with a key that it made for this site alone, once it has made sure of
the person by finger, face or PIN. That is both factors at once, so no code is asked for.

A challenge is good once, for some minutes, and for one purpose. A key is bound to the name of the site, an answer to
its origin: both come from the setting `site_url`, never from a request.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import sqlalchemy as sa
import webauthn
from sqlalchemy.orm import Session
from webauthn.helpers import parse_authentication_credential_json, parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from portal.accounts.models import Passkey, PasskeyChallenge, User
from portal.accounts.queries import get_passkey, list_passkeys
from portal.accounts.service import Page, check_present_password
from portal.core.actor import Actor
from portal.core.audit import note
from portal.core.database import insert_or
from portal.core.errors import Invalid
from portal.core.ids import new_id
from portal.core.secrets import digest, new_token
from portal.mail.service import post

MOST = 20  # passkeys of one person
CHALLENGE_FOR = timedelta(minutes=5)
_PORTS = {"http": 80, "https": 443}
_IDS = random.SystemRandom()
Read = TypeVar("Read")


@dataclass(frozen=True)
class RelyingParty:
    """The site, as browsers and devices know it."""

    id: str  # the name of the host, to which keys are bound
    origin: str  # where answers must come from

    @classmethod
    def at(cls, site_url: str) -> RelyingParty:
        """The site with this public address."""
        parts = urlsplit(site_url)
        host = (parts.hostname or "").encode("idna").decode()
        port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
        return cls(host, f"{parts.scheme}://{host}{port}")


def new_challenge(session: Session, now: datetime, user_id: str | None = None) -> str:
    """A challenge to sign in, or for this person to add a passkey. Those that are over are forgotten."""
    over = sa.select(PasskeyChallenge.digest).where(PasskeyChallenge.expires_at <= now)
    forgotten = sa.delete(PasskeyChallenge).where(PasskeyChallenge.digest.in_(over.with_for_update(skip_locked=True)))
    session.execute(forgotten, execution_options={"synchronize_session": False})
    challenge = new_token()
    session.add(PasskeyChallenge(digest=digest(challenge), user_id=user_id, expires_at=now + CHALLENGE_FOR))
    return challenge


def end_challenge(session: Session, challenge: str, now: datetime, user_id: str | None = None) -> bool:
    """Use a challenge up, whatever becomes of the answer to it; whether it was still good for this purpose."""
    gone = sa.delete(PasskeyChallenge).where(PasskeyChallenge.digest == digest(challenge))
    row = session.execute(gone.returning(PasskeyChallenge.user_id, PasskeyChallenge.expires_at)).one_or_none()
    return row is not None and row.user_id == user_id and row.expires_at > now


def creation_options(session: Session, user: User, party: RelyingParty, site_name: str, challenge: str) -> str:
    """What a browser needs to let a device make a passkey, as JSON."""
    known = [PublicKeyCredentialDescriptor(id=one.credential_id) for one in list_passkeys(session, user.id)]
    options = webauthn.generate_registration_options(
        rp_id=party.id, rp_name=site_name, user_id=user.id.encode(), user_name=user.email, user_display_name=user.name,
        challenge=webauthn.base64url_to_bytes(challenge), timeout=_milliseconds(), exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )  # fmt: skip
    return webauthn.options_to_json(options)


def request_options(party: RelyingParty, challenge: str) -> str:
    """What a browser needs to ask for any passkey of this site, as JSON: the same for everybody."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id, challenge=webauthn.base64url_to_bytes(challenge), timeout=_milliseconds(),
        user_verification=UserVerificationRequirement.REQUIRED,
    )  # fmt: skip
    return webauthn.options_to_json(options)


def check_may_add(session: Session, user: User, present: str) -> None:
    """Ask for the password before a passkey is made. Raises `Invalid`, also when there are too many."""
    check_present_password(user, present)
    _check_room(session, user)


def add_passkey(
    session: Session, user: User, party: RelyingParty, challenge: str, answer: str, name: str, now: datetime, page: Page
) -> None:
    """Take a passkey that a device has made; the person is told by letter. Raises `Invalid`."""
    _check_room(session, user)
    credential = _reading(lambda: parse_registration_credential_json(answer))
    verified = _reading(lambda: _verify_new(credential, party, challenge))
    new = insert_or(session, Passkey).values(
        id=new_id(_IDS), user_id=user.id, credential_id=verified.credential_id,
        public_key=verified.credential_public_key, sign_count=verified.sign_count,
        transports=[one.value for one in credential.response.transports or ()], name=name, created_at=now,
    )  # fmt: skip
    added = session.execute(new.on_conflict_do_nothing().returning(Passkey.id)).one_or_none()
    if added is None:  # somebody has it already; who, is nobody's business
        raise Invalid("passkey.wrong", field="credential")
    note(session, "account.passkey-added", Actor(user.id), ("user", user.id), now, passkey=added.id)
    post(session, "passkey-added", user.language, user.email, now, passkey=name, address=page(user.language))


def authenticate(session: Session, party: RelyingParty, challenge: str, answer: str, now: datetime) -> User:
    """Whose passkey has signed the challenge. Raises `Invalid`, of one kind whatever was wrong; but a person whose
    account is suspended is told."""
    credential = _reading(lambda: parse_authentication_credential_json(answer))
    query = sa.select(Passkey, User).join(User, User.id == Passkey.user_id)
    found = session.execute(
        query.where(Passkey.credential_id == credential.raw_id).with_for_update(of=Passkey)
    ).one_or_none()
    if found is None or credential.response.user_handle != found[1].id.encode():
        raise Invalid("passkey.wrong", field="credential")
    passkey: Passkey = found[0]
    user: User = found[1]
    passkey.sign_count = _reading(lambda: _verify_use(credential, party, challenge, passkey))
    passkey.last_used_at = now
    if user.suspended_at:
        raise Invalid("account.suspended", field="credential")
    return user


def rename_passkey(session: Session, user_id: str, passkey_id: str, name: str, now: datetime) -> None:
    """Call a passkey something else. Raises `NotFound`."""
    get_passkey(session, user_id, passkey_id).name = name
    note(session, "account.passkey-renamed", Actor(user_id), ("user", user_id), now, passkey=passkey_id)


def remove_passkey(session: Session, user: User, passkey_id: str, present: str, now: datetime, page: Page) -> None:
    """Let a passkey open the account no more. Raises `NotFound`, or `Invalid` for a wrong password."""
    get_passkey(session, user.id, passkey_id)
    check_present_password(user, present)
    end_passkey(session, user, now, passkey_id, page)


def end_passkey(session: Session, user: User, now: datetime, passkey_id: str, page: Page) -> None:
    """The same, for whom no password is asked; the person is told by letter. Raises `NotFound`."""
    passkey = get_passkey(session, user.id, passkey_id)
    session.delete(passkey)
    note(session, "account.passkey-removed", Actor(user.id), ("user", user.id), now, passkey=passkey.id)
    post(session, "passkey-removed", user.language, user.email, now, passkey=passkey.name, address=page(user.language))


def _check_room(session: Session, user: User) -> None:
    if len(list_passkeys(session, user.id)) >= MOST:
        raise Invalid("passkey.many", field="name")


def _verify_new(credential: RegistrationCredential, party: RelyingParty, challenge: str) -> VerifiedRegistration:
    return webauthn.verify_registration_response(
        credential=credential, expected_challenge=webauthn.base64url_to_bytes(challenge), expected_rp_id=party.id,
        expected_origin=party.origin, require_user_verification=True,
    )  # fmt: skip


def _verify_use(credential: AuthenticationCredential, party: RelyingParty, challenge: str, passkey: Passkey) -> int:
    """The new count of signatures: one that has not grown is of a copy of the key, and refused."""
    verified = webauthn.verify_authentication_response(
        credential=credential, expected_challenge=webauthn.base64url_to_bytes(challenge), expected_rp_id=party.id,
        expected_origin=party.origin, credential_public_key=passkey.public_key,
        credential_current_sign_count=passkey.sign_count, require_user_verification=True,
    )  # fmt: skip
    return verified.new_sign_count


def _reading(read: Callable[[], Read]) -> Read:
    """What the library makes of an answer from outside. It lets all kinds of errors of its parsers through, and each of
    them means the same: this is no answer to our question."""
    try:
        return read()
    except Exception as error:
        raise Invalid("passkey.wrong", field="credential") from error


def _milliseconds() -> int:
    return int(CHALLENGE_FOR.total_seconds() * 1000)
