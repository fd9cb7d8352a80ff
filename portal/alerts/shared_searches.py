"""Searches as they are saved: the part that is the same for everybody, and what a listing must have to answer it.

A saved search keeps the query string of its address. Equal ones share a `SharedSearch`, so that each is asked once
however many people saved it. Its keys hang on how words are read: they are found anew when labels change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.alerts.keys import groups_of_search
from portal.alerts.models import SharedSearch, SharedSearchKey
from portal.core.database import insert_or
from portal.discovery.query import Query
from portal.listings.document import SCHEMA
from portal.site import Site
from search.plan import make_plan

_OF_THE_PAGE = ("sort", "closed", "page")  # what is only about how results are shown
ORGANISATION = "organisation"  # the facet that names some
ELIGIBLE = "eligible"  # only what the person may apply for, by their own profile


def parse(text: str) -> Query:
    """The search of a query string."""
    return Query.read(MultiDict(parse_qsl(text)))


def canonical(query: Query) -> str:
    """The query string under which a search is saved: values in one order, nothing of how it was shown."""
    parameters = [pair for pair in query.parameters() if pair[0] not in _OF_THE_PAGE]
    return _in_order(parameters)


def _in_order(parameters: Iterable[tuple[str, str]]) -> str:
    """Each once, the words first."""
    return urlencode(sorted(set(parameters), key=lambda pair: (pair[0] != "q", pair)))


def ask(session: Session, site: Site, query: str, language: str) -> str:
    """The digest of what a saved search asks; it is made if nobody has asked it yet."""
    shared = ask_later(session, query, language)
    if shared.read_with is None:
        file_search(session, site, shared, site.labels_edition)
    return shared.digest


def ask_later(session: Session, query: str, language: str) -> SharedSearch:
    """The row itself. Where there are no labels at hand, the worker files it before it looks at what is new."""
    common = urlencode([pair for pair in parse_qsl(query) if pair[0] != ELIGIBLE])
    digest = hashlib.sha256(f"{language} {common}".encode()).hexdigest()
    row: dict[str, Any] = {"digest": digest, "query": common, "language": language, "groups": [], "read_with": None}
    session.execute(insert_or(session, SharedSearch).values(row).on_conflict_do_nothing(index_elements=["digest"]))
    return session.get_one(SharedSearch, digest, with_for_update=True)


def naming(query: str, old: str, new: str) -> str:
    """A saved query with an organisation replaced."""
    pairs = parse_qsl(query)
    return _in_order((name, new if (name, value) == (ORGANISATION, old) else value) for name, value in pairs)


def list_unread(session: Session, edition: str, limit: int) -> Sequence[SharedSearch]:
    """Those whose keys were found by other labels than there are now."""
    other = sa.or_(SharedSearch.read_with.is_(None), SharedSearch.read_with != edition)
    return session.scalars(sa.select(SharedSearch).where(other).order_by(SharedSearch.digest).limit(limit)).all()


def file_search(session: Session, site: Site, shared: SharedSearch, edition: str) -> None:
    """Put a search under its keys."""
    query = parse(shared.query)
    understanding = site.understand(query.q, shared.language, site.clock())
    keys, *shared.groups = groups_of_search(make_plan(understanding, site.thesaurus), query.chosen, SCHEMA)
    session.execute(sa.delete(SharedSearchKey).where(SharedSearchKey.digest == shared.digest))
    if keys:
        session.execute(sa.insert(SharedSearchKey), [{"key": key, "digest": shared.digest} for key in keys])
    shared.read_with = edition
