"""Links in letters that end such letters, without signing in: those about one search, or all of them.

Mail programs send them by themselves when somebody presses “unsubscribe” (RFC 8058), so that a link works as often as
it is followed, for as long as its letter is likely to be kept. Whoever has none learns nothing.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.alerts.models import Alert, SavedListing, SavedSearch, StopLink
from portal.core import retention
from portal.core.errors import NotFound
from portal.core.secrets import digest, new_token


def new_stop_link(session: Session, user_id: str, search_id: str | None, now: datetime) -> str:
    """The token of a new link."""
    token = new_token()
    session.add(StopLink(digest=digest(token), user_id=user_id, search_id=search_id, made_at=now))
    return token


def get_stop_link(session: Session, token: str, now: datetime) -> StopLink:
    """A link that works. Raises `NotFound` for any other."""
    link = session.get(StopLink, digest(token))
    if link is None or link.made_at <= retention.STOP_LINKS.before(now):
        raise NotFound("page.unknown")
    return link


def has_ended(session: Session, link: StopLink) -> bool:
    """Whether the letters that a link is about have ended already: a mail program may have been before the person."""
    searches = sa.exists().where(SavedSearch.user_id == link.user_id, SavedSearch.frequency != "never")
    if link.search_id is not None:
        return not session.scalar(sa.select(searches.where(SavedSearch.id == link.search_id)))
    wishes = sa.exists().where(SavedListing.user_id == link.user_id, SavedListing.tell)
    return not session.scalar(sa.select(searches | wishes))


def stop_letters(session: Session, token: str, everything: bool, now: datetime) -> None:
    """End the letters that a link is about, or all that a person gets about saved things. Raises `NotFound`."""
    link = get_stop_link(session, token, now)
    searches = SavedSearch.user_id == link.user_id
    if link.search_id is not None and not everything:
        searches &= SavedSearch.id == link.search_id
    else:
        session.execute(sa.update(SavedListing).where(SavedListing.user_id == link.user_id).values(tell=False))
    stopped = sa.update(SavedSearch).where(searches).values(frequency="never").returning(SavedSearch.id)
    ids = list(session.scalars(stopped))
    session.execute(sa.update(Alert).where(Alert.search_id.in_(ids), Alert.told_at.is_(None)).values(told_at=now))
