"""Still right? Teams are asked when a listing was confirmed long ago and when one of its deadlines is near: on each
occasion once, and about all that there is to ask in one letter. Who does not answer is not punished: readers are told
since when nobody has confirmed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.core.actor import Actor
from portal.core.database import insert_or
from portal.core.errors import NotFound
from portal.core.secrets import digest, new_token
from portal.listings.models import Deadline, Listing
from portal.listings.time import ASKED_AFTER, deadline_at
from portal.mail.pages import Pages
from portal.mail.service import post
from portal.posting import service
from portal.posting.models import Posting, StillRightQuestion
from portal.posting.publication.mails import tell_team, title_for, titles_of
from portal.site import Site
from portal.teams.models import Team
from portal.teams.queries import list_able

BEFORE_DEADLINE = timedelta(days=7)
TOGETHER = timedelta(days=7)  # who is asked now is asked at once about what would be asked about so soon
LETTER, LETTER_OF_SEVERAL = "listing-still-right", "listings-still-right"
MOST_NAMED = 20  # listings in one letter; the page that it leads to has all
_ZONES = timedelta(days=2)  # more than any two clocks on walls differ
_BATCH = 50  # teams


@dataclass(frozen=True)
class Occasion:
    """Why a listing is asked about: its age, or a deadline; `key` tells one occasion from all others."""

    listing: Listing
    why: str  # "age", "deadline"
    key: str


def ask_still_right(site: Site) -> bool:
    """Ask some teams about their listings, each in one letter; whether there may be more to ask."""
    now = site.clock()
    with site.sessions() as session:
        waiting = _waiting(session, now)
    for organisation_id in sorted(waiting)[:_BATCH]:
        with site.unit_of_work().begin() as session:
            ask(session, organisation_id, waiting[organisation_id], now, site.pages)
    return len(waiting) > _BATCH


def occasions(listing: Listing, now: datetime) -> Iterator[Occasion]:
    """What there is to ask about a listing now: each deadline that is near, and its age. Whatever was confirmed since a
    deadline came near is right."""
    confirmed = _confirmed(listing)
    for deadline in listing.deadlines:
        at = deadline_at(deadline)
        if at - BEFORE_DEADLINE <= now <= at and confirmed < at - BEFORE_DEADLINE:
            yield Occasion(listing, "deadline", f"deadline {at:%Y-%m-%dT%H:%M:%S}")
    yield from _of_age(listing, now)


def ask(session: Session, organisation_id: str, due: Sequence[Occasion], now: datetime, pages: Pages) -> None:
    """Write to a team about its listings, but for those that another worker has asked about."""
    asked: dict[str, tuple[Occasion, str]] = {}
    in_order = sorted(due, key=lambda occasion: (occasion.listing.id, occasion.key))  # the same for all: nobody waits
    for one in in_order:
        token = new_token()
        row = {"listing_id": one.listing.id, "occasion": one.key, "digest": digest(token), "asked_at": now}
        if _add(session, row):
            session.get_one(Posting, one.listing.id).asked_at = now
            asked[one.listing.id] = (one, token)  # of two occasions the deadline, which comes last, is told
    if len(asked) == 1:
        _ask_about_one(session, *next(iter(asked.values())), now, pages)
    elif asked:
        _ask_about_several(session, organisation_id, [one for one, _token in asked.values()], now, pages)


def _ask_about_one(session: Session, one: Occasion, token: str, now: datetime, pages: Pages) -> None:
    posting = session.get_one(Posting, one.listing.id)
    address = pages.to("posting.confirmation", listing_id=one.listing.id, token=token)
    tell_team(session, posting, LETTER, now, address, why=one.why, confirmed_on=_day(one))


def _ask_about_several(
    session: Session, organisation_id: str, asked: Sequence[Occasion], now: datetime, pages: Pages
) -> None:
    address = pages.to("posting.still_right", organisation_id=organisation_id)
    named = sorted(asked, key=lambda one: (one.why != "deadline", _confirmed(one.listing)))[:MOST_NAMED]
    titles = {one.listing.id: titles_of(session, session.get_one(Posting, one.listing.id)) for one in named}
    for user in list_able(session, organisation_id, "manager", "editor"):
        listings = [
            {"title": title_for(titles[one.listing.id], user.language), "why": one.why, "confirmed_on": _day(one)}
            for one in named
        ]
        told = {"listings": listings, "number": len(asked), "address": address(user.language)}
        post(session, LETTER_OF_SEVERAL, user.language, user.email, now, **told)


def check_link(session: Session, listing_id: str, token: str) -> StillRightQuestion:
    """The question that a letter's link answers. Raises `NotFound` for any other link."""
    question = session.scalar(sa.select(StillRightQuestion).where(StillRightQuestion.digest == digest(token)))
    if question is None or question.listing_id != listing_id:
        raise NotFound("question.unknown", id=listing_id)
    return question


