"""Reads of profiles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.listings.answers import Answers
from portal.researchers.answers import answers_of
from portal.researchers.models import Consent, ProfilePart, ProfileView, Researcher
from portal.researchers.profile import Profile
from portal.researchers.records import read_profile


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


def list_consents(session: Session, user_id: str) -> Sequence[Consent]:
    """The ledger of a person, the newest first."""
    return session.scalars(sa.select(Consent).where(Consent.user_id == user_id).order_by(Consent.id.desc())).all()


def list_views(session: Session, user_id: str, limit: int = 200) -> Sequence[ProfileView]:
    """Who saw what of a person's profile, the newest first."""
    query = sa.select(ProfileView).where(ProfileView.user_id == user_id)
    return session.scalars(query.order_by(ProfileView.day.desc()).limit(limit)).all()
