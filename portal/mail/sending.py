"""Sending what waits, in the application context of a site.

A letter is sent at least once, and twice only where the server took it and that could not be noted: the worker died,
the line was cut before the server's yes arrived, or the database stayed away for minutes. Its Message-ID is then the
same.
"""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError

from portal.core.errors import Unavailable
from portal.mail import queue
from portal.mail.models import Letter
from portal.mail.rendering import one_line, render
from portal.mail.smtp import Connection, Refused, compose, sender_of
from portal.site import Site

logger = logging.getLogger(__name__)

BATCH = 10  # letters that go through one connection; a worker that is asked to stop finishes them
PAUSES = (1, 2, 4, 8, 16, 32, 64)  # seconds between attempts to note what was sent: shorter than a claim lasts


@dataclass(frozen=True)
class Sent:
    """What became of some letters: sent, or not taken by the server (to be tried again, or parked)."""

    sent: int = 0
    refused: int = 0

    def plus(self, other: Sent) -> Sent:
        """Both together."""
        return Sent(self.sent + other.sent, self.refused + other.refused)


def send_letters(site: Site) -> bool:
    """Send some letters; whether more may wait. Raises `Unavailable` where the server takes none: all keep waiting."""
    return send_some(site) is not None


def drain(site: Site) -> Sent:
    """Send every letter whose turn it is."""
    total = Sent()
    while done := send_some(site):
        total = total.plus(done)
    return total


def send_some(site: Site, limit: int = BATCH) -> Sent | None:
    """Send some letters, the oldest first; None if there is none whose turn it is."""
    total = Sent()
    with Connection(site.settings) as connection:
        for _number in range(limit):
            name = secrets.token_hex(8)
            with site.unit_of_work().begin() as session:
                letter = queue.claim(session, name, site.clock())
            if letter is None:
                break
            total = total.plus(_send(site, connection, name, letter))
    return total if total != Sent() else None


def _send(site: Site, connection: Connection, name: str, letter: Letter) -> Sent:
    try:
        message = render(letter)
        mail = compose(letter, message, sender_of(site.settings, message.sender), site.clock())
    except Exception as error:  # a mistake of ours in this letter holds up no other one
        logger.exception("letter %s (%s) cannot be written", letter.id, letter.template)
        return _refused(site, name, f"{type(error).__name__}: {error}", for_good=True)
    try:
        connection.send(mail, letter.address)
    except Unavailable:
        with site.unit_of_work().begin() as session:
            queue.release(session, name)
        raise
    except Refused as refused:
        logger.warning("letter %s (%s) was not taken: %s", letter.id, letter.template, refused)
        return _refused(site, name, str(refused), refused.for_good)
    _mark_sent(site, letter)
    return Sent(sent=1)


def _refused(site: Site, name: str, reason: str, for_good: bool) -> Sent:
    with site.unit_of_work().begin() as session:
        queue.fail(session, name, one_line(reason), site.clock(), for_good)
    return Sent(refused=1)


def _mark_sent(site: Site, letter: Letter) -> None:
    """Patiently: what is not noted is sent once more."""
    for pause in (*PAUSES, None):
        try:
            with site.unit_of_work().begin() as session:
                queue.mark_sent(session, letter.id, site.clock())
        except DBAPIError:
            if pause is None:
                raise
            time.sleep(pause)
        else:
            return
