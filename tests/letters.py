"""The letters that somebody would get, written out; and sample parameters of every letter there is."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.mail.models import Letter
from portal.mail.rendering import Message, render
from portal.site import Site

# One line for each template of templates/mail: a test holds the table complete, and writes each in all languages.
SAMPLES: dict[str, dict[str, Any]] = {}


def letters_to(app: Flask, address: str) -> list[Message]:
    """What was posted to an address, the oldest first, as it would be read."""
    site: Site = app.extensions["site"]
    with site.sessions() as session:
        letters = session.scalars(
            sa.select(Letter).where(Letter.address == address).order_by(Letter.queued_at, Letter.id)
        ).all()
    with app.app_context():
        return [render(letter) for letter in letters]


def links_in(message: Message) -> list[str]:
    """The addresses of a letter that stand on lines of their own, but for the site's at its end."""
    return re.findall(r"^https?://\S+$", message.text.rpartition("\n-- \n")[0], re.MULTILINE)
