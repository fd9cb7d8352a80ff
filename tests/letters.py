"""The letters that somebody would get, written out; and what every letter there is can be filled with."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from flask import Flask

from portal.mail.models import Letter
from portal.mail.rendering import Message, render
from portal.site import Site

# Every parameter of every template of templates/mail: a test writes each of them with these, in all languages.
SAMPLE: dict[str, Any] = {
    "answer": "declined",
    "address": "https://exchange.example/en/somewhere?token=abc",
    "browser": "Firefox, Android",
    "claimant": "Nguyễn Thị Linh",
    "confirmed_on": "2026-10-01",
    "days": 14,
    "email": "linh@example.org",
    "ends_on": "2027-01-04",
    "former": "Guangxi University (2)",
    "host": "มหาวิทยาลัยเชียงใหม่",
    "inviter": "Somchai",
    "key": "Import of our catalogue",
    "keys": "Import of our catalogue",
    "listings": [{"title": "Giáo dục số cho nông thôn", "why": "age", "confirmed_on": "2026-10-01"}],
    "member": "မောင်အောင်",
    "name": "Somchai",
    "number": 12,
    "organisation": "广西大学",
    "passkey": "Điện thoại của Linh",
    "proof": "domain",
    "publish_at": "2027-01-04T01:00:00+00:00",
    "reason": "The letter of the university is missing.",
    "reason_language": "en",
    "reasons": ["facts-missing"],
    "role": "editor",
    "state": "closed",
    "title": "Giáo dục số cho nông thôn",
    "title_language": "vi",
    "why": "deadline",
    "word": "机器学习",
    "zone": "Asia/Shanghai",
}


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
