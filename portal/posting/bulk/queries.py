"""Reading an organisation's listings as records, the draft where there is one, and imports of a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.listings.models import Listing
from portal.listings.queries import whole_listings
from portal.listings.records import to_record
from portal.posting import policy
from portal.posting.models import BulkImport, Posting

Records = Mapping[str, tuple[Posting, Mapping[str, Any]]]  # by id

_BATCH = 200


def current_records(session: Session, organisation_id: str, ids: Collection[str]) -> Records:
    """Some postings of an organisation with their records: the draft's, or else the published listing's. Those of
    others are left out."""
    if not ids:
        return {}
    query = sa.select(Posting).where(Posting.organisation_id == organisation_id, Posting.listing_id.in_(ids))
    found = {posting.listing_id: posting for posting in session.scalars(query)}
    published = [one.listing_id for one in found.values() if one.content is None]
    records = {one.id: to_record(one) for one in session.scalars(whole_listings().where(Listing.id.in_(published)))}
    return {
        listing_id: (posting, posting.content if posting.content is not None else records[listing_id])
        for listing_id, posting in found.items()
    }


def all_records(session: Session, organisation_id: str) -> Iterator[Mapping[str, Any]]:
    """The records of all postings of an organisation, the oldest first; few are held at once."""
    query = sa.select(Posting.listing_id).where(Posting.organisation_id == organisation_id)
    ids = session.scalars(query.order_by(Posting.created_at, Posting.listing_id)).all()
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        found = current_records(session, organisation_id, some)
        yield from (found[one][1] for one in some if one in found)
        session.expunge_all()


def get_import(session: Session, import_id: str, actor: Actor) -> BulkImport:
    """A person's own import, for whose organisation the person may still write. Raises `NotFound` for any other."""
    found = session.get(BulkImport, import_id)
    if found is None or found.owner_id != actor.user_id or not policy.may_create(actor, found.organisation_id):
        raise NotFound("import.unknown", id=import_id)
    return found


def list_imports(session: Session, organisation_id: str, actor: Actor) -> Sequence[BulkImport]:
    """A person's imports for an organisation that are still kept, the newest first."""
    own = BulkImport.organisation_id == organisation_id, BulkImport.owner_id == actor.user_id
    return session.scalars(sa.select(BulkImport).where(*own).order_by(BulkImport.created_at.desc())).all()
