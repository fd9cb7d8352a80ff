"""Organisations and their names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.database import Base, Instant
from search.analysis.cleaning import clean, simplify
from search.analysis.folding import fold


def folded(text: str) -> str:
    """The form in which names are compared: no case, no marks, simplified characters."""
    return fold(simplify(clean(text)))


def _folded_value(context: DefaultExecutionContext) -> str:
    return folded(context.get_current_parameters()["value"])  # type: ignore[no-untyped-call]


class Organisation(Base):
    """One organisation. `id` is the last part of its ROR id where it has one."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    ror_id: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    country: Mapped[str] = mapped_column(sa.String(2), index=True)
    subdivision: Mapped[str | None] = mapped_column(sa.String(80))
    subdivision_code: Mapped[str | None] = mapped_column(sa.String(10))
    city: Mapped[str | None] = mapped_column(sa.String(80))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    geonames_id: Mapped[int | None]
    types: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    links: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)  # [{type, value}]
    domains: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    established: Mapped[int | None]
    wikidata: Mapped[str | None] = mapped_column(sa.String(20))
    relationships: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)  # [{type, id, label}]
    ror_release: Mapped[str | None] = mapped_column(sa.String(20))
    complete: Mapped[bool] = mapped_column(default=True)  # False: the registry gave no place, links or year
    updated_at: Mapped[datetime] = mapped_column(Instant())  # when the record last changed here

    names: Mapped[list[OrganisationName]] = relationship(
        back_populates="organisation", cascade="all, delete-orphan", lazy="raise", order_by="OrganisationName.position"
    )


class OrganisationName(Base):
    """One name in one language (or none: aliases and acronyms)."""

    __tablename__ = "organisation_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    value: Mapped[str] = mapped_column(sa.String(300))
    folded: Mapped[str] = mapped_column(sa.String(600), default=_folded_value)  # the directory's search looks here
    language: Mapped[str | None] = mapped_column(sa.String(10))  # BCP 47: zh-Hans, zh-Hant, fil …
    kind: Mapped[str] = mapped_column(sa.String(10))  # label, alias, acronym
    display: Mapped[bool] = mapped_column(default=False)  # the registry's own choice

    organisation: Mapped[Organisation] = relationship(back_populates="names", lazy="raise")
