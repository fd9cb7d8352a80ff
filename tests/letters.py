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
    "items": [
        {
            "address": "https://exchange.example/en/listings/abc",
            "country": "CN",
            "demonstration": True,
            "deadline": {
                "purpose": "host",
                "at": "2026-12-20T09:00:00+00:00",
                "local_time": "2026-12-20T17:00:00",
                "zone": "Asia/Shanghai",
            },
            "funding": "partly",
            "host": {"en": "Guangxi University", "zh-Hans": "广西大学"},
            "kind": "visiting-scholar",
            "money_stated": True,
            "reasons": [
                {
                    "kind": "concept",
                    "asked": "học máy",
                    "concept": "machine-learning",
                    "asked_concept": "machine-learning",
                    "distance": 0,
                    "source": "title",
                    "language": "en",
                    "surface": "machine <learning>",
                    "field": None,
                    "value": None,
                },
                {"kind": "filter", "asked": "China", "field": "country", "value": "CN"},
            ],
            "rolling": False,
            "searches": ["Học máy"],
            "stipend": {"amount": "12500", "lowest": "12500", "currency": "CNY", "per": "month"},
            "title": "ทุนวิจัย",
            "title_language": "th",
            "title_origin": "source",
        },
        {
            "address": "https://exchange.example/en/listings/abd",
            "country": "TH",
            "demonstration": False,
            "deadline": None,
            "funding": "none",
            "host": None,
            "kind": "scholarship",
            "money_stated": False,
            "reasons": [],
            "rolling": False,
            "searches": ["Học máy", "<b>"],
            "stipend": None,
            "title": "Open & free",
            "title_language": None,
            "title_origin": "machine",
        },
    ],
    "key": "Import of our catalogue",
    "keys": "Import of our catalogue",
    "listings": [{"title": "Giáo dục số cho nông thôn", "why": "age", "confirmed_on": "2026-10-01"}],
    "message": "Please look at our joint programme.",
    "member": "မောင်အောင်",
    "more": 3,
    "name": "Somchai",
    "names": ["Học máy", "<b>"],
    "number": 12,
    "orcid": "0000-0002-1825-0097",
    "organisation": "广西大学",
    "pages": [{"name": "Học máy", "address": "https://exchange.example/en/listings?q=h%E1%BB%8Dc&kind=scholarship"}],
    "passkey": "Điện thoại của Linh",
    "proof": "domain",
    "publish_at": "2027-01-04T01:00:00+00:00",
    "reason": "The letter of the university is missing.",
    "reason_language": "en",
    "reasons": ["facts-missing"],
    "role": "editor",
    "saved": "https://exchange.example/en/me/saved",
    "state": "closed",
    "title": "Giáo dục số cho nông thôn",
    "title_language": "vi",
    "unsubscribe": "https://exchange.example/en/unsubscribe/abc",
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
