"""What the pages about publication show: how a posting stands, drafts as readers would see them, versions compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.queries import names_of_people
from portal.core.actor import Actor
from portal.listings.importing import known_references
from portal.listings.models import Listing
from portal.listings.queries import whole_listings
from portal.listings.record_parts import Known
from portal.listings.records import from_record, to_record
from portal.organisations.names import names_by_language
from portal.organisations.queries import find_organisations
from portal.posting import policy, service
from portal.posting.drafts.checking import read_draft
from portal.posting.editing.page import Told, problems_of, tell
from portal.posting.editing.page import title_of as title_of_record
from portal.posting.models import Posting
from portal.posting.preview.sketch import with_organisations
from portal.site import Site
from portal.web.text import Text, name_in


@dataclass(frozen=True)
class Standing:
    """How a posting stands: its draft, its published listing, what is wrong, and what the actor may do."""

    posting: Posting
    listing: Listing | None
    title: Text
    problems: tuple[Told, ...]
    actions: frozenset[str]
    people: Mapping[str, str]
    free: bool  # the team publishes it without being looked at first


class _Anything:
    """Holds everything: a record of former times may name what is no longer there."""

    def __contains__(self, _value: object) -> bool:
        return True


ANYTHING = Known(_Anything(), _Anything(), _Anything(), _Anything())


def standing(site: Site, session: Session, posting: Posting, actor: Actor, reader: str) -> Standing:
    """How a posting stands for an actor."""
    listing = session.scalars(whole_listings().where(Listing.id == posting.listing_id)).one_or_none()
    content = posting.content
    told = [tell(one, content) for one in problems_of(site, content)] if content is not None else []
    actions = policy.actions_for(actor, posting, listing.state if listing else None)
    people = names_of_people(session, (posting.submitted_by, posting.saved_by))
    return Standing(
        posting,
        listing,
        title_of(posting, listing, reader),
        tuple(one for one in told if not one.warning),
        actions,
        people,
        service.is_free(session, posting),
    )


def title_of(posting: Posting, listing: Listing | None, reader: str) -> Text:
    """The title of a draft, else of its published listing."""
    return title_of_record(posting.content or (to_record(listing) if listing else {}), reader)


def preview(site: Site, session: Session, posting: Posting) -> Listing | None:
    """A draft as the listing that it would become; None while it cannot be one."""
    listing, _problems = read_draft(posting.content or {}, known_references(session, site.thesaurus))
    return with_organisations(session, listing) if listing else None


def party_names(session: Session, records: Iterable[Mapping[str, Any]], reader: str) -> dict[str, Text]:
    """The names of all organisations that some records name, by id."""
    ids = {
        one
        for record in records
        for one in (
            record.get("organisation_id"),
            *(partner["organisation_id"] for partner in record.get("partners") or ()),
            *(degree["organisation"] for degree in record.get("joint_degrees") or ()),
        )
        if one
    }
    found = find_organisations(session, sorted(ids))
    return {one: name_in(names_by_language(organisation), reader) for one, organisation in found.items()}


def as_listing(record: Mapping[str, Any]) -> Listing:
    """A version as a listing, for its values to be said in words."""
    return from_record(record, ANYTHING)


def listing_state(session: Session, listing_id: str) -> str | None:
    """The state of the published listing of a posting, if there is one."""
    return session.scalar(sa.select(Listing.state).where(Listing.id == listing_id))
