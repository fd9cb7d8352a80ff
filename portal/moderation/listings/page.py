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
from portal.listings.models import Listing, Translation
from portal.listings.page import ListingPage, listing_page
from portal.organisations.names import names_by_language
from portal.organisations.queries import find_organisations, get_organisation
from portal.posting.models import Posting
from portal.posting.publication.page import Standing, party_names, preview, standing, title_of
from portal.posting.queries import list_in_review
from portal.site import Site
from portal.teams.models import Team
from portal.web.text import Text, name_in


@dataclass(frozen=True)
class Waiting:
    """A draft in the queue."""

    posting: Posting
    title: Text
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
    language: str | None
    same_titles: tuple[tuple[str, str], ...]


def queue(session: Session, reader: str, now: datetime) -> list[Waiting]:
    """What waits for a decision, the longest first."""
    postings = list_in_review(session)
    organisations = find_organisations(session, list({posting.organisation_id for posting in postings}))
    people = names_of_people(session, (posting.submitted_by for posting in postings))
    listings = set(session.scalars(sa.select(Listing.id).where(Listing.id.in_([one.listing_id for one in postings]))))
    return [
        Waiting(
            posting,
            title_of(posting, None, reader),
            name_in(names_by_language(organisations[posting.organisation_id]), reader),
            organisations[posting.organisation_id].country,
            people.get(posting.submitted_by or ""),
            (now - (posting.submitted_at or now)).days,
            posting.listing_id not in listings,
        )
        for posting in postings
    ]


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
