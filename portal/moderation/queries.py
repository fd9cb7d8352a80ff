"""Reading what the site's team looks after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.accounts.models import SignIn, User
from portal.core import outbox
from portal.core.actor import SITE_ROLES, Actor
from portal.core.audit import AuditEvent
from portal.core.errors import NotFound
from portal.core.paging import Page, page_of
from portal.mail.models import Letter
from portal.moderation.models import Announcement, ThesaurusProposal
from portal.moderation.policy import NONE, Interest
from portal.organisations.models import Organisation
from portal.posting.models import Posting
from portal.teams.models import Claim, Membership, Team

PER_PAGE, EVENTS_PER_PAGE = 30, 50
_EXPORT_BATCH = 1000


@dataclass(frozen=True)
class Waiting:
    """How much of something waits, and since when the oldest."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class Overview:
    """All that waits for the site's team."""

    claims: Waiting
    listings: Waiting
    words: Waiting
    letters: Waiting  # that are not tried any more
    changes: Waiting  # that the search index does not take


@dataclass(frozen=True)
class Acting:
    """A team, as the list of teams shows it."""

    team: Team
    organisation: Organisation
    members: int


@dataclass(frozen=True)
class Account:
    """A person, as administrators see them."""

    user: User
    sign_ins: int
    roles: Mapping[str, str]  # organisation → role


@dataclass(frozen=True)
class LogFilter:
    """What the log is narrowed to; empty means everything. Dates are days in `zone`, both included."""

    event: str = ""
    person: str = ""  # id, address, or whole name
    organisation: str = ""  # id
    object: str = ""  # id
    first: date | None = None
    last: date | None = None
    zone: str = "UTC"


def overview(session: Session) -> Overview:
    """What waits, with numbers and ages."""
    index = outbox.backlog(session)
    return Overview(
        claims=_waiting(session, Claim.created_at, Claim.state == "waiting"),
        listings=_waiting(session, Posting.submitted_at, Posting.state == "in-review"),
        words=_waiting(session, ThesaurusProposal.created_at, ThesaurusProposal.state == "waiting"),
        letters=_waiting(session, Letter.parked_at, Letter.parked_at.is_not(None)),
        changes=Waiting(index.parked, index.oldest if index.parked else None),
    )


def count_waiting(session: Session) -> Mapping[str, int]:
    """How many claims, listings and words wait for a decision: for the tabs of every page."""
    waiting = {
        "claims": sa.select(sa.func.count()).where(Claim.state == "waiting"),
        "listings": sa.select(sa.func.count()).where(Posting.state == "in-review"),
        "words": sa.select(sa.func.count()).where(ThesaurusProposal.state == "waiting"),
    }
    counts = session.execute(sa.select(*(query.scalar_subquery().label(name) for name, query in waiting.items())))
    return dict(counts.one()._mapping)


def _waiting(session: Session, since: sa.SQLColumnExpression[Any], where: sa.ColumnElement[bool]) -> Waiting:
    count, oldest = session.execute(sa.select(sa.func.count(), sa.func.min(since)).where(where)).one()
    return Waiting(count, oldest)


def interest_of(session: Session, actor: Actor, organisation_id: str | None) -> Interest:
    """What an actor has to do with a team, be it suspended or not."""
    members = sa.select(Membership.user_id).where(Membership.organisation_id == organisation_id)
    if session.scalar(members.where(Membership.user_id == actor.user_id)) is None:
        return NONE
    able = sa.select(User.id).where(
        User.site_role.in_(SITE_ROLES), User.suspended_at.is_(None), User.confirmed_at.is_not(None)
    )  # fmt: skip
    others = able.where(User.id.not_in(members)).limit(1)
    return Interest(own=True, nobody_else=session.scalar(others) is None)


def list_other_claims(session: Session, claim: Claim, page: int = 1) -> Page[tuple[Claim, User]]:
    """Other claims of the same person, or for the same organisation, the latest first. Raises `NotFound` past the
    end."""
    same = sa.or_(Claim.user_id == claim.user_id, Claim.organisation_id == claim.organisation_id)
    query = sa.select(Claim, User).join(User, User.id == Claim.user_id).where(same, Claim.id != claim.id)
    ordered = query.order_by(Claim.created_at.desc(), Claim.id)
    return page_of(session, ordered, page, PER_PAGE, lambda rows: [(other, user) for other, user in rows])


def list_teams(session: Session, page: int = 1) -> Page[Acting]:
    """All organisations that act here, the newest first. Raises `NotFound` past the end."""
    members = sa.select(sa.func.count()).where(Membership.organisation_id == Team.organisation_id).scalar_subquery()
    query = (
        sa.select(Team, Organisation, members)
        .join(Organisation, Organisation.id == Team.organisation_id)
        .order_by(Team.created_at.desc(), Team.organisation_id)
        .options(selectinload(Organisation.names))
    )
    return page_of(session, query, page, PER_PAGE, lambda rows: [Acting(*row) for row in rows])


def get_team(session: Session, organisation_id: str) -> Team:
    """The team of an organisation. Raises `NotFound` where it has none."""
    team = session.get(Team, organisation_id)
    if team is None:
        raise NotFound("team.unknown", id=organisation_id)
    return team


def find_team(session: Session, organisation_id: str) -> Team | None:
    """The team of an organisation, if it has one."""
    return session.get(Team, organisation_id)


