"""Noting letters. Features call `post`; who sends them, and how, is no concern of theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.core.ids import CHANCE, new_id
from portal.mail.models import Letter


def post(session: Session, template: str, language: str, address: str, now: datetime, /, **parameters: Any) -> Letter:
    """Note, in this transaction, a letter to be written from a template with JSON parameters and sent afterwards.

    Parameters may be called anything, `address` too. A secret in them is part of a link, for links are emptied as
    soon as the letter is sent; other parameters are kept for some days.
    """
    letter = Letter(
        id=new_id(CHANCE, 12),
        template=template,
        language=language,
        address=address,
        parameters=parameters,
        queued_at=now,
    )
    session.add(letter)
    return letter
