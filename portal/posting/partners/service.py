"""Partners say whether they take part.

A partner with a team is asked once a listing that names it is published or proposed. Nobody need remember to ask:
the worker looks for partners that were not asked yet (`ask_partners`), so that it does not matter how a listing came
here, and a team that is founded later is asked, too. One without a team cannot be asked and stays “named by the host”.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import audit
from portal.core.actor import Actor
from portal.core.database import insert_or
from portal.core.errors import NotFound
from portal.listings.models import Listing, Partner, PartnerConfirmation, Translation
from portal.mail.pages import Address
from portal.mail.service import post
from portal.organisations.names import names_by_language
from portal.organisations.queries import find_organisations
from portal.posting import policy
from portal.posting.drafts.sections import source_text
from portal.posting.models import Posting
from portal.teams.mails import name_for
from portal.teams.models import Team
from portal.teams.queries import list_able

BATCH = 50  # partners asked at a time
LONGEST_REASON = 1000
ASKABLE = ("in-review", "scheduled")  # states of a draft whose partners are asked


@dataclass(frozen=True)
class Request:
    """That a partner is asked, with what it is asked about."""

    confirmation: PartnerConfirmation
    host_id: str
    role: str
    text: Mapping[str, Any]  # the original: language, title, summary
    kind: str
    is_published: bool


def ask_partners(session: Session, now: datetime, address: Address) -> int:
    """Ask partners that nobody has asked yet; how many were asked."""
    asked = 0
    for listing_id, host_id, partner_id, text in _unasked(session):
        new = {"listing_id": listing_id, "organisation_id": partner_id, "state": "asked", "reason": "", "asked_at": now}
        own = insert_or(session, PartnerConfirmation).values(new).on_conflict_do_nothing()
        if not session.execute(own.returning(PartnerConfirmation.listing_id)).all():
            continue  # another worker was faster
        names = find_organisations(session, [host_id, partner_id])
        for manager in list_able(session, partner_id, "manager"):
            told = {
                "organisation": name_for(names_by_language(names[partner_id]), manager.language),
                "host": name_for(names_by_language(names[host_id]), manager.language),
                **_quoted(text), "address": address(manager.language),
            }  # fmt: skip
            post(session, "partner-asked", manager.language, manager.email, now, **told)
        asked += 1
    return asked


def answer_request(
    session: Session, request: Request, state: str, reason: str, actor: Actor, now: datetime, address: Address
) -> None:
    """Say, for a partner, that it takes part ("confirmed") or does not ("declined"); the host is told. An answer may be
    taken back by another one."""
    confirmation = request.confirmation
    if (confirmation.state, confirmation.reason) == (state, reason):
        return
    confirmation.state, confirmation.reason = state, reason
    confirmation.answered_at, confirmation.answered_by = now, actor.user_id
    partner_id = confirmation.organisation_id
    of = ("listing", confirmation.listing_id)
    audit.note(session, f"partner.{state}", actor, of, now, partner_id, reason=reason)
    names = names_by_language(find_organisations(session, [partner_id])[partner_id])
    for person in list_able(session, request.host_id, "manager", "editor"):
        own = {"organisation": name_for(names, person.language), "address": address(person.language)}
        told = {**own, **_quoted(request.text), "answer": state, "reason": reason}
        post(session, "partner-answered", person.language, person.email, now, **told)


def list_requests(session: Session, actor: Actor) -> list[Request]:
    """What the teams that the actor may answer for are asked, those that wait first."""
    ids = [one for one in actor.roles if policy.may_answer_for_partner(actor, one)]
    query = sa.select(PartnerConfirmation).where(PartnerConfirmation.organisation_id.in_(ids))
    waiting = sa.case({"asked": 0}, value=PartnerConfirmation.state, else_=1)
    rows = session.scalars(query.order_by(waiting, PartnerConfirmation.asked_at.desc(), PartnerConfirmation.listing_id))
    return [found for row in rows if (found := _in_full(session, row)) is not None]


def get_request(session: Session, listing_id: str, organisation_id: str, actor: Actor) -> Request:
    """One of them. Raises `NotFound` for any other, and where the host names this partner no more."""
    found = None
    if policy.may_answer_for_partner(actor, organisation_id):
        row = session.get(PartnerConfirmation, (listing_id, organisation_id), with_for_update=True)
        found = _in_full(session, row) if row else None
    if found is None:
        raise NotFound("partner-request.unknown", id=listing_id)
    return found


def settle_partners(session: Session, posting: Posting, content: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be saved, without the partners that have declined; one that is named anew will be asked again."""
    rows = content.get("partners")
    query = sa.select(PartnerConfirmation).where(
        PartnerConfirmation.listing_id == posting.listing_id, PartnerConfirmation.state == "declined"
    )
    declined = {one.organisation_id: one for one in session.scalars(query)} if isinstance(rows, list) and rows else {}
    if not declined:
        return dict(content)
    before = {one for one, _role in _partners_of(posting.content or {})}
    for organisation_id, confirmation in declined.items():
        if organisation_id not in before:
            session.delete(confirmation)
    gone = declined.keys() & before
    kept = [row for row in rows or () if not (isinstance(row, dict) and row.get("organisation_id") in gone)]
    return {**content, "partners": kept}


