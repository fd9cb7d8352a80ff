"""An ORCID iD that a person has proven to be theirs: linked, taken off, and whose it is."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.accounts.service import Page, check_present_password
from portal.core import audit
from portal.core.actor import Actor
from portal.core.errors import Invalid
from portal.mail.service import post
from portal.researchers.models import Researcher
from portal.researchers.service import open_profile


def link_orcid(session: Session, user: User, orcid: str, now: datetime, page: Page) -> None:
    """Let an iD open the account; the person is told by letter. Raises `Invalid` ("orcid.refused") where somebody else
    has it: who, is nobody's business."""
    researcher = open_profile(session, user.id, now)
    if researcher.orcid == orcid:
        return
    try:
        with session.begin_nested():
            researcher.orcid, researcher.orcid_at = orcid, now
            session.flush()
    except IntegrityError as error:
        raise Invalid("orcid.refused") from error
    audit.note(session, "account.orcid-linked", Actor(user.id), ("user", user.id), now)
    post(session, "orcid-linked", user.language, user.email, now, orcid=orcid, address=page(user.language))


def unlink_orcid(session: Session, user: User, present: str, now: datetime, page: Page) -> None:
    """Let the iD open the account no more. Raises `Invalid` for a wrong password."""
    check_present_password(user, present)
    take_off_orcid(session, user, now, page)


def take_off_orcid(session: Session, user: User, now: datetime, page: Page) -> None:
    """The same, for whom no password is asked; the person is told by letter."""
    researcher = session.get(Researcher, user.id, with_for_update=True)
    if researcher is None or researcher.orcid is None:
        return
    orcid, researcher.orcid, researcher.orcid_at = researcher.orcid, None, None
    audit.note(session, "account.orcid-unlinked", Actor(user.id), ("user", user.id), now)
    post(session, "orcid-unlinked", user.language, user.email, now, orcid=orcid, address=page(user.language))


def get_user_of(session: Session, orcid: str) -> User:
    """The account that an iD opens. Raises `Invalid` ("orcid.unlinked", and "account.suspended")."""
    query = sa.select(User).join(Researcher, Researcher.user_id == User.id).where(Researcher.orcid == orcid)
    user = session.scalar(query)
    if user is None:
        raise Invalid("orcid.unlinked")
    if user.suspended_at:
        raise Invalid("account.suspended")
    return user
