"""Addresses of letters that could not be delivered: what is wrong with them, trying them again, giving them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request

from portal.mail import queue
from portal.mail.models import Letter
from portal.mail.troubles import masked, trouble_of, without_addresses
from portal.moderation import service
from portal.moderation.blueprint import Answer, administrators, blueprint, done
from portal.moderation.labels import TROUBLES
from portal.web.current import site
from portal.web.identity import current_actor
from portal.web.messages import gettext as _
from portal.web.messages import ngettext

SHOWN = 100


@dataclass(frozen=True)
class Parked:
    """One letter that is not tried any more; the address is masked, in what the server said too."""

    id: str
    template: str
    language: str
    address: str
    queued_at: datetime
    parked_at: datetime | None
    attempts: int
    trouble: str
    said: str

    @classmethod
    def of(cls, letter: Letter) -> Parked:
        """What administrators see of a letter: nothing of what it says."""
        error = letter.error or ""
        return cls(
            letter.id, letter.template, letter.language, masked(letter.address), letter.queued_at, letter.parked_at,
            letter.attempts, TROUBLES[trouble_of(error)], without_addresses(error),
        )  # fmt: skip


@blueprint.get("/moderation/letters")
@administrators
def letters() -> Answer:
    """Letters that could not be delivered, the newest first."""
    with site().sessions() as session:
        found = [Parked.of(letter) for letter in queue.list_waiting(session, parked=True, limit=SHOWN)]
        backlog = queue.backlog(session)
    return render_template("moderation/letters.html", found=found, backlog=backlog, shown=SHOWN)


@blueprint.post("/moderation/letters/retry")
@administrators
def retry_letters() -> Answer:
    """Letting one letter, or all, be tried again."""
    with site().unit_of_work().begin() as session:
        number = queue.unpark(session, _asked())
        service.note_letters(session, "letters.retried", number, current_actor(), site().clock())
    said = ngettext("%(num)s letter will be tried again.", "%(num)s letters will be tried again.", number)
    return done(said if number else _nothing(), "moderation.letters")


@blueprint.post("/moderation/letters/give-up")
@administrators
def give_up_letters() -> Answer:
    """Deleting one letter, or all."""
    with site().unit_of_work().begin() as session:
        number = queue.give_up(session, _asked())
        service.note_letters(session, "letters.given-up", number, current_actor(), site().clock())
    said = ngettext("%(num)s letter was deleted.", "%(num)s letters were deleted.", number)
    return done(said if number else _nothing(), "moderation.letters")


def _asked() -> str | None:
    """The letter that a button names; None: all."""
    return request.form.get("letter") or None


def _nothing() -> str:
    return _("There was no such letter any more.")
