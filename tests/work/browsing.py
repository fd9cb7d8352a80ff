"""What tests do as people do: fill in forms, wait, read their letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from werkzeug.test import TestResponse

from portal.mail.models import Letter
from portal.site import Site
from tests.moments import NOW

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

Send = Callable[..., TestResponse]


@dataclass
class Watch:
    """A clock that tests move."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


def letters_to(site: Site, address: str, template: str = "") -> list[Letter]:
    """The letters to an address, of one kind or of all."""
    query = sa.select(Letter).where(Letter.address == address)
    with site.sessions() as session:
        return list(session.scalars(query.where(Letter.template == template) if template else query))


def newest_link(site: Site, address: str, template: str) -> str:
    """The path and query of the link in the only letter of that kind; the letter is taken away, for the next."""
    with site.unit_of_work().begin() as session:
        found = session.scalars(sa.select(Letter).where(Letter.address == address, Letter.template == template)).one()
        parts = urlsplit(found.parameters["address"])
        session.delete(found)
    return parts.path + (f"?{parts.query}" if parts.query else "")
