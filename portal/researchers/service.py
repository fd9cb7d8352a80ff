"""What a person does with the profile: write parts, say who may see them, be found or not. One verb a function.

Whatever changes what hosts may see goes to the outbox, for the index of people, in the same transaction; there a person
has the id that hosts know, which tells nobody anything once the profile is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.actor import Actor
from portal.core.database import insert_or
from portal.core.errors import Conflict
from portal.core.ids import CHANCE, new_id
from portal.core.outbox import enqueue
from portal.researchers.models import Consent, ProfilePart, ProfileView, Researcher
from portal.researchers.records import empty_part, read_part, write_part

OUTBOX_KIND = "researcher"


def open_profile(session: Session, user_id: str, now: datetime) -> Researcher:
    """The person's profile, begun if there is none; held until the transaction ends."""
    found = session.get(Researcher, user_id, with_for_update=True)
    if found is None:
        new = {"user_id": user_id, "public_id": new_id(CHANCE, 12), "created_at": now, "changed_at": now}
        session.execute(insert_or(session, Researcher).values(new).on_conflict_do_nothing(index_elements=["user_id"]))
        found = session.get_one(Researcher, user_id, with_for_update=True)
    return found


def hold_profile(session: Session, condition: sa.ColumnElement[bool]) -> None:
    """Hold a profile until the transaction ends, so that nothing is given or taken back meanwhile. SQLite holds what is
    written alone: hence an update that changes nothing."""
    session.execute(sa.update(Researcher).where(condition).values(version=Researcher.version))


def save_part(
    session: Session, user_id: str, part: str, content: Any, now: datetime, revision: int | None = None
) -> ProfilePart:
    """Write a part of one's profile. Raises `Invalid`, naming the field, and `Conflict` ("profile.changed") where
    another window has saved it since `revision` (0: when it was not there yet)."""
    clean = write_part(read_part(part, content))
    researcher = open_profile(session, user_id, now)
    row = session.get(ProfilePart, (user_id, part), populate_existing=True)
    if revision is not None and revision != (row.revision if row else 0):
        raise Conflict("profile.changed", part=part)
    if row is None:
        row = ProfilePart(user_id=user_id, part=part, content=clean, revision=1, audience="me", saved_at=now)
        session.add(row)
    else:
        row.content, row.saved_at = clean, now
        row.revision += 1
    _changed(session, researcher, now)
    session.flush()
    return row


def show_part(
    session: Session, user_id: str, part: str, audience: str, wording: tuple[str, str], now: datetime
) -> None:
    """Say who may see a part; `wording` is the edition of the words, and the language, in which it was asked."""
    researcher = open_profile(session, user_id, now)
    row = session.get(ProfilePart, (user_id, part))
    if row is None:
        row = ProfilePart(user_id=user_id, part=part, content=empty_part(part), saved_at=now)
        session.add(row)
    if row.audience == audience:
        return
    row.audience = audience
    _note(session, user_id, "show-part", part, audience != "me", wording, now)
    _changed(session, researcher, now)


def be_findable(session: Session, user_id: str, given: bool, wording: tuple[str, str], now: datetime) -> None:
    """Let organisations that look for people find this one, or no longer."""
    researcher = open_profile(session, user_id, now)
    if researcher.findable != given:
        researcher.findable = given
        _note(session, user_id, "findable", None, given, wording, now)
        _changed(session, researcher, now)


def note_reveal(
    session: Session, user_id: str, parts: Iterable[str], organisation_id: str, given: bool, wording: tuple[str, str],
    now: datetime,
) -> None:  # fmt: skip
    """Note that a person lets one organisation see some parts, or no longer; what it may see is kept where it asked."""
    for part in parts:
        _note(session, user_id, "reveal", part, given, wording, now, organisation_id)


def note_views(
    session: Session, seen: Mapping[str, Collection[str]], organisation_id: str, viewer_id: str, day: date
) -> None:
    """Note that somebody of an organisation saw parts of profiles (`seen`: person → parts), once a day for each; of two
    pages that are shown at once, what both show."""
    own = sa.select(ProfileView).where(
        ProfileView.user_id.in_(seen), ProfileView.organisation_id == organisation_id,
        ProfileView.seen_by == viewer_id, ProfileView.day == day,
    )  # fmt: skip
    known = {view.user_id: set(view.parts) for view in session.scalars(own)}
    new = [user_id for user_id in sorted(seen) if not known.get(user_id, set()) >= set(seen[user_id])]
    if not new:
        return
    line = {"organisation_id": organisation_id, "seen_by": viewer_id, "day": day, "parts": []}
    lines = insert_or(session, ProfileView).values([{"user_id": user_id, **line} for user_id in new])
    session.execute(lines.on_conflict_do_nothing())
    held = own.where(ProfileView.user_id.in_(new)).order_by(ProfileView.user_id).with_for_update()
    for view in session.scalars(held, execution_options={"populate_existing": True}):
        view.parts = sorted({*view.parts, *seen[view.user_id]})


def remove_profile(session: Session, user_id: str, now: datetime) -> None:
    """Delete a profile, if there is one; the index of people learns of it."""
    researcher = session.get(Researcher, user_id, with_for_update=True)
    if researcher is not None:
        enqueue(session, OUTBOX_KIND, researcher.public_id, now)
        session.delete(researcher)
        session.flush()


def _note(
    session: Session, user_id: str, purpose: str, part: str | None, given: bool, wording: tuple[str, str],
    now: datetime, organisation_id: str | None = None,
) -> None:  # fmt: skip
    edition, language = wording
    session.add(
        Consent(
            user_id=user_id, purpose=purpose, part=part, organisation_id=organisation_id, given=given, wording=edition,
            language=language, at=now,
        )
    )  # fmt: skip
    event = "consent.given" if given else "consent.withdrawn"
    audit.note(session, event, Actor(user_id), ("user", user_id), now, purpose=purpose, part=part)


def _changed(session: Session, researcher: Researcher, now: datetime) -> None:
    researcher.version = Researcher.version + 1
    researcher.changed_at = now
    enqueue(session, OUTBOX_KIND, researcher.public_id, now)
