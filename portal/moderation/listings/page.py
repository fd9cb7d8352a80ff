"""What moderators see of listings: the queue, and one listing with all that bears on the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.accounts.queries import names_of_people
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.listings.models import Listing, Translation
from portal.listings.page import ListingPage, listing_page
from portal.moderation.listings.queries import QueueFilter, list_organisations_in, list_queue, records_in
from portal.moderation.policy import may_decide_about
from portal.moderation.queries import interest_of
from portal.organisations.names import names_by_language
from portal.organisations.queries import find_organisations, get_organisation
from portal.posting.editing.page import title_of
from portal.posting.models import Posting
from portal.posting.publication.page import Standing, party_names, preview, standing
from portal.site import Site
from portal.teams.models import Team
from portal.vocabulary.collation import sort_key
from portal.web.text import Text, name_in


@dataclass(frozen=True)
class Waiting:
    """A draft or listing in the queue; `days`: since it came into its state."""

    posting: Posting
    title: Text
    kind: str
    organisation: Text
    country: str
    submitted_by: str | None
    days: int
    is_new: bool  # nothing of it is published yet


@dataclass(frozen=True)
class Look:
    """One listing before a moderator: how it stands, as readers would see it, of whom, and what is like it."""

    standing: Standing
    listing: Listing | None
    page: ListingPage | None
    names: Mapping[str, Text]
    organisation: Text
    organisation_id: str
    trusted: bool
    may_decide: bool  # not about the own team
    language: str | None
    same_titles: tuple[tuple[str, str], ...]


def queue(session: Session, wanted: QueueFilter, page: int, reader: str, now: datetime) -> Page[Waiting]:
    """What waits for a decision, or is in another state, the longest first. Raises `NotFound` past the end."""
    found = list_queue(session, wanted, page, now)
    postings = [one.posting for one in found.items]
    organisations = find_organisations(session, list({posting.organisation_id for posting in postings}))
    people = names_of_people(session, (posting.submitted_by for posting in postings))
    records = records_in(session, found.items, wanted.state)
    rows = []
    for one in found.items:
        organisation = organisations[one.posting.organisation_id]
        record = records.get(one.posting.listing_id, {})
        rows.append(
            Waiting(
                posting=one.posting,
                title=title_of(record, reader),
                kind=str(record.get("kind") or ""),
                organisation=name_in(names_by_language(organisation), reader),
                country=organisation.country,
                submitted_by=people.get(one.posting.submitted_by or ""),
                days=(now - one.since).days,
                is_new=one.is_new,
            )
        )
    return Page(rows, found.total, found.page, found.per_page)


def organisations_in(session: Session, state: str, reader: str) -> list[tuple[str, str]]:
    """The organisations (id and name) that have anything in a state, by name."""
    found = find_organisations(session, list(list_organisations_in(session, state)))
    names = {one: name_in(names_by_language(organisation), reader).value for one, organisation in found.items()}
    return sorted(names.items(), key=lambda pair: sort_key(pair[1], reader))


def get_posting(session: Session, listing_id: str) -> Posting:
    """A posting that concerns moderators: it was proposed, or has been published. Raises `NotFound`."""
    posting = session.get(Posting, listing_id)
    published = session.scalar(sa.select(Listing.id).where(Listing.id == listing_id))
    if posting is None or (published is None and posting.state not in ("in-review", "returned", "scheduled")):
        raise NotFound("posting.unknown", id=listing_id)
    return posting


def looked_at(site: Site, session: Session, posting: Posting, actor: Actor, reader: str, text: str) -> Look:
    """All about one listing; `text` is the language of the prose asked for."""
    stands = standing(site, session, posting, actor, reader)
    proposed = posting.state in ("in-review", "scheduled")
    listing = preview(site, session, posting) if proposed else stands.listing
    names = party_names(session, [posting.content or {}], reader)
    organisation = get_organisation(session, posting.organisation_id)
    return Look(
        stands,
        listing,
        listing_page(site, listing, reader, text, similar=False) if listing else None,
        names,
        name_in(names_by_language(organisation), reader),
        posting.organisation_id,
        session.get_one(Team, posting.organisation_id).trusted,
        may_decide_about(actor, interest_of(session, actor, posting.organisation_id)),
        language_of(session, posting),
        same_titles(session, listing) if listing else (),
    )


def language_of(session: Session, posting: Posting) -> str | None:
    """The language of who proposed it: reasons are written in it."""
    return session.scalar(sa.select(User.language).where(User.id == posting.submitted_by))


def same_titles(session: Session, listing: Listing) -> tuple[tuple[str, str], ...]:
    """Published listings with one of its titles: it may be there already."""
    titles = [text.title for text in listing.translations]
    query = (
        sa.select(Translation.listing_id, Translation.title)
        .join(Listing, Listing.id == Translation.listing_id)
        .where(Translation.title.in_(titles), Listing.id != listing.id, Listing.state == "published")
        .order_by(Translation.listing_id)
        .limit(5)
    )
    return tuple((row[0], row[1]) for row in session.execute(query))
