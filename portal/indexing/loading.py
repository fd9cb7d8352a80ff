"""Loads listings and people from the database as documents, a batch at a time, with versions that only grow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.outbox import latest_changes
from portal.listings.document import to_document
from portal.listings.models import Listing, Partner
from portal.listings.queries import find_listings, list_published_ids
from portal.researchers import document as people
from portal.researchers.queries import find_findable, list_findable_ids
from portal.researchers.service import OUTBOX_KIND as RESEARCHER
from search.concepts.index import LabelIndex
from search.concepts.thesaurus import Thesaurus
from search.documents import Document

BATCH = 200
LISTING, ORGANISATION = "listing", "organisation"  # kinds of outbox rows
OWN_CHANGE = 10**9  # one change of the listing outweighs all changes of its organisations


def load_documents(
    session: Session, thesaurus: Thesaurus, labels: LabelIndex, ids: Sequence[str] | None = None
) -> Iterator[Document]:
    """The published listings among some ids (None: all) as documents; no more than a batch is held in memory."""
    wanted = list_published_ids(session) if ids is None else list(ids)
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        # Before what they are versions of: a change between the two reads then makes a newer version again.
        versions = document_versions(session, batch)
        for listing in find_listings(session, batch):
            yield replace(to_document(listing, thesaurus, labels), version=versions[listing.id])
        session.expunge_all()


def document_versions(session: Session, ids: Sequence[str]) -> dict[str, int]:
    """The versions of listings, by id: the numbers of their latest changes and those of the organisations they name.

    A listing that is not there any more has one too: that at which it was gone.
    """
    own = latest_changes(session, LISTING, ids)  # first: what changes after this raises it again
    naming: dict[str, set[str]] = {listing_id: set() for listing_id in ids}
    hosts = sa.select(Listing.id, Listing.organisation_id).where(Listing.id.in_(ids))
    partners = sa.select(Partner.listing_id, Partner.organisation_id).where(Partner.listing_id.in_(ids))
    for listing_id, organisation_id in (*session.execute(hosts), *session.execute(partners)):
        naming[listing_id].add(organisation_id)
    theirs = latest_changes(session, ORGANISATION, {one for named in naming.values() for one in named if one})
    return {
        listing_id: own.get(listing_id, 0) * OWN_CHANGE + sum(theirs.get(one, 0) for one in named if one)
        for listing_id, named in naming.items()
    }


def load_people(session: Session, ids: Sequence[str] | None = None) -> Iterator[Document]:
    """Those of some people (None: of all) who agree to be found, as documents."""
    wanted = list_findable_ids(session) if ids is None else list(ids)
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        versions = people_versions(session, batch)
        for person in find_findable(session, batch):
            yield people.to_document(person, versions[person.public_id])
        session.expunge_all()


def people_versions(session: Session, ids: Sequence[str]) -> dict[str, int]:
    """The versions of people, by id: the numbers of their latest changes; of those who are gone, too."""
    changes = latest_changes(session, RESEARCHER, ids)
    return {public_id: changes.get(public_id, 0) for public_id in ids}
