"""Reads of profiles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.listings.answers import Answers
from portal.researchers.answers import answers_of
from portal.researchers.models import Consent, ProfilePart, ProfileView, Researcher
from portal.researchers.profile import Profile
from portal.researchers.records import read_profile


@dataclass(frozen=True)
class Shown:
    """A person as organisations that look for people may see them: by the id that is known there, and with the `parts`
    that are shown to them; never with the name. `user_id` is for our own use."""

    public_id: str
    user_id: str
    profile: Profile
    parts: tuple[str, ...]
    changed_at: datetime


def find_researcher(session: Session, user_id: str) -> Researcher | None:
    """Whether the person has a profile, and how it stands."""
    return session.get(Researcher, user_id)


def list_parts(session: Session, user_id: str) -> dict[str, ProfilePart]:
    """Part → its row, of those that were written."""
    rows = session.scalars(sa.select(ProfilePart).where(ProfilePart.user_id == user_id))
    return {row.part: row for row in rows}


def get_profile(session: Session, user_id: str) -> Profile:
    """The whole profile, for its owner; as empty as can be where nothing was written."""
    return read_profile({part: row.content for part, row in list_parts(session, user_id).items()})


def answers_for(session: Session, user_id: str, today: date) -> Answers:
    """What a person's profile answers to rules on who may apply."""
    return answers_of(get_profile(session, user_id), today)


def shown_profile(session: Session, user_id: str, audience: str = "hosts") -> Profile:
    """What an audience may see of a profile."""
    rows = list_parts(session, user_id).items()
    return read_profile({part: row.content for part, row in rows if row.audience == audience})


def list_findable_ids(session: Session) -> list[str]:
    """The public ids of all who agreed to be found, in a stable order."""
    findable = sa.select(Researcher.public_id).where(Researcher.findable)
    return list(session.scalars(findable.order_by(Researcher.public_id)))


def find_findable(session: Session, public_ids: Sequence[str]) -> list[Shown]:
    """Those of a list of people who agree to be found, as hosts may see them, in the order asked for."""
    return _shown(session, public_ids)


def find_shown(session: Session, public_ids: Sequence[str]) -> list[Shown]:
    """The same, of those alone whose account is in use: for every page that shows people, whatever an index says."""
    return _shown(session, public_ids, User.suspended_at.is_(None), User.confirmed_at.is_not(None))


def _shown(session: Session, public_ids: Sequence[str], *conditions: sa.ColumnElement[bool]) -> list[Shown]:
    own = sa.select(Researcher).join(User, User.id == Researcher.user_id)
    wanted = own.where(Researcher.public_id.in_(public_ids), Researcher.findable, *conditions)
    people = {one.public_id: one for one in session.scalars(wanted)}
    contents: dict[str, dict[str, Any]] = defaultdict(dict)
    rows = sa.select(ProfilePart).where(
        ProfilePart.user_id.in_([one.user_id for one in people.values()]), ProfilePart.audience == "hosts",
        ProfilePart.part != "name",
    )  # fmt: skip
    for row in session.scalars(rows):
        contents[row.user_id][row.part] = row.content
    found = (people[one] for one in dict.fromkeys(public_ids) if one in people)
    return [
        Shown(
            one.public_id, one.user_id, read_profile(contents[one.user_id]), tuple(sorted(contents[one.user_id])),
            one.changed_at,
        )
        for one in found
    ]  # fmt: skip


def list_consents(session: Session, user_id: str) -> Sequence[Consent]:
    """The ledger of a person, the newest first."""
    return session.scalars(sa.select(Consent).where(Consent.user_id == user_id).order_by(Consent.id.desc())).all()


def list_views(session: Session, user_id: str, limit: int = 200) -> Sequence[ProfileView]:
    """Who saw what of a person's profile, the newest first."""
    query = sa.select(ProfileView).where(ProfileView.user_id == user_id)
    return session.scalars(query.order_by(ProfileView.day.desc()).limit(limit)).all()
