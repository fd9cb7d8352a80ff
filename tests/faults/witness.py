"""What is in the index and what ought to be, each asked in its own words: nothing here is the portal's code."""

from __future__ import annotations

import json
import sqlite3
import urllib.request
from contextlib import closing
from typing import Any

import psycopg

Seen = dict[str, tuple[int, str, str]]  # id of a listing → version, title, name of the organisation

_PUBLISHED = """
SELECT listings.id,
       1000000000 * COALESCE((SELECT changes FROM outbox WHERE kind = 'listing' AND object_id = listings.id), 0)
       + COALESCE((SELECT sum(changes) FROM outbox WHERE kind = 'organisation' AND object_id IN (
             SELECT listings.organisation_id
             UNION SELECT organisation_id FROM listing_partners WHERE listing_id = listings.id)), 0),
       listing_translations.title, organisation_names.value
FROM listings
JOIN listing_translations ON listing_translations.listing_id = listings.id AND listing_translations.origin = 'source'
JOIN organisation_names ON organisation_names.organisation_id = listings.organisation_id AND organisation_names.display
WHERE listings.state = 'published'
"""
_UNTOLD = "SELECT count(*) FROM outbox WHERE told <> changes OR queued_at IS NOT NULL OR claim IS NOT NULL"


def published(database: str) -> Seen:
    """What the database says: from the file of a path, or the server of an address."""
    return {row[0]: (int(row[1]), row[2], row[3]) for row in rows(database, _PUBLISHED)}


def untold(database: str) -> int:
    """How many rows of the outbox are not settled."""
    return int(rows(database, _UNTOLD)[0][0])


def rows(database: str, query: str) -> list[tuple[Any, ...]]:
    """The answer to a query."""
    if database.startswith("sqlite:///"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"), timeout=30)) as file:
            return file.execute(query).fetchall()
    with psycopg.connect(database.replace("+psycopg", "")) as connection:
        return connection.execute(query).fetchall()


def indexed(url: str, alias: str) -> Seen:
    """What Elasticsearch says."""
    call(url, "POST", f"{alias}/_refresh")
    body = {
        "size": 10_000,
        "version": True,
        "_source": ["stored.titles", "stored.source_language", "stored.organisation"],
    }
    hits = call(url, "POST", f"{alias}/_search", body)["hits"]["hits"]
    return {hit["_id"]: (hit["_version"], *_shown(hit["_source"]["stored"])) for hit in hits}


def call(url: str, method: str, path: str, body: object = None) -> Any:
    """One request to Elasticsearch."""
    request = urllib.request.Request(  # noqa: S310 — our own loopback address
        f"{url}/{path}", None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"},
        method=method,
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


def _shown(stored: dict[str, Any]) -> tuple[str, str]:
    return stored["titles"][stored["source_language"]], stored["organisation"]["names"][""]
