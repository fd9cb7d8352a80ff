"""What a team does with its listings: begin, save, propose, publish, close. One verb per function, each one change.

Every function notes what was done (`portal.core.audit`); who may do it, `policy` has said before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.actor import Actor
from portal.core.errors import Conflict, Invalid
from portal.core.ids import CHANCE, new_id
from portal.core.outbox import enqueue
from portal.listings.models import Listing
from portal.listings.queries import whole_listings
from portal.listings.record_parts import Known
from portal.listings.records import to_record
from portal.listings.service import OUTBOX_KIND, add_listing, note_opening, replace_listing
from portal.posting.drafts.advice import advise
from portal.posting.drafts.checking import Problem, read_draft
from portal.posting.drafts.merging import Merge, Typed, merge
from portal.posting.drafts.sections import Section
from portal.posting.models import ListingVersion, Posting
from portal.posting.partners.service import settle_partners
from portal.posting.translations.texts import remember_texts
from portal.posting.workflow import BY_ACTION, is_open
from portal.teams.models import Team

KIND = "posting"  # in audit events
EVENTS = {
    "close": "closed", "expire": "closed", "archive": "archived", "show": "shown", "suspend": "suspended",
    "reinstate": "reinstated",
}  # fmt: skip
_ATTEMPTS = 5  # to save while others save, too


def begin_posting(
    session: Session, organisation_id: str, content: Mapping[str, Any], actor: Actor, now: datetime
) -> Posting:
    """A new draft of an organisation."""
    (listing_id,) = begin_postings(session, organisation_id, [content], actor, now)
    return session.get_one(Posting, listing_id)


def begin_postings(
    session: Session, organisation_id: str, contents: Sequence[Mapping[str, Any]], actor: Actor, now: datetime
) -> list[str]:
    """New drafts of an organisation, many at once; the ids of their listings, in the same order."""
    ids = [new_id(CHANCE) for _ in contents]
    rows = [
        {
            "listing_id": listing_id, "organisation_id": organisation_id, "created_at": now, "saved_at": now,
            "saved_by": actor.user_id,
            "content": {
                "posted_at": now.isoformat(), **content, "id": listing_id, "organisation_id": organisation_id,
            },
        }
        for listing_id, content in zip(ids, contents, strict=True)
    ]  # fmt: skip
    session.execute(sa.insert(Posting), rows)
    audit.note_each(session, "posting.begun", actor, KIND, ids, now, organisation_id)
    return ids


def edit_posting(session: Session, posting: Posting, actor: Actor, now: datetime) -> None:
    """Open a published listing for changes: its record becomes the draft; the published one stays as it is."""
    if posting.content is None:
        posting.content = to_record(_published(session, posting.listing_id))
        posting.state, posting.saved_at, posting.saved_by = "editing", now, actor.user_id


def save_draft(
    session: Session, posting: Posting, changes: Mapping[str, Any], revision: int, actor: Actor, now: datetime
) -> None:
    """Put values into the draft, complete or not. `revision` is the one the writer saw.

    Raises `Conflict`: "posting.changed" (with the `revision` there is now) when somebody else saved meanwhile,
    "posting.locked" while it is being looked at.
    """
    if posting.content is None or not is_open(posting):
        raise Conflict("posting.locked", state=posting.state)
    # One statement, so that of two who save at the same moment one learns of it on any database.
    own = sa.update(Posting).where(Posting.listing_id == posting.listing_id, Posting.revision == revision)
    if not session.execute(own.values(revision=revision + 1).returning(Posting.revision)).all():
        session.refresh(posting)
        raise Conflict("posting.changed", revision=posting.revision, saved_at=posting.saved_at.isoformat())
    saved = settle_partners(session, posting, {**posting.content, **changes})
    remember_texts(session, posting.listing_id, posting.content, saved)
    posting.content = saved
    posting.state, posting.publish_at = "editing", None
    posting.saved_at, posting.saved_by = now, actor.user_id


def save_section(
    session: Session, posting: Posting, section: Section, sent: Typed, actor: Actor, now: datetime
) -> Merge:
    """Put what was typed in a section into the draft; what others saved since the page was made stays.

    Raises `Conflict`: "posting.disputed" with the `fields` that both changed, or as `save_draft` does.
    """
    for attempt in range(_ATTEMPTS):
        content = posting.content or {}
        theirs = section.show(content)
        mine = section.show({**content, **section.read(sent.fields, content)})
        found = merge(mine, theirs, sent)
        if found.disputed:
            raise Conflict("posting.disputed", fields=list(found.disputed))
        written, there = section.read({**theirs, **found.changes}, content), section.values(content)
        changes = {key: value for key, value in written.items() if value != there[key]}
        try:
            if changes or not is_open(posting):
                save_draft(session, posting, changes, posting.revision, actor, now)
            break
        except Conflict as conflict:
            if conflict.code != "posting.changed" or attempt == _ATTEMPTS - 1:
                raise
    return found


def discard_draft(session: Session, posting: Posting, actor: Actor, now: datetime) -> None:
    """Throw the draft away; a posting that was never published goes with it."""
    session.refresh(posting, with_for_update=True)  # whoever publishes it at this moment is waited for
    audit.note(session, "posting.discarded", actor, (KIND, posting.listing_id), now, posting.organisation_id)
    if session.get(Listing, posting.listing_id) is None:
        session.delete(posting)
    else:
        posting.content, posting.state, posting.publish_at = None, "none", None


def submit_posting(session: Session, posting: Posting, known: Known, actor: Actor, now: datetime) -> str:
    """Propose a draft for publication; the state it comes to: "in-review", or for a trusted team "scheduled" or "none"
    (published at once). What moderators have suspended is always looked at first. Raises `Invalid`
    ("posting.incomplete") with the `problems`, `Conflict` where there is nothing to propose."""
    if posting.content is None or posting.state not in BY_ACTION["submit"].sources:
        raise Conflict("posting.locked", state=posting.state)
    _checked(posting, known)
    if wrong := [one for one in advise(posting.content, now) if not one.warning]:
        raise _incomplete(wrong)
    # Whoever suspends it at this moment is waited for.
    session.execute(sa.select(Listing.id).where(Listing.id == posting.listing_id).with_for_update())
    free = is_free(session, posting)
    move_draft(session, posting, "submit", _planned(posting, now) if free else "in-review")
    posting.submitted_at, posting.submitted_by, posting.accepted_at = now, actor.user_id, None
    posting.reason, posting.reason_codes = "", []
    audit.note(session, "posting.submitted", actor, (KIND, posting.listing_id), now, posting.organisation_id)
    if free:
        _finish(session, posting, known, actor, now)
    return posting.state


def is_free(session: Session, posting: Posting) -> bool:
    """Whether it is published without being looked at first: by a trusted team, and not while it is suspended."""
    state = session.scalar(sa.select(Listing.state).where(Listing.id == posting.listing_id))
    return session.get_one(Team, posting.organisation_id).trusted and state != "suspended"


def withdraw_posting(session: Session, posting: Posting, actor: Actor, now: datetime) -> None:
    """Take back what was proposed or scheduled; it is a draft again."""
    move_draft(session, posting, "withdraw", "editing")
    posting.publish_at = None
    audit.note(session, "posting.withdrawn", actor, (KIND, posting.listing_id), now, posting.organisation_id)


def accept_posting(
    session: Session, posting: Posting, known: Known, actor: Actor, now: datetime, **details: Any
) -> None:
    """Publish a proposed draft, or put it on the calendar if its time has not come; `details` are kept with the
    decision. Raises `Conflict` where somebody has decided already."""
    move_draft(session, posting, "accept", _planned(posting, now))
    posting.accepted_at = now
    of = (KIND, posting.listing_id)
    audit.note(session, "posting.accepted", actor, of, now, posting.organisation_id, **details)
    _finish(session, posting, known, actor, now)


def return_posting(
    session: Session,
    posting: Posting,
    reason: str,
    actor: Actor,
    now: datetime,
    codes: Sequence[str] = (),
    **details: Any,
) -> None:
    """Give a draft back to its team, with the reason: in words, by codes of `reasons`, or both."""
    move_draft(session, posting, "return", "returned")
    posting.reason, posting.reason_codes = reason, list(codes)
    of, why = (KIND, posting.listing_id), {"reason": reason, "codes": list(codes)}
    audit.note(session, "posting.returned", actor, of, now, posting.organisation_id, **why, **details)


def publish_posting(session: Session, posting: Posting, known: Known, actor: Actor, now: datetime) -> Listing:
    """Make the draft the published listing, keep its version, tell the index. Raises `Invalid` ("posting.incomplete")
    if it no longer can be one."""
    listing = _checked(posting, known)
    old = session.scalars(whole_listings().where(Listing.id == posting.listing_id)).one_or_none()
    listing.state, listing.updated_at, listing.confirmed_at = "published", now, now
    listing.posted_at = old.posted_at if old else now
    if old is None:
        published = add_listing(session, listing, now)
    else:
        replace_listing(session, old, listing, now)
        enqueue(session, OUTBOX_KIND, old.id, now)
        published = old
    session.flush()
    session.add(
        ListingVersion(
            listing_id=published.id, version=published.version, record=to_record(published), published_at=now,
            published_by=actor.user_id,
        )
    )  # fmt: skip
    posting.content, posting.state, posting.publish_at, posting.asked_at = None, "none", None, None
    posting.reason, posting.reason_codes, posting.accepted_at, posting.suspended_from = "", [], None, None
    of = ("listing", published.id)
    audit.note(session, "listing.published", actor, of, now, posting.organisation_id, version=published.version)
    return published


def move_listing(
    session: Session, posting: Posting, action: str, actor: Actor, now: datetime, target: str | None = None,
    **details: Any,
) -> str:  # fmt: skip
    """Take a step of the workflow with a published listing (close, archive, show, suspend …), to `target` where there
    are several; its draft stays as it is. Returns the state it was in. Raises `Conflict` where that does not allow it,
    or no longer does."""
    step = BY_ACTION[action]
    listing = session.get_one(Listing, posting.listing_id, with_for_update=True)  # it stays what it was before
    before = listing.state
    moved = sa.update(Listing).where(Listing.id == listing.id, Listing.state.in_(step.sources))
    values = {"state": target or step.targets[0], "updated_at": now, "version": Listing.version + 1}
    _take(session, listing, moved.values(values).returning(Listing.id), action)
    enqueue(session, OUTBOX_KIND, listing.id, now)
    session.refresh(listing, ["deadlines"])
    note_opening(session, listing, before == "published", now)
    of = ("listing", listing.id)
    event = f"listing.{EVENTS[action]}"
    audit.note(session, event, actor, of, now, posting.organisation_id, before=before, **details)
    return before


def confirm_listing(session: Session, posting: Posting, actor: Actor, now: datetime) -> None:
    """Say that a published listing is still right."""
    listing = session.get_one(Listing, posting.listing_id)
    if listing.state not in BY_ACTION["confirm"].sources:
        raise Conflict("posting.decided", action="confirm", state=listing.state)
    listing.confirmed_at, posting.asked_at = now, None
    listing.version += 1
    enqueue(session, OUTBOX_KIND, listing.id, now)
    audit.note(session, "listing.confirmed", actor, ("listing", listing.id), now, posting.organisation_id)


def move_draft(session: Session, posting: Posting, action: str, target: str) -> None:
    """Take a step of the workflow with a draft. Raises `Conflict` ("posting.decided") where its state does not allow
    it, or no longer does."""
    step = BY_ACTION[action]
    moved = sa.update(Posting).where(Posting.listing_id == posting.listing_id, Posting.state.in_(step.sources))
    _take(session, posting, moved.values(state=target).returning(Posting.listing_id), action)


def _take(session: Session, row: Posting | Listing, update: Any, action: str) -> None:
    """One statement that asks for the state and changes it: of two who decide at the same moment one is told."""
    taken = session.execute(update, execution_options={"synchronize_session": False}).all()
    session.refresh(row, row.__mapper__.column_attrs.keys())
    if not taken:
        raise Conflict("posting.decided", action=action, state=row.state)


def _planned(posting: Posting, now: datetime) -> str:
    return "scheduled" if posting.publish_at is not None and posting.publish_at > now else "none"


def _finish(session: Session, posting: Posting, known: Known, actor: Actor, now: datetime) -> None:
    """Once nobody has to look at it any more: publish, or wait for its time."""
    if posting.state == "scheduled":
        audit.note(session, "posting.scheduled", actor, (KIND, posting.listing_id), now, posting.organisation_id)
    else:
        publish_posting(session, posting, known, actor, now)


def _checked(posting: Posting, known: Known) -> Listing:
    listing, problems = read_draft(posting.content or {}, known)
    if listing is None:
        raise _incomplete(problems)
    return listing


def _incomplete(problems: Sequence[Problem]) -> Invalid:
    found = [{"field": one.field, "reason": one.reason, **one.parameters} for one in problems]
    return Invalid("posting.incomplete", problems=found)


def _published(session: Session, listing_id: str) -> Listing:
    listing: Listing = session.scalars(whole_listings().where(Listing.id == listing_id)).one()
    return listing
