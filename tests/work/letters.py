"""Reading the letters that wait to be sent."""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa

from portal.mail.models import Letter
from portal.site import Site


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
