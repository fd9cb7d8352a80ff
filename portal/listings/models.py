"""A listing's facts and prose. Codes are those of `codes.py`; text for people lives in `labels.py` and translations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.database import Base, Instant, one_of
from portal.listings import codes
from portal.organisations.models import Organisation


class Listing(Base):
    """One opportunity of one kind. `id` is its public id; `version` grows with every change."""

    __tablename__ = "listings"
    __table_args__ = (
        one_of("kind", codes.KINDS),
        one_of("state", codes.STATES),
        one_of("mode", codes.MODES),
        one_of("award", codes.AWARDS),
        sa.CheckConstraint("months_min <= months_max", name="months"),
    )

    id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(sa.String(20), index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default="draft", index=True)
    demonstration: Mapped[bool] = mapped_column(default=False)

    # identity
    source_language: Mapped[str] = mapped_column(sa.String(10))
    scheme: Mapped[str | None] = mapped_column(sa.String(200))
    funder: Mapped[str | None] = mapped_column(sa.String(200))
    reference: Mapped[str | None] = mapped_column(sa.String(60))
    source_url: Mapped[str | None] = mapped_column(sa.String(500))
    source_checked_on: Mapped[date | None]
    posted_at: Mapped[datetime] = mapped_column(Instant())
    updated_at: Mapped[datetime] = mapped_column(Instant())
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant())  # by the host: "still right"

    # provider; a real scheme may have no organisation of the directory, then only its country is known
    organisation_id: Mapped[str | None] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    department: Mapped[str | None] = mapped_column(sa.String(200))
    country: Mapped[str] = mapped_column(sa.String(2), index=True)
    place: Mapped[str | None] = mapped_column(sa.String(40))  # thesaurus id of city or province
    contact_name: Mapped[str | None] = mapped_column(sa.String(120))
    contact_email: Mapped[str | None] = mapped_column(sa.String(254))

    # content
    isced: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # four-digit ISCED-F 2013 codes
    concepts: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # thesaurus ids, main one first
    concepts_refused: Mapped[list[str]] = mapped_column(
        sa.JSON, default=list
    )  # found in its text, taken out by the host
    levels: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    mode: Mapped[str] = mapped_column(sa.String(10))
    working_languages: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # BCP 47
    award: Mapped[str] = mapped_column(sa.String(15), default="none")
    credits: Mapped[int | None]
    outputs: Mapped[list[str]] = mapped_column(sa.JSON, default=list)

    # time
    starts_from: Mapped[date | None]
    starts_until: Mapped[date | None]  # same as starts_from: a fixed date
    months_min: Mapped[Decimal | None] = mapped_column(sa.Numeric(4, 1))
    months_max: Mapped[Decimal | None] = mapped_column(sa.Numeric(4, 1))
    rolling: Mapped[bool] = mapped_column(default=False)  # applications at any time
    result_on: Mapped[date | None]
    next_cycle_on: Mapped[date | None]

    # places
    places_total: Mapped[int | None]
    places_per_country: Mapped[int | None]
    places_per_institution: Mapped[int | None]
    places_filled: Mapped[int] = mapped_column(default=0)
    waiting_list: Mapped[bool] = mapped_column(default=False)

    # selection and how to apply
    stages: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    decided_by: Mapped[str | None] = mapped_column(sa.String(20))
    apply_url: Mapped[str | None] = mapped_column(sa.String(500))  # None: here
    apply_steps: Mapped[list[str]] = mapped_column(sa.JSON, default=list)

    # extra facts of two kinds
    base_equipment: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    base_seats: Mapped[int | None]
    base_courses_a_year: Mapped[int | None]
    base_certifications: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # names as certified
    base_open_to_third_parties: Mapped[bool | None]
    joint_months_home: Mapped[int | None]
    joint_months_host: Mapped[int | None]
    joint_degrees: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)  # [{degree, organisation}]
    joint_approval: Mapped[str | None] = mapped_column(sa.String(80))

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    translations: Mapped[list[Translation]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="Translation.position"
    )
    partners: Mapped[list[Partner]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="Partner.position"
    )
    deadlines: Mapped[list[Deadline]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="Deadline.local_time"
    )
    money: Mapped[list[MoneyLine]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="MoneyLine.position"
    )
    rules: Mapped[list[EligibilityRule]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="EligibilityRule.position"
    )
    documents: Mapped[list[DocumentWanted]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="DocumentWanted.position"
    )
    criteria: Mapped[list[Criterion]] = relationship(
        cascade="all, delete-orphan", lazy="raise", order_by="Criterion.position"
    )


class _Part:
    """A row that belongs to a listing and keeps its place among its siblings."""

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[str] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)


class Translation(_Part, Base):
    """Prose of one listing in one language; exactly one has the origin `source`."""

    __tablename__ = "listing_translations"
    __table_args__ = (sa.UniqueConstraint("listing_id", "language"), one_of("origin", codes.ORIGINS))

    language: Mapped[str] = mapped_column(sa.String(10))
    origin: Mapped[str] = mapped_column(sa.String(8))
    title: Mapped[str] = mapped_column(sa.String(300))
    summary: Mapped[str] = mapped_column(sa.Text)
    description: Mapped[str] = mapped_column(sa.Text)  # a Markdown subset


class Partner(_Part, Base):
    """Another organisation of the same listing."""

    __tablename__ = "listing_partners"
    __table_args__ = (one_of("role", codes.PARTNER_ROLES),)

    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"))
    role: Mapped[str] = mapped_column(sa.String(12))

    organisation: Mapped[Organisation] = relationship(lazy="raise")


class ListingOpening(Base):
    """That a listing began to take applications: as a new one, or again after it did not. `looked_at`: when those who
    wait for it were looked for (`portal.alerts`)."""

    __tablename__ = "listing_openings"
    __table_args__ = (one_of("cause", codes.OPENING_CAUSES),)

    id: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
    listing_id: Mapped[str] = mapped_column(sa.ForeignKey("listings.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime] = mapped_column(Instant())
    cause: Mapped[str] = mapped_column(sa.String(10))
    looked_at: Mapped[datetime | None] = mapped_column(Instant(), index=True)

    listing: Mapped[Listing] = relationship(lazy="raise")


class PartnerConfirmation(Base):
    """What a partner with a team says about taking part. It is kept apart from `Partner`, whose rows are made anew with
    every version, and is there before the listing is."""

    __tablename__ = "partner_confirmations"
    __table_args__ = (one_of("state", codes.PARTNER_STATES),)

    listing_id: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="asked")
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it declined
    asked_at: Mapped[datetime] = mapped_column(Instant())
    answered_at: Mapped[datetime | None] = mapped_column(Instant())
    answered_by: Mapped[str | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))


class Deadline(_Part, Base):
    """One link of the deadline chain: wall-clock time at the place that asks, with its IANA zone."""

    __tablename__ = "listing_deadlines"
    __table_args__ = (one_of("purpose", codes.DEADLINE_PURPOSES),)

    purpose: Mapped[str] = mapped_column(sa.String(16))
    local_time: Mapped[datetime] = mapped_column(sa.DateTime)  # naive: the clock on the wall in `zone`
    zone: Mapped[str] = mapped_column(sa.String(40))


class MoneyLine(_Part, Base):
    """One line of money: who pays what. No amount means in kind (or free, for a waived tuition)."""

    __tablename__ = "listing_money"
    __table_args__ = (
        one_of("item", codes.MONEY_ITEMS),
        one_of("payer", codes.MONEY_PAYERS),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name="currency"),
    )

    item: Mapped[str] = mapped_column(sa.String(16))
    payer: Mapped[str] = mapped_column(sa.String(12))
    amount: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 2))
    currency: Mapped[str | None] = mapped_column(sa.String(3))
    per: Mapped[str | None] = mapped_column(sa.String(8))
    level: Mapped[str | None] = mapped_column(sa.String(16))  # the line applies to this level only


def rule_digest(kind: str, parameters: Mapping[str, Any]) -> str:
    """A short name of a rule, the same for every listing that has it."""
    text = json.dumps([kind, parameters], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _digest_of_row(context: DefaultExecutionContext) -> str:
    row = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return rule_digest(row["kind"], row["parameters"])


class EligibilityRule(_Part, Base):
    """One rule as data; the shape of `parameters` per kind is in `eligibility.py`. Rows are made anew with every
    version of a listing, never changed; `digest` names what is the same in many listings."""

    __tablename__ = "listing_rules"
    __table_args__ = (one_of("kind", codes.RULE_KINDS),)

    kind: Mapped[str] = mapped_column(sa.String(24))
    parameters: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    digest: Mapped[str] = mapped_column(sa.String(16), index=True, default=_digest_of_row)


class DocumentWanted(_Part, Base):
    """One paper the host asks for."""

    __tablename__ = "listing_documents"
    __table_args__ = (one_of("kind", codes.DOCUMENTS), one_of("due", codes.DOCUMENT_DUES))

    kind: Mapped[str] = mapped_column(sa.String(24))
    count: Mapped[int] = mapped_column(default=1)
    languages: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # accepted; empty: any
    notarised_translation: Mapped[bool] = mapped_column(default=False)
    pages_max: Mapped[int | None]
    words_max: Mapped[int | None]
    due: Mapped[str] = mapped_column(sa.String(12), default="application")


class Criterion(_Part, Base):
    """What the host decides by, with its weight in percent where it is stated."""

    __tablename__ = "listing_criteria"
    __table_args__ = (one_of("code", codes.CRITERIA),)

    code: Mapped[str] = mapped_column(sa.String(24))
    weight: Mapped[int | None]
