"""Searches as they are saved: the part that is the same for everybody, and what a listing must have to answer it.

A saved search keeps the query string of its address. Equal ones share a `Question`, so that each is asked once however
many people saved it. Its keys hang on how words are read: they are found anew when labels change.
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
from portal.alerts.models import Question, QuestionKey
from portal.core.database import insert_or
from portal.discovery.forms import Query
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
    """The digest of the question that a saved search asks; the question is made if nobody has asked it yet."""
    question = ask_later(session, query, language)
    if question.read_with is None:
        file_question(session, site, question, site.labels_edition)
    return question.digest


def ask_later(session: Session, query: str, language: str) -> Question:
    """The question itself. Where there are no labels at hand, the worker files it before it looks at what is new."""
    shared = urlencode([pair for pair in parse_qsl(query) if pair[0] != ELIGIBLE])
    digest = hashlib.sha256(f"{language} {shared}".encode()).hexdigest()
    row: dict[str, Any] = {"digest": digest, "query": shared, "language": language, "groups": [], "read_with": None}
    session.execute(insert_or(session, Question).values(row).on_conflict_do_nothing(index_elements=["digest"]))
    return session.get_one(Question, digest, with_for_update=True)


def naming(query: str, old: str, new: str) -> str:
    """A saved query with an organisation replaced."""
    pairs = parse_qsl(query)
    return _in_order((name, new if (name, value) == (ORGANISATION, old) else value) for name, value in pairs)


def list_unread(session: Session, edition: str, limit: int) -> Sequence[Question]:
    """Questions whose keys were found by other labels than there are now."""
    other = sa.or_(Question.read_with.is_(None), Question.read_with != edition)
    return session.scalars(sa.select(Question).where(other).order_by(Question.digest).limit(limit)).all()


def file_question(session: Session, site: Site, question: Question, edition: str) -> None:
    """Put a question under its keys."""
    query = parse(question.query)
    understanding = site.understand(query.q, question.language, site.clock())
    keys, *question.groups = groups_of_search(make_plan(understanding, site.thesaurus), query.chosen, SCHEMA)
    session.execute(sa.delete(QuestionKey).where(QuestionKey.digest == question.digest))
    if keys:
        session.execute(sa.insert(QuestionKey), [{"key": key, "digest": question.digest} for key in keys])
    question.read_with = edition
