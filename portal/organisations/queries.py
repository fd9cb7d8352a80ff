"""Reads of organisations and their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.locales import DEFAULT, TAGS
from portal.organisations.models import Organisation, OrganisationName, folded
from portal.vocabulary.collation import sort_key
from search.analysis.cleaning import simplify

PER_PAGE = 30
_MAX_WORDS = 8
_FALLBACK = ""  # the key of the name for languages that have none of their own


@dataclass(frozen=True)
class OrganisationFilter:
    """What the directory is narrowed to; empty means everything."""

    text: str = ""
    country: str = ""
    type: str = ""


class _Name(Protocol):
    """What choosing a name needs: a model or a row of its columns."""

    @property
    def value(self) -> str: ...
    @property
    def language(self) -> str | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def display(self) -> bool: ...


@dataclass(frozen=True)
class LocalName:
    """A name and the language it is in, if that is known."""

    value: str
    language: str | None


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


def list_organisations(
    session: Session, wanted: OrganisationFilter, language: str, page: int = 1, per_page: int = PER_PAGE
) -> Page[Organisation]:
    """A page of the directory in the alphabetical order of a reader's language. Raises `NotFound` past the end."""
    ids = _sorted_ids(session, wanted, language)
    chosen = ids[(page - 1) * per_page : page * per_page] if page > 0 else []
    found = find_organisations(session, chosen)
    return Page([found[organisation_id] for organisation_id in chosen], len(ids), page, per_page)


def count_by_country(session: Session, wanted: OrganisationFilter) -> dict[str, int]:
    """Country → organisations that answer the other filters."""
    without = OrganisationFilter(text=wanted.text, type=wanted.type)
    query = sa.select(Organisation.country, sa.func.count()).where(*_conditions(without)).group_by(Organisation.country)
    return {row[0]: row[1] for row in session.execute(query)}


def count_by_type(session: Session, wanted: OrganisationFilter) -> dict[str, int]:
    """Type → organisations that answer the other filters; an organisation counts for each of its types."""
    without = OrganisationFilter(text=wanted.text, country=wanted.country)
    rows = session.scalars(sa.select(Organisation.types).where(*_conditions(without)))
    return dict(Counter(kind for types in rows for kind in types))


def count_organisations(session: Session) -> int:
    """The number of organisations."""
    return session.scalar(sa.select(sa.func.count()).select_from(Organisation)) or 0


def name_in(organisation: Organisation, language: str) -> str:
    """The best name for a reader; `local_name` also tells which language it is in."""
    return local_name(organisation, language).value


def local_name(organisation: Organisation, language: str) -> LocalName:
    """The label in the language, else in English, else the registry's choice, else the first name."""
    return _best(organisation.names, language) or _fallback(organisation.names)


def names_by_language(organisation: Organisation) -> dict[str, str]:
    """Language of the site → best name in it, where there is one; "" → the name for all others."""
    best = {tag: _best(organisation.names, tag) for tag in TAGS}
    names = {tag: name.value for tag, name in best.items() if name}
    return {**names, _FALLBACK: _fallback(organisation.names).value}


def _best(names: Sequence[_Name], language: str) -> LocalName | None:
    """A label in the language; for Chinese without a simplified label, the traditional one in simplified characters."""
    labels = [name for name in names if name.kind == "label"]
    for name in labels:
        if name.language == language:
            return LocalName(name.value, language)
    if language == "zh-Hans":
        for name in labels:
            if name.language == "zh-Hant":
                return LocalName(simplify(name.value), language)
    return None


def _fallback(names: Sequence[_Name]) -> LocalName:
    best = _best(names, DEFAULT)
    if best:
        return best
    name = next((name for name in names if name.display), names[0])
    return LocalName(name.value, name.language)


def _sorted_ids(session: Session, wanted: OrganisationFilter, language: str) -> list[str]:
    """All that answer the filter, sorted by the name a reader will see."""
    name = OrganisationName
    eligible = sa.or_(name.display, name.position == 0, name.language.in_((language, DEFAULT, "zh-Hant")))
    query = sa.select(name.organisation_id, name.value, name.language, name.kind, name.display)
    query = query.join(name.organisation).where(eligible, *_conditions(wanted))
    names: dict[str, list[_Name]] = {}
    for row in session.execute(query.order_by(name.organisation_id, name.position)):
        names.setdefault(row.organisation_id, []).append(row)

    def key(organisation_id: str) -> tuple[bool, bytes, str, str]:
        own = names[organisation_id]
        return (*sort_key((_best(own, language) or _fallback(own)).value, language), organisation_id)

    return sorted(names, key=key)


def _conditions(wanted: OrganisationFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.country:
        conditions.append(Organisation.country == wanted.country)
    if wanted.type:
        conditions.append(sa.cast(Organisation.types, sa.Text).contains(f'"{wanted.type}"', autoescape=True))
    for word in folded(wanted.text).split()[:_MAX_WORDS]:
        holds = OrganisationName.folded.contains(word, autoescape=True)
        conditions.append(Organisation.id.in_(sa.select(OrganisationName.organisation_id).where(holds)))
    return conditions
