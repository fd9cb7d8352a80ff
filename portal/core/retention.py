"""How long things about people are kept: the one table. The page about the own data, the page on privacy and the job
that deletes all read it; what is declared in a feature's `holdings.py` names its periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.core.messages import N_

_LENGTHS = {"hours": timedelta(hours=1), "days": timedelta(days=1), "months": timedelta(days=365) / 12}


@dataclass(frozen=True)
class Period:
    """So many hours, days or months after what the sentence says, it is deleted."""

    number: int
    unit: str
    sentence: str

    @property
    def length(self) -> timedelta:
        """As long as that, in whole days where it is months."""
        length = self.number * _LENGTHS[self.unit]
        return timedelta(days=length.days) if self.unit == "months" else length

    def before(self, now: datetime) -> datetime:
        """What is older than this is over."""
        return now - self.length


UNCONFIRMED = Period(7, "days", N_("An account whose address nobody has confirmed, after it was made"))
SIGN_INS = Period(30, "days", N_("A sign-in, after it was last used"))
ENDED_LINKS = Period(24, "hours", N_("A link sent by letter, after it has ended"))
ATTEMPTS = Period(24, "hours", N_("How often something was tried, without your address in readable form"))
LETTERS = Period(7, "days", N_("Address and content of a letter, after it was sent"))
LOST_LETTERS = Period(30, "days", N_("A letter that cannot be delivered, after it was last tried"))
PROFILES = Period(24, "months", N_("A profile, after you were last signed in; a letter says so a month before"))
PROFILE_WARNING = Period(30, "days", N_("A profile that nobody came back for, after that letter"))
VIEWS = Period(24, "months", N_("Which organisation saw your profile, after it did"))
INVITATIONS = Period(30, "days", N_("An invitation to a team that was not taken up, after it has ended"))
PAPERS = Period(6, "months", N_("Documents of a request to act for an organisation, after it was decided"))
IMPORTS = Period(1, "hours", N_("A file of listings that was read in, after it was sent"))
ANSWERS = Period(24, "hours", N_("What a program was answered, so that it may ask again"))
ALERTS = Period(90, "days", N_("Which new listings a saved search found, after you were told"))
STOP_LINKS = Period(12, "months", N_("The link in a letter that ends such letters, after it was sent"))
SIGN_IN_EVENTS = Period(12, "months", N_("The note in the log that somebody signed in"))
EVENT_DETAILS = Period(36, "months", N_("Details and reasons in the log of what was done"))

PERIODS = (
    UNCONFIRMED, SIGN_INS, ENDED_LINKS, ATTEMPTS, LETTERS, LOST_LETTERS, PROFILES, PROFILE_WARNING, VIEWS, INVITATIONS,
    PAPERS, IMPORTS, ANSWERS, ALERTS, STOP_LINKS, SIGN_IN_EVENTS,
    EVENT_DETAILS,
)  # fmt: skip
