"""Reads of organisations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.organisations.directory import Member, read_directory
from portal.organisations.models import Organisation, OrganisationName, folded

PER_PAGE = 30
_MAX_WORDS = 8


@dataclass(frozen=True)
class OrganisationFilter:
    """What the directory is narrowed to; empty means everything."""

    text: str = ""
    country: str = ""
    type: str = ""


def get_organisation(session: Session, organisation_id: str) -> Organisation:
    """One organisation with its names. Raises `NotFound`."""
    query = sa.select(Organisation).where(Organisation.id == organisation_id).options(selectinload(Organisation.names))
    organisation = session.scalars(query).one_or_none()
    if organisation is None:
        raise NotFound("organisation.unknown", id=organisation_id)
    return organisation


def find_organisations(session: Session, ids: list[str]) -> dict[str, Organisation]:
    """Those organisations of a list that exist, with their names, by id."""
    query = sa.select(Organisation).where(Organisation.id.in_(ids)).options(selectinload(Organisation.names))
    return {organisation.id: organisation for organisation in session.scalars(query)}


def find_same_name(session: Session, name: str, country: str) -> str | None:
    """The id of an organisation of a country with exactly this name, however it is written."""
    query = sa.select(Organisation.id).join(OrganisationName, OrganisationName.organisation_id == Organisation.id)
    same = query.where(Organisation.country == country, OrganisationName.folded == folded(name))
    return session.scalars(same.order_by(Organisation.id)).first()


def list_organisations(
    session: Session, wanted: OrganisationFilter, language: str, page: int = 1, per_page: int = PER_PAGE
) -> Page[Organisation]:
    """A page of the directory in the alphabetical order of a reader's language. Raises `NotFound` past the end."""
    matching = dict(_matching(session, wanted))
    ids = [one for one in read_directory(session).in_order(session, language) if one in matching]
    chosen = ids[(page - 1) * per_page : page * per_page] if page > 0 else []
    found = find_organisations(session, chosen)
    return Page([found[organisation_id] for organisation_id in chosen], len(ids), page, per_page)


def count_by_country(session: Session, wanted: OrganisationFilter) -> dict[str, int]:
    """Country → organisations that answer the other filters."""
    return dict(Counter(member.country for _id, member in _matching(session, replace(wanted, country=""))))


def count_by_type(session: Session, wanted: OrganisationFilter) -> dict[str, int]:
    """Type → organisations that answer the other filters; an organisation counts for each of its types."""
    return dict(Counter(kind for _id, member in _matching(session, replace(wanted, type="")) for kind in member.types))


def count_organisations(session: Session) -> int:
    """The number of organisations."""
    return session.scalar(sa.select(sa.func.count()).select_from(Organisation)) or 0


def _matching(session: Session, wanted: OrganisationFilter) -> Iterator[tuple[str, Member]]:
    """The organisations that answer a filter."""
    named = _named(session, wanted.text)
    for organisation_id, member in read_directory(session).members.items():
        if (
            (named is None or organisation_id in named)
            and wanted.country in ("", member.country)
            and (not wanted.type or wanted.type in member.types)
        ):
            yield organisation_id, member


def _named(session: Session, text: str) -> frozenset[str] | None:
    """The ids of those with every word in one of their names; None without words: all."""
    words = folded(text).split()[:_MAX_WORDS]
    if not words:
        return None
    having = (OrganisationName.folded.contains(word, autoescape=True) for word in words)
    holders = [sa.select(OrganisationName.organisation_id).where(holds) for holds in having]
    return frozenset(session.scalars(sa.intersect(*holders) if len(holders) > 1 else holders[0]))
