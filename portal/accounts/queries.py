"""Reading accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Passkey, RecoveryCode, SignIn, User
from portal.core.errors import NotFound


def find_user_by_email(session: Session, email: str) -> User | None:
    """The account with an address (in the form of `addresses.normal`), if there is one."""
    return session.scalar(sa.select(User).where(User.email == email))


def get_user(session: Session, user_id: str) -> User:
    """An account. Raises `NotFound`."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user.unknown", user=user_id)
    return user


def names_of_people(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """Id → name, of those who still have an account; None among the ids is nobody."""
    wanted = {one for one in ids if one}
    return {row.id: row.name for row in session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted)))}


def is_last_administrator(session: Session, user: User) -> bool:
    """Whether nobody could run the site without this person."""
    if user.site_role != "administrator":
        return False
    others = sa.select(User.id).where(
        User.site_role == "administrator", User.suspended_at.is_(None), User.id != user.id
    )  # fmt: skip
    return session.scalar(others.limit(1)) is None


def list_site_team(session: Session) -> Sequence[User]:
    """Who belongs to the site's team, by address."""
    return session.scalars(sa.select(User).where(User.site_role.is_not(None)).order_by(User.email)).all()


def list_sign_ins(session: Session, user_id: str, since: datetime) -> Sequence[SignIn]:
    """Where a person is signed in and was seen `since` then, the latest first."""
    query = sa.select(SignIn).where(SignIn.user_id == user_id, SignIn.seen_at >= since)
    return session.scalars(query.order_by(SignIn.seen_at.desc(), SignIn.created_at.desc(), SignIn.id)).all()


def count_recovery_codes(session: Session, user_id: str) -> int:
    """How many recovery codes a person has left."""
    query = sa.select(sa.func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
    return session.scalar(query) or 0


def list_passkeys(session: Session, user_id: str) -> Sequence[Passkey]:
    """A person's passkeys, the oldest first; `passkeys.MOST` bounds them."""
    query = sa.select(Passkey).where(Passkey.user_id == user_id)
    return session.scalars(query.order_by(Passkey.created_at, Passkey.id)).all()


def get_passkey(session: Session, user_id: str, passkey_id: str) -> Passkey:
    """A passkey of this person. Raises `NotFound`."""
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey.user_id != user_id:
        raise NotFound("passkey.unknown", id=passkey_id)
    return passkey
