"""Noting letters. Features call `post`; who sends them, and how, is no concern of theirs."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.core.ids import new_id
from portal.mail.models import Letter

_IDS = random.SystemRandom()


def post(session: Session, template: str, language: str, address: str, now: datetime, /, **parameters: Any) -> Letter:
    """Note, in this transaction, a letter to be written from a template with JSON parameters and sent afterwards."""
    letter = Letter(
        id=new_id(_IDS, 12), template=template, language=language, address=address, parameters=parameters, queued_at=now
    )
    session.add(letter)
    return letter
