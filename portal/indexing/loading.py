"""Loads listings from the database as documents, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from portal.listings.document import to_document
from portal.listings.queries import find_listings, list_published_ids
from search.concepts.index import LabelIndex
from search.concepts.thesaurus import Thesaurus
from search.documents import Document

BATCH = 200


def load_documents(
    session: Session, thesaurus: Thesaurus, labels: LabelIndex, ids: Sequence[str] | None = None
) -> Iterator[Document]:
    """The published listings among some ids (None: all) as documents; no more than a batch is held in memory."""
    wanted = list_published_ids(session) if ids is None else list(ids)
    for start in range(0, len(wanted), BATCH):
        for listing in find_listings(session, wanted[start : start + BATCH]):
            yield to_document(listing, thesaurus, labels)
        session.expunge_all()