def list_people(session: Session, text: str, page: int) -> Page[Account]:
    """People with these words in name or address, the newest first. Raises `NotFound` past the end."""
    holds = [
        sa.or_(User.name.icontains(word, autoescape=True), User.email.icontains(word, autoescape=True))
        for word in text.split()
    ]
    query = sa.select(User).where(*holds).order_by(User.created_at.desc(), User.id)
    return page_of(session, query, page, PER_PAGE, lambda rows: _accounts(session, [row[0] for row in rows]))


def get_account(session: Session, user_id: str) -> Account:
    """One person. Raises `NotFound`."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user.unknown", user=user_id)
    return _accounts(session, [user])[0]


def _accounts(session: Session, users: Sequence[User]) -> list[Account]:
    ids = [user.id for user in users]
    counted = sa.select(SignIn.user_id, sa.func.count()).where(SignIn.user_id.in_(ids)).group_by(SignIn.user_id)
    sign_ins = dict(session.execute(counted).all())
    roles: dict[str, dict[str, str]] = {user_id: {} for user_id in ids}
    for one in session.scalars(sa.select(Membership).where(Membership.user_id.in_(ids))):
        roles[one.user_id][one.organisation_id] = one.role
    return [Account(user, sign_ins.get(user.id, 0), roles[user.id]) for user in users]


def list_waiting_words(session: Session, page: int = 1) -> Page[ThesaurusProposal]:
    """Proposed words that wait for a decision, the longest first. Raises `NotFound` past the end."""
    query = _words("waiting").order_by(ThesaurusProposal.created_at, ThesaurusProposal.id)
    return page_of(session, query, page, PER_PAGE, lambda rows: [row[0] for row in rows])


def all_taken_words(session: Session) -> Sequence[ThesaurusProposal]:
    """Every word that was taken, the oldest first: the thesaurus is compared with all of them."""
    query = _words("taken").order_by(ThesaurusProposal.created_at, ThesaurusProposal.id)
    return session.scalars(query).all()


def is_word_waiting(session: Session, language: str, label: str, concept: str | None) -> bool:
    """Whether somebody has proposed this word for this concept, and it waits."""
    same = _words("waiting").where(
        ThesaurusProposal.language == language, ThesaurusProposal.label == label,
        ThesaurusProposal.concept.is_not_distinct_from(concept),
    )  # fmt: skip
    return session.scalars(same.limit(1)).first() is not None


def count_waiting_words(session: Session, user_id: str | None) -> int:
    """How many words of a person wait."""
    own = _words("waiting").where(ThesaurusProposal.proposed_by == user_id)
    return session.scalar(sa.select(sa.func.count()).select_from(own.subquery())) or 0


def _words(state: str) -> sa.Select[ThesaurusProposal]:
    return sa.select(ThesaurusProposal).where(ThesaurusProposal.state == state)


def get_proposal(session: Session, proposal_id: str) -> ThesaurusProposal:
    """One proposed word. Raises `NotFound`."""
    found = session.get(ThesaurusProposal, proposal_id)
    if found is None:
        raise NotFound("word.unknown", id=proposal_id)
    return found


def list_announcements(session: Session) -> Sequence[Announcement]:
    """All notices, the latest first."""
    return session.scalars(sa.select(Announcement).order_by(Announcement.shown_from.desc(), Announcement.id)).all()


def get_announcement(session: Session, announcement_id: str) -> Announcement:
    """One notice. Raises `NotFound`."""
    found = session.get(Announcement, announcement_id)
    if found is None:
        raise NotFound("announcement.unknown", id=announcement_id)
    return found


def coming_announcements(session: Session, now: datetime) -> Sequence[Announcement]:
    """The notices that are shown now or later, the oldest first."""
    query = sa.select(Announcement).where(sa.or_(Announcement.shown_until.is_(None), Announcement.shown_until > now))
    return session.scalars(query.order_by(Announcement.shown_from, Announcement.id)).all()


def list_events(
    session: Session, wanted: LogFilter, before: int | None = None, limit: int = EVENTS_PER_PAGE
) -> Sequence[AuditEvent]:
    """What was done, the latest first, from below the event with an id; one more than `limit` where there is more."""
    query = sa.select(AuditEvent).where(*_conditions(wanted))
    if before is not None:
        query = query.where(AuditEvent.id < before)
    return session.scalars(query.order_by(AuditEvent.id.desc()).limit(limit + 1)).all()


def all_events(session: Session, wanted: LogFilter) -> Iterator[AuditEvent]:
    """All of them, some at a time."""
    before: int | None = None
    while True:
        found = list_events(session, wanted, before, _EXPORT_BATCH)
        yield from found[:_EXPORT_BATCH]
        if len(found) <= _EXPORT_BATCH:
            return
        before = found[_EXPORT_BATCH - 1].id
        session.expunge_all()


def _conditions(wanted: LogFilter) -> Iterator[sa.ColumnElement[bool]]:
    zone = ZoneInfo(wanted.zone)
    if wanted.event:
        yield AuditEvent.event == wanted.event
    if wanted.person:
        named = sa.or_(User.id == wanted.person, User.email == wanted.person.casefold(), User.name == wanted.person)
        yield AuditEvent.actor_id.in_(sa.select(User.id).where(named))
    if wanted.organisation:
        yield AuditEvent.organisation_id == wanted.organisation
    if wanted.object:
        yield AuditEvent.object_id == wanted.object
    if wanted.first:
        yield AuditEvent.happened_at >= datetime.combine(wanted.first, time.min, zone)
    if wanted.last:
        yield AuditEvent.happened_at <= datetime.combine(wanted.last, time.max, zone)
