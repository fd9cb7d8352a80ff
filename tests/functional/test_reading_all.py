"""All that a search finds: stretch by stretch through the API, and as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer

from portal.api import exports
from search.concepts.understanding import Understanding
from search.engine import SearchRequest
from search.errors import EngineUnavailable, PlaceLost
from search.results import Hit
from tests.moments import NOW

REQUEST = SearchRequest(Understanding(""), "en", NOW)

SEARCHES: list[dict[str, Any]] = [
    {"closed": "true"},
    {"q": "machine learning scholarship", "lang": "en"},
    {"q": "ทุน ปัญญาประดิษฐ์ จีน", "lang": "th", "sort": "deadline"},
    {"kind": "visiting-scholar", "sort": "newest"},
]


def stretches(client: FlaskClient, **parameters: Any) -> list[Any]:
    found = [client.get("/api/v1/listings/all", query_string=parameters)]
    while address := found[-1].json["links"]["next"]:  # type: ignore[index]
        parts = urlsplit(address)
        found.append(client.get(f"{parts.path}?{parts.query}"))
    assert {response.status_code for response in found} == {200}
    return [response.json for response in found]


def paged(client: FlaskClient, **parameters: Any) -> list[str]:
    ids: list[str] = []
    number = pages = 1
    while number <= pages:
        page = client.get("/api/v1/listings", query_string={**parameters, "page": number, "per_page": 100}).json
        assert page is not None
        ids += [hit["id"] for hit in page["hits"]]
        number, pages = number + 1, page["pages"]
    return ids


@pytest.mark.parametrize("search", SEARCHES)
def test_a_walk_gives_what_the_pages_give(client: FlaskClient, search: dict[str, Any]) -> None:
    found = stretches(client, per_page=7, **search)
    ids = [hit["id"] for stretch in found for hit in stretch["hits"]]
    assert ids == paged(client, **search)
    assert {stretch["total"] for stretch in found} == {len(ids)}


@pytest.mark.parametrize("search", SEARCHES)
def test_files_give_what_the_pages_give(client: FlaskClient, search: dict[str, Any]) -> None:
    ids = paged(client, **search)
    lines = client.get("/api/v1/listings.ndjson", query_string=search)
    assert lines.content_type == exports.NDJSON
    assert [json.loads(line)["id"] for line in lines.text.splitlines()] == ids
    table = client.get("/api/v1/listings.csv", query_string=search)
    assert table.headers["Content-Disposition"] == 'attachment; filename="listings.csv"'
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ids
    assert tuple(rows[0]) == exports.COLUMNS


def test_a_file_of_nothing_has_a_head_alone(client: FlaskClient) -> None:
    nothing = {"funded": "false", "funding": "full"}
    assert client.get("/api/v1/listings.ndjson", query_string=nothing).text == ""
    assert client.get("/api/v1/listings.csv", query_string=nothing).text.count("\n") == 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u200b=1", "＝1"])
def test_no_cell_is_a_formula(app: Flask, text: str) -> None:
    hit = next(app.extensions["site"].engine.scan(REQUEST))
    language = hit.stored["source_language"]
    hostile = replace(hit, stored={**hit.stored, "titles": {**hit.stored["titles"], language: text}})
    with app.test_request_context("/en/"):
        _head, row = exports.table(iter([hostile]), language)
    assert f"'{text}" in next(csv.reader(io.StringIO(row, newline="")))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"cursor": "made-up"}, "malformed"),
        ({"kind": "training-base"}, "other-search"),
        ({"q": "robots"}, "other-search"),
        ({"lang": "lo"}, "other-search"),
        ({"sort": "newest"}, "other-search"),
        ({"closed": "false"}, "other-search"),
        ({"page": "2"}, "unknown-parameter"),
    ],
)
def test_a_cursor_is_of_one_search(client: FlaskClient, change: dict[str, str], reason: str) -> None:
    search = {"q": "data", "lang": "en", "closed": "true", "per_page": "2"}
    first = client.get("/api/v1/listings/all", query_string=search).json
    assert first is not None
    cursor = dict(parse_qsl(urlsplit(first["links"]["next"]).query))["cursor"]
    assert client.get("/api/v1/listings/all", query_string={**search, "cursor": cursor}).status_code == 200
    refused = client.get("/api/v1/listings/all", query_string={**search, "cursor": cursor, **change})
    assert (refused.status_code, refused.json["parameters"]["reason"]) == (400, reason)  # type: ignore[index]


def test_a_cursor_that_nobody_signed_is_refused(client: FlaskClient) -> None:
    forged = URLSafeSerializer("another key", "portal.api.cursors").dumps({"place": {}, "began": 0, "of": ""})
    assert client.get(f"/api/v1/listings/all?cursor={forged}").status_code == 400


def test_what_is_lost_says_so(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = client.get("/api/v1/listings/all?per_page=2").json["links"]["next"]  # type: ignore[index]
    _raising(app, monkeypatch, PlaceLost())
    answer = client.get(urlsplit(address).path + "?" + urlsplit(address).query)
    assert (answer.status_code, answer.json["parameters"]["reason"]) == (400, "expired")  # type: ignore[index]


def test_what_promises_to_be_complete_fails_while_the_index_is_away(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _raising(app, monkeypatch, EngineUnavailable())
    for path in ("listings/all", "listings.ndjson", "listings.csv"):
        answer = client.get(f"/api/v1/{path}")
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
        assert int(answer.headers["Retry-After"]) > 0
    degraded = client.get("/api/v1/listings").json
    assert degraded is not None
    assert degraded["degraded"]
    assert degraded["hits"]


class _Failing:
    """An engine that cannot be asked."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def search(self, *_arguments: Any) -> Any:
        raise self._error

    walk = search

    def scan(self, *_arguments: Any) -> Iterator[Hit]:
        raise self._error
        yield


def _raising(app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    site = replace(app.extensions["site"], engine=_Failing(error))
    monkeypatch.setitem(app.extensions, "site", site)
