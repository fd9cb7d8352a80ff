"""Letters about claims and teams: each in the language of who gets it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.locales import DEFAULT
from portal.mail.pages import Address
from portal.mail.service import post


def tell(
    session: Session,
    template: str,
    people: Iterable[User],
    names: Mapping[str, str],
    now: datetime,
    address: Address,
    **parameters: str,
) -> None:
    """Write to people about an organisation that has these `names` (by language, "" for all others)."""
    for person in people:
        own = {"organisation": name_for(names, person.language), "address": address(person.language), **parameters}
        post(session, template, person.language, person.email, now, **own)


def name_for(names: Mapping[str, str], language: str) -> str:
    """The name of an organisation for a reader."""
    return names.get(language) or names.get(DEFAULT) or names.get("") or next(iter(names.values()))
