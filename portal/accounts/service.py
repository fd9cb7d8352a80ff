"""What people change about their accounts, and where they are signed in."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import SignIn, User
from portal.accounts.passwords import hash_password, is_password, needs_rehash, nobodys
from portal.accounts.queries import find_user_by_email
from portal.core.ids import new_id
from portal.core.secrets import digest, new_token

SIGNED_IN_FOR = timedelta(days=30)  # without being seen
_SEEN_EVERY = timedelta(minutes=10)  # how exact `seen_at` is
_IDS = random.SystemRandom()


def add_user(session: Session, email: str, password: str, name: str, language: str, now: datetime) -> User:
    """A new account, not yet confirmed; address and password have been checked."""
    user = User(
        id=new_id(_IDS),
        email=email,
        password_hash=hash_password(password),
        name=name,
        language=language,
        created_at=now,
    )
    session.add(user)
    return user


def authenticate(session: Session, email: str, password: str) -> User | None:
    """The person with this address and password, if the account is confirmed and not suspended. It takes as long where
    there is none."""
    user = find_user_by_email(session, email)
    if not is_password(user.password_hash if user else nobodys(), password) or user is None:
        return None
    if needs_rehash(user.password_hash):
        user.password_hash = hash_password(password)
    return user if user.confirmed_at and not user.suspended_at else None


def open_sign_in(session: Session, user_id: str, browser: str, now: datetime) -> str:
    """The token of a new sign-in."""
    token = new_token()
    session.add(SignIn(digest=digest(token), user_id=user_id, browser=browser[:80], created_at=now, seen_at=now))
    return token


def use_sign_in(session: Session, token: str, now: datetime) -> User | None:
    """Who is signed in with a token; None if it has ended, or the person is suspended."""
    row = session.execute(
        sa.select(SignIn, User).join(User, User.id == SignIn.user_id).where(SignIn.digest == digest(token))
    ).one_or_none()
    if row is None or row[1].suspended_at or row[0].seen_at < now - SIGNED_IN_FOR:
        return None
    if row[0].seen_at < now - _SEEN_EVERY:
        row[0].seen_at = now
    user: User = row[1]
    return user


def close_sign_in(session: Session, token: str) -> None:
    """End one sign-in."""
    session.execute(sa.delete(SignIn).where(SignIn.digest == digest(token)))


def close_all_sign_ins(session: Session, user_id: str, but: str | None = None) -> None:
    """End all sign-ins of a person, `but` the one with this token."""
    query = sa.delete(SignIn).where(SignIn.user_id == user_id)
    session.execute(query.where(SignIn.digest != digest(but)) if but else query)
