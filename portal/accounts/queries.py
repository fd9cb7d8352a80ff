"""Reading accounts."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import SignIn, User
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


def list_sign_ins(session: Session, user_id: str) -> Sequence[SignIn]:
    """Where a person is signed in, the latest first."""
    query = sa.select(SignIn).where(SignIn.user_id == user_id)
    return session.scalars(query.order_by(SignIn.seen_at.desc())).all()
