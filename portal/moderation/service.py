"""What the site's team changes: teams, people, words, announcements. One verb per function, each one change.

Every function notes what was done (`portal.core.audit`); who may do it, `policy` has said before. Claims are decided by
`portal.teams.claims`, listings by `portal.posting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.accounts.queries import is_last_administrator
from portal.accounts.service import close_all_sign_ins
from portal.core import audit
from portal.core.actor import SITE_ROLES, Actor
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.core.ids import CHANCE, new_id
from portal.mail.pages import Address, Pages
from portal.mail.service import post
from portal.moderation import policy, queries
from portal.moderation.models import Announcement, ThesaurusProposal
from portal.organisations.models import Organisation
from portal.organisations.names import names_by_language
from portal.organisations.service import rename_organisation
from portal.teams.keys import tell_of_stopped_keys
from portal.teams.mails import tell
from portal.teams.models import Team
from portal.teams.queries import everybody_of
from search.concepts.thesaurus import Thesaurus

MOST_WAITING_WORDS = 20  # of a person


@dataclass(frozen=True)
class Word:
    """A word that somebody proposes for a concept of the thesaurus; for a new one, if `concept` is None."""

    language: str
    label: str
    concept: str | None
    note: str = ""


@dataclass(frozen=True)
class Notice:
    """What is announced (language → text, the writer's own first), from when (None: at once) until when (None: until
    somebody ends it)."""

    texts: Mapping[str, str]
    shown_from: datetime | None
    shown_until: datetime | None


def see_interest(session: Session, actor: Actor, organisation_id: str | None) -> policy.Interest:
    """What an actor who may decide has to do with a team; nothing is noted. Raises `Forbidden` ("team.own")."""
    interest = queries.interest_of(session, actor, organisation_id)
    if not policy.may_decide_about(actor, interest):
        raise Forbidden("team.own")
    return interest


def check_interest(
    session: Session, actor: Actor, organisation_id: str | None, of: tuple[str, str], now: datetime
) -> policy.Interest:
    """Let nobody decide about the own team. Where nobody else could, an administrator may, and it is noted; `of` is
    what is decided. Raises `Forbidden` ("team.own")."""
    interest = see_interest(session, actor, organisation_id)
    if interest.own:
        audit.note(session, "team.own-decided", actor, of, now, organisation_id)
    return interest


def suspend_team(
    session: Session, organisation: Organisation, reason: str, actor: Actor, now: datetime, address: Address
) -> None:
    """Keep a team from acting, with the reason that all its members are told; what it has published stays. Raises
    `Conflict` ("team.suspended")."""
    team = session.get_one(Team, organisation.id)
    if team.suspended_at is not None:
        raise Conflict("team.suspended")
    team.suspended_at = now
    of = ("team", organisation.id)
    audit.note(session, "team.suspended", actor, of, now, organisation.id, reason=reason)
    _tell_team(session, organisation, "team-suspended", now, address, reason=reason)


def restore_team(session: Session, organisation: Organisation, actor: Actor, now: datetime, address: Address) -> None:
    """Let a suspended team act again. Raises `Conflict` ("team.not-suspended")."""
    team = session.get_one(Team, organisation.id)
    if team.suspended_at is None:
        raise Conflict("team.not-suspended")
    team.suspended_at = None
    audit.note(session, "team.restored", actor, ("team", organisation.id), now, organisation.id)
    _tell_team(session, organisation, "team-restored", now, address)


def correct_names(
    session: Session, organisation: Organisation, names: Mapping[str, str], actor: Actor, now: datetime
) -> None:
    """Replace the names (by language) of an organisation that no registry knows. Raises `Conflict`
    ("organisation.of-registry"): what the registry says is mended there; and `Forbidden` ("team.own")."""
    of = ("organisation", organisation.id)
    check_interest(session, actor, organisation.id, of, now)
    if organisation.ror_id is not None:
        raise Conflict("organisation.of-registry")
    rename_organisation(session, organisation, names, now)
    audit.note(session, "organisation.renamed", actor, of, now, organisation.id, names=dict(names))


def suspend_person(session: Session, user: User, reason: str, actor: Actor, now: datetime, pages: Pages) -> None:
    """Close an account for the time being: all sign-ins end, the person is told why, and teams which keys of theirs
    have stopped. Raises `Conflict` ("person.suspended", "person.last-administrator")."""
    check_administrators(session, user)
    if user.suspended_at is not None:
        raise Conflict("person.suspended")
    user.suspended_at = now
    close_all_sign_ins(session, user.id)
    audit.note(session, "account.suspended", actor, ("user", user.id), now, reason=reason)
    post(session, "account-suspended", user.language, user.email, now, name=user.name, reason=reason)
    tell_of_stopped_keys(session, user, now, lambda one: pages.to("teams.show", organisation_id=one))


def restore_person(session: Session, user: User, actor: Actor, now: datetime, address: Address) -> None:
    """Open a suspended account again. Raises `Conflict` ("person.not-suspended")."""
    if user.suspended_at is None:
        raise Conflict("person.not-suspended")
    user.suspended_at = None
    audit.note(session, "account.restored", actor, ("user", user.id), now)
    letter = {"name": user.name, "address": address(user.language)}
    post(session, "account-restored", user.language, user.email, now, **letter)


def set_site_role(session: Session, user: User, role: str | None, actor: Actor, now: datetime) -> None:
    """Take somebody into the site's team, or out of it (None). Raises `Invalid` ("role.unknown"), `Conflict`
    ("person.last-administrator", "person.not-able" for an account that is suspended or was never confirmed)."""
    if role not in (None, *SITE_ROLES):
        raise Invalid("role.unknown", field="role")
    if role is not None and (user.suspended_at is not None or user.confirmed_at is None):
        raise Conflict("person.not-able", field="role")
    if role != "administrator":
        check_administrators(session, user)
    if user.site_role != role:
        user.site_role = role
        audit.note(session, "account.site-role-set", actor, ("user", user.id), now, role=role)


def propose_word(session: Session, word: Word, thesaurus: Thesaurus, actor: Actor, now: datetime) -> ThesaurusProposal:
    """Propose a word. Raises `Invalid` ("concept.unknown"), `Conflict` ("word.known" where the thesaurus has it,
    "word.waiting", "word.many")."""
    concept = thesaurus.concepts.get(word.concept) if word.concept is not None else None
    if word.concept is not None and concept is None:
        raise Invalid("concept.unknown", field="label")
    if concept is not None and word.label in concept.labels.get(word.language, ()):
        raise Conflict("word.known", field="label")
    if queries.is_word_waiting(session, word.language, word.label, word.concept):
        raise Conflict("word.waiting", field="label")
    if queries.count_waiting_words(session, actor.user_id) >= MOST_WAITING_WORDS:
        raise Conflict("word.many", field="label")
    proposal = ThesaurusProposal(
        id=new_id(CHANCE), language=word.language, label=word.label, concept=word.concept, note=word.note,
        state="waiting", proposed_by=actor.user_id, created_at=now,
    )  # fmt: skip
    session.add(proposal)
    audit.note(session, "word.proposed", actor, ("word", proposal.id), now)
    return proposal


def decide_word(
    session: Session, word: ThesaurusProposal, state: str, reason: str, actor: Actor, now: datetime, address: Address
) -> None:
    """Take a word (state "taken") or refuse it ("refused"); who proposed it is told. Raises `Conflict`
    ("word.decided")."""
    own = sa.update(ThesaurusProposal).where(ThesaurusProposal.id == word.id, ThesaurusProposal.state == "waiting")
    decision = {"state": state, "reason": reason, "decided_at": now, "decided_by": actor.user_id}
    if not session.execute(own.values(decision).returning(ThesaurusProposal.id)).all():
        raise Conflict("word.decided")
    audit.note(session, f"word.{state}", actor, ("word", word.id), now, reason=reason)
    proposer = session.get(User, word.proposed_by) if word.proposed_by else None
    if proposer is not None:
        letter = {"word": word.label, "reason": reason, "address": address(proposer.language)}
        post(session, f"word-{state}", proposer.language, proposer.email, now, **letter)


def announce(session: Session, notice: Notice, before: Announcement | None, actor: Actor, now: datetime) -> None:
    """Put up a notice, or change the one that was there `before`. Raises `Invalid` ("announcement.empty",
    "announcement.times")."""
    shown_from = notice.shown_from or now
    if not notice.texts:
        raise Invalid("announcement.empty", field="texts")
    if notice.shown_until is not None and notice.shown_until <= shown_from:
        raise Invalid("announcement.times", field="shown_until")
    own = before or Announcement(id=new_id(CHANCE), created_by=actor.user_id, created_at=now)
    own.texts, own.shown_from, own.shown_until = dict(notice.texts), shown_from, notice.shown_until
    session.add(own)
    event = "announcement.changed" if before else "announcement.made"
    audit.note(session, event, actor, ("announcement", own.id), now)


def end_announcement(session: Session, announcement: Announcement, actor: Actor, now: datetime) -> None:
    """Take a notice down. Raises `Conflict` ("announcement.over")."""
    if announcement.shown_until is not None and announcement.shown_until <= now:
        raise Conflict("announcement.over")
    announcement.shown_until = now
    announcement.shown_from = min(announcement.shown_from, now)
    audit.note(session, "announcement.ended", actor, ("announcement", announcement.id), now)


def note_export(session: Session, actor: Actor, now: datetime, **asked: str) -> None:
    """Note that the audit log was taken away as a file; `asked` is what it was narrowed to."""
    audit.note(session, "log.exported", actor, ("log", ""), now, **asked)


def note_letters(session: Session, event: str, number: int, actor: Actor, now: datetime) -> None:
    """Note what was done with letters that could not be delivered; nothing where there were none."""
    if number:
        audit.note(session, event, actor, ("letters", ""), now, number=number)


def _tell_team(
    session: Session, organisation: Organisation, letter: str, now: datetime, address: Address, **parameters: str
) -> None:
    members = everybody_of(session, organisation.id)
    tell(session, letter, members, names_by_language(organisation), now, address, **parameters)


def check_administrators(session: Session, user: User) -> None:
    """Somebody who can run the site must be left. The rows are written first, which makes two who take each other's
    place away at the same moment wait for each other on any database."""
    every = sa.update(User).where(User.site_role == "administrator")
    session.execute(every.values(site_role=User.site_role).execution_options(synchronize_session=False))
    if is_last_administrator(session, user):
        raise Conflict("person.last-administrator", field="role")