def answer(session: Session, posting: Posting, token: str, actor: Actor, now: datetime) -> None:
    """Confirm a listing by a letter's link. Raises `NotFound` for a link that is none of ours."""
    check_link(session, posting.listing_id, token)
    service.confirm_listing(session, posting, actor, now)


def _waiting(session: Session, now: datetime) -> dict[str, list[Occasion]]:
    """Organisation → what its team has not been asked about yet. Teams that are asked about the age of a listing are
    asked about others of nearly that age as well, so that letters do not come one a day."""
    listings = _candidates(session, now)
    asked = {(one.listing_id, one.occasion) for one in _asked(session, [listing.id for listing, _team in listings])}
    waiting: dict[str, list[Occasion]] = {}
    for listing, organisation_id in listings:
        due = [one for one in occasions(listing, now) if (listing.id, one.key) not in asked]
        if due:
            waiting.setdefault(organisation_id, []).extend(due)
    of_age = {team for team, due in waiting.items() if any(one.why == "age" for one in due)}
    known = asked | {(one.listing.id, one.key) for due in waiting.values() for one in due}
    for listing, organisation_id in listings:
        if organisation_id in of_age:
            soon = [one for one in _of_age(listing, now + TOGETHER) if (listing.id, one.key) not in known]
            waiting[organisation_id].extend(soon)
    return waiting


def _of_age(listing: Listing, now: datetime) -> Iterator[Occasion]:
    """That it was confirmed so long ago, and again each time that as long has passed without an answer."""
    confirmed = _confirmed(listing)
    times = (now - confirmed) // ASKED_AFTER
    if times >= 1:
        again = f" {times}" if times > 1 else ""
        yield Occasion(listing, "age", f"age {confirmed:%Y-%m-%dT%H:%M:%S}{again}")


def _confirmed(listing: Listing) -> datetime:
    return listing.confirmed_at or listing.posted_at


def _day(one: Occasion) -> str:
    return _confirmed(one.listing).date().isoformat()


def _candidates(session: Session, now: datetime) -> list[tuple[Listing, str]]:
    """Published listings that there may be something to ask about, each with the organisation whose team is asked."""
    confirmed = sa.func.coalesce(Listing.confirmed_at, Listing.posted_at)
    wall = now.replace(tzinfo=None)
    near = Deadline.local_time.between(wall - _ZONES, wall + BEFORE_DEADLINE + _ZONES)
    query = (
        sa.select(Listing, Posting.organisation_id)
        .join(Posting, Posting.listing_id == Listing.id)
        .join(Team, Team.organisation_id == Posting.organisation_id)
        .where(Listing.state == "published", Team.suspended_at.is_(None))
        .where(sa.or_(confirmed <= now + TOGETHER - ASKED_AFTER, Listing.deadlines.any(near)))
        .options(selectinload(Listing.deadlines))
        .order_by(Listing.id)
    )
    return [(listing, organisation_id) for listing, organisation_id in session.execute(query)]


def _asked(session: Session, ids: list[str]) -> Iterator[StillRightQuestion]:
    for start in range(0, len(ids), 500):  # a statement takes only so many ids
        yield from session.scalars(
            sa.select(StillRightQuestion).where(StillRightQuestion.listing_id.in_(ids[start : start + 500]))
        )


def _add(session: Session, row: dict[str, object]) -> bool:
    """Whether the question had not been asked before; who asks at the same moment waits here and learns of it."""
    new = (
        insert_or(session, StillRightQuestion)
        .values(row)
        .on_conflict_do_nothing(index_elements=["listing_id", "occasion"])
    )
    return session.scalar(new.returning(StillRightQuestion.listing_id)) is not None
