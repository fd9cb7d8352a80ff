"""Links that are sent by mail: each works once, for its purpose, for some hours. Only their digests are kept."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import MailedLink, User
from portal.core.errors import Gone
from portal.core.secrets import digest, new_token

HOURS = {"confirm": 48, "reset": 2, "change-email": 48}


def new_link(session: Session, user: User, purpose: str, now: datetime, email: str | None = None) -> str:
    """The token of a new link; the person's former links for the same purpose end."""
    end_links(session, user.id, purpose)
    token = new_token()
    expires_at = now + timedelta(hours=HOURS[purpose])
    session.add(MailedLink(digest=digest(token), user_id=user.id, purpose=purpose, email=email, expires_at=expires_at))
    return token


def get_link(session: Session, token: str, purpose: str, now: datetime) -> tuple[MailedLink, User]:
    """A link that still works, and whose it is. Raises `Gone`."""
    query = sa.select(MailedLink, User).join(User, User.id == MailedLink.user_id)
    row = session.execute(query.where(MailedLink.digest == digest(token), MailedLink.purpose == purpose)).one_or_none()
    if row is None or row[0].expires_at <= now:
        raise Gone("link.ended")
    return row[0], row[1]


def use_link(session: Session, token: str, purpose: str, now: datetime) -> tuple[MailedLink, User]:
    """The same, and the link ends: of two who use it at once, one comes too late. Raises `Gone`."""
    link, user = get_link(session, token, purpose, now)
    session.expunge(link)
    ended = session.execute(sa.delete(MailedLink).where(MailedLink.digest == link.digest).returning(MailedLink.digest))
    if ended.one_or_none() is None:
        raise Gone("link.ended")
    return link, user


def end_links(session: Session, user_id: str, *purposes: str) -> None:
    """End a person's links for some purposes."""
    session.execute(sa.delete(MailedLink).where(MailedLink.user_id == user_id, MailedLink.purpose.in_(purposes)))