def _quoted(text: Mapping[str, Any]) -> dict[str, str]:
    """A listing's title, as letters quote it."""
    return {"title": str(text.get("title") or "…"), "title_language": str(text.get("language") or "")}


def _unasked(session: Session) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Listing, host, partner and original text, where a partner with a team was not asked."""
    asked = sa.select(PartnerConfirmation.listing_id).where(
        PartnerConfirmation.listing_id == Posting.listing_id,
        PartnerConfirmation.organisation_id == Team.organisation_id,
    )
    published = (
        sa.select(
            Posting.listing_id, Posting.organisation_id, Team.organisation_id, Translation.language, Translation.title
        )
        .join(Listing, Listing.id == Posting.listing_id)
        .join(Partner, Partner.listing_id == Listing.id)
        .join(Team, Team.organisation_id == Partner.organisation_id)
        .join(Translation, Translation.listing_id == Listing.id)
        .where(Listing.state == "published", Team.suspended_at.is_(None), Translation.origin == "source")
        .where(Team.organisation_id != Posting.organisation_id, ~asked.exists())
    )
    for row in session.execute(published.distinct().order_by(Posting.listing_id).limit(BATCH)):
        yield row[0], row[1], row[2], {"language": row[3], "title": row[4]}
    for posting in session.scalars(sa.select(Posting).where(Posting.state.in_(ASKABLE)).order_by(Posting.listing_id)):
        content = posting.content or {}
        named = {one for one, _role in _partners_of(content)} - {posting.organisation_id}
        open_ones = sa.select(Team.organisation_id).where(Team.organisation_id.in_(named), Team.suspended_at.is_(None))
        known = sa.select(PartnerConfirmation.organisation_id).where(
            PartnerConfirmation.listing_id == posting.listing_id
        )
        for partner_id in session.scalars(open_ones.except_(known)) if named else ():
            yield posting.listing_id, posting.organisation_id, partner_id, source_text(content)


def _in_full(session: Session, confirmation: PartnerConfirmation) -> Request | None:
    """A request with the listing as it is published or was proposed; None if neither names the partner any more."""
    posting, partner_id = session.get(Posting, confirmation.listing_id), confirmation.organisation_id
    if posting is None:
        return None
    published = sa.select(Listing.kind, Partner.role, Translation.language, Translation.title, Translation.summary)
    row = session.execute(
        published.join(Partner, Partner.listing_id == Listing.id)
        .join(Translation, Translation.listing_id == Listing.id)
        .where(Listing.id == posting.listing_id, Listing.state == "published")
        .where(Partner.organisation_id == partner_id, Translation.origin == "source")
    ).first()
    if row is not None:
        text = {"language": row.language, "title": row.title, "summary": row.summary}
        return Request(confirmation, posting.organisation_id, row.role, text, row.kind, is_published=True)
    content = posting.content or {}
    role = dict(_partners_of(content)).get(partner_id) if posting.state in ASKABLE else None
    kind, text = str(content.get("kind") or ""), dict(source_text(content))
    return Request(confirmation, posting.organisation_id, role, text, kind, is_published=False) if role else None


def _partners_of(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rows = content.get("partners")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("organisation_id"), str):
            yield row["organisation_id"], str(row.get("role") or "")
