"""How often something may be tried. Counted in the database, for all processes together; who tried is kept only as a
keyed digest, which tells nobody an address."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Attempts
from portal.core import retention
from portal.core.database import insert_or
from portal.core.errors import TooMany

_QUARTER, _HOUR, _DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """So many times `within` a stretch of time that begins with the first one."""

    times: int
    within: timedelta


# What is counted → by whom: an e-mail address, a client's network, an account. Of signing in: a browser from which the
# person has signed in before counts for itself alone, so that strangers who guess keep nobody out; theirs count by
# address and network, and for an address whatever the network, which stops many machines that guess together.
LIMITS = {
    "sign-in-browser": Limit(10, _QUARTER),
    "sign-in-address-network": Limit(10, _QUARTER),
    "sign-in-address": Limit(100, _HOUR),
    "sign-in-network": Limit(100, _QUARTER),
    "sign-up-address": Limit(3, _HOUR),
    "sign-up-network": Limit(30, _HOUR),
    "reset-address": Limit(3, _HOUR),
    "reset-network": Limit(30, _HOUR),
    "link-network": Limit(60, _HOUR),  # links of letters that are followed
    "confirm-link": Limit(10, _HOUR),  # passwords tried at one link
    "passkey-network": Limit(100, _QUARTER),  # challenges handed out to devices
    "second-factor-person": Limit(10, _QUARTER),
    "password-person": Limit(10, _QUARTER),  # the present password, asked again
    "new-email-person": Limit(5, _DAY),
    "claim-person": Limit(20, _DAY),  # each is a letter to all who may decide it
    "invitation-person": Limit(100, _DAY),  # each is a letter to anybody
    "translation-person": Limit(200, _DAY),  # each is some questions to a translation server
    "intake-person": Limit(60, _HOUR),  # each is a file or a text that is read, or a question to ORCID
    "reading-person": Limit(20, _HOUR),  # each is a file that one of two processes may be busy with for 15 seconds
    "reading-network": Limit(120, _HOUR),  # a quarter of what the two can do
    "export-person": Limit(5, _DAY),  # each reads all that is kept of the person
    "find-person": Limit(600, _HOUR),  # names looked up while somebody types
    "people-person": Limit(300, _HOUR),  # each works out the score of hundreds of people
    "import-person": Limit(60, _HOUR),  # each is a file that is kept and read
    "listing-invitation-team": Limit(20, _DAY),  # people whom an organisation invites to its listings
    "listing-invitation-person": Limit(5, 7 * _DAY),  # how often anybody is invited, by whomever
}
_LONGEST = retention.ATTEMPTS.length  # no stretch is longer
_NETWORKS = [name for name in LIMITS if name.endswith("-network")]  # kept no longer than they count


def count_attempt(session: Session, name: str, who: str, secret: str, now: datetime) -> None:
    """Count one attempt of somebody. Raises `TooMany` when there were too many of late."""
    limit = LIMITS[name]
    since, count = count_use(session, _key(name, who, secret), limit.within, now)
    if count == 1:
        forget_old_attempts(session, now)
    if count > limit.times:
        wait = since + limit.within - now
        raise TooMany("limit.reached", seconds=max(1, round(wait.total_seconds())))


def count_use(session: Session, key: str, within: timedelta, now: datetime) -> tuple[datetime, int]:
    """Count one use under a key: when the present stretch began, and how many uses there have been in it."""
    over = Attempts.since <= now - within  # the stretch is over: a new one begins
    new = insert_or(session, Attempts).values(key=key, since=now, count=1)
    counted = new.on_conflict_do_update(
        index_elements=[Attempts.key],
        set_={
            "since": sa.case((over, new.excluded.since), else_=Attempts.since),
            "count": sa.case((over, 1), else_=Attempts.count + 1),
        },
    ).returning(Attempts.since, Attempts.count)
    since, count = session.execute(counted).one()
    return since, count


def forget_attempts(session: Session, name: str, who: str, secret: str) -> None:
    """Begin to count anew: the person has shown who they are."""
    session.execute(sa.delete(Attempts).where(Attempts.key == _key(name, who, secret)))


def forget_old_attempts(session: Session, now: datetime) -> int:
    """Remove what no longer counts; its number. Rows that others are at are left to them, so that nobody waits in a
    circle."""
    over = [
        sa.and_(Attempts.key.startswith(f"{name}:", autoescape=True), Attempts.since <= now - LIMITS[name].within)
        for name in _NETWORKS
    ]
    old = sa.select(Attempts.key).where(sa.or_(Attempts.since < now - _LONGEST, *over))
    old = old.with_for_update(skip_locked=True)
    gone = sa.delete(Attempts).where(Attempts.key.in_(old)).returning(Attempts.key)
    return len(session.scalars(gone, execution_options={"synchronize_session": False}).all())


def _key(name: str, who: str, secret: str) -> str:
    return f"{name}:{hmac.new(secret.encode(), f'{name}:{who}'.encode(), hashlib.sha256).hexdigest()}"
