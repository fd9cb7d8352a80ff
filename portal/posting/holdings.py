"""What is kept of those who write listings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import sqlalchemy as sa

from portal.core import retention
from portal.core.holding import HeldFile, Holding, Keeping, Person, Rows, over
from portal.core.messages import N_
from portal.core.outbox import enqueue
from portal.listings.models import Listing, PartnerConfirmation
from portal.listings.service import OUTBOX_KIND
from portal.posting.bulk.service import forget_imports
from portal.posting.models import BulkImport, IdempotencyKey, ListingVersion, Posting
from portal.teams.models import Membership

_CONTACT = Rows(
    Listing.contact_email, by="email", folded=True, only=("id", "contact_name", "organisation_id"),
    emptied={"contact_name": None},
)  # fmt: skip


def _drop_lonely_drafts(keeping: Keeping, person: Person) -> None:
    """Drafts of a team that nobody else is in: nobody could open them any more."""
    own = sa.select(Membership.organisation_id).where(Membership.user_id == person.id)
    shared = sa.select(Membership.organisation_id).where(Membership.user_id != person.id)
    lonely = sa.delete(Posting).where(
        Posting.organisation_id.in_(own), Posting.organisation_id.not_in(shared),
        Posting.listing_id.not_in(sa.select(Listing.id)),
    )  # fmt: skip
    keeping.session.execute(lonely.execution_options(synchronize_session=False))


def _take_out_contact(keeping: Keeping, person: Person) -> None:
    """Listings, drafts and earlier versions that name the person as contact do so no more."""
    session = keeping.session
    for listing_id in session.scalars(sa.select(Listing.id).where(*_CONTACT.of(person))).all():
        enqueue(session, OUTBOX_KIND, listing_id, keeping.now)
    for posting in session.scalars(sa.select(Posting).where(_names(Posting.content, person))).all():
        posting.content = _without(posting.content, person)
        posting.revision += 1
    for version in session.scalars(sa.select(ListingVersion).where(_names(ListingVersion.record, person))).all():
        version.record = _without(version.record, person)
    session.flush()


def _names(column: Any, person: Person) -> sa.ColumnElement[bool]:
    return sa.cast(column, sa.Text).icontains(json.dumps(person.email), autoescape=True)


def _without(record: Any, person: Person) -> Any:
    if str(record.get("contact_email") or "").lower() != person.email.lower():
        return record
    return {key: value for key, value in record.items() if key not in ("contact_name", "contact_email")}


def _forget_drafts(keeping: Keeping, person: Person) -> None:
    _drop_lonely_drafts(keeping, person)
    _take_out_contact(keeping, person)


def _files(keeping: Keeping, person: Person) -> Iterator[HeldFile]:
    query = sa.select(BulkImport.id, BulkImport.name).where(BulkImport.owner_id == person.id)
    for import_id, name in keeping.session.execute(query.order_by(BulkImport.created_at)).all():
        yield HeldFile(name, partial(_content, keeping, import_id))


def _content(keeping: Keeping, import_id: str) -> bytes:
    return keeping.session.scalar(sa.select(BulkImport.content).where(BulkImport.id == import_id)) or b""


def _expire_imports(keeping: Keeping) -> int:
    return forget_imports(keeping.session, keeping.now)


_OF_LISTING = ("listing_id", "organisation_id")

HOLDINGS = (
    Holding(
        "listings", N_("Listings that you wrote"), N_("So that your team knows who wrote what."),
        rows=(
            Rows(Posting.saved_by, only=(*_OF_LISTING, "saved_at")),
            Rows(Posting.submitted_by, only=(*_OF_LISTING, "submitted_at")),
            Rows(ListingVersion.published_by, only=("listing_id", "version", "published_at")),
            Rows(PartnerConfirmation.answered_by, only=(*_OF_LISTING, "state", "answered_at")),
            _CONTACT,
        ),
        stays=N_(
            "Listings belong to your organisation and stay, without your name, and without you as contact. Drafts of a "
            "team that you alone are in are deleted."
        ),
        forget=_forget_drafts,
    ),
    Holding(
        "imports", N_("Files of listings that you sent"),
        N_("So that you can look at what is in them before it is saved."),
        rows=(Rows(BulkImport.owner_id, only=("organisation_id", "name", "language", "state", "created_at")),),
        periods=(retention.IMPORTS,),
        files=_files,
        expire=(_expire_imports,),
    ),
    Holding(
        "answers", N_("Answers to programs of organisations"),
        N_("So that a program that asks twice changes a listing once. They are about listings, not about you."),
        periods=(retention.ANSWERS,),
        expire=(over(IdempotencyKey.created_at, retention.ANSWERS),),
    ),
)  # fmt: skip
