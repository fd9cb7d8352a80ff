"""Cursors: where a program has come to in a long answer, signed so that none can be made up or used elsewhere."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer

from portal.api import parameters
from portal.api.queries import Search
from search.engine import Place

_SALT = "portal.api.cursors"


@dataclass(frozen=True)
class Cursor:
    """A place in the answer to a search that was first asked at `began`."""

    place: Place
    began: datetime


def write(cursor: Cursor, search: Search, language: str, key: str) -> str:
    """A cursor as text, for this search in this language alone."""
    content = {"place": cursor.place, "began": cursor.began.timestamp(), "of": _fingerprint(search, language)}
    return str(URLSafeSerializer(key, _SALT).dumps(content))


def read(text: str, search: Search, language: str, key: str) -> Cursor:
    """The cursor that a text stands for. Raises `Invalid`: `malformed`, or `other-search` where it is of another."""
    try:
        content = URLSafeSerializer(key, _SALT).loads(text)
    except BadData as error:
        raise parameters.CURSOR.refused("malformed", text) from error
    if content["of"] != _fingerprint(search, language):
        raise parameters.CURSOR.refused("other-search", text)
    return Cursor(content["place"], datetime.fromtimestamp(content["began"], UTC))


def _fingerprint(search: Search, language: str) -> str:
    """All that decides what is found and in which order."""
    asked = repr((search.q, sorted(search.chosen.items()), search.closed, search.sort, language))
    return hashlib.sha256(asked.encode()).hexdigest()[:16]
