"""What hostile and careless clients send, and files that are broken on purpose: refused or read as text, no 500."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from portal.core.database import prepare_sqlite
from portal.core.errors import Invalid
from portal.listings.document import SCHEMA
from portal.listings.importing import read_file, read_listings
from portal.organisations.importing import read_records
from portal.vocabulary.cldr import language_name
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.understanding import Span, Understanding, Word
from search.embedded.engine import EmbeddedEngine
from search.engine import MAX_QUERY_LENGTH, SearchRequest
from search.errors import EngineUnavailable
from tests.benchmarks.corpus import documents
from tests.features.test_organisations import flat
from tests.moments import NOW
from tests.unit.test_listings_records import KNOWN, record

# -- addresses and headers


@pytest.mark.parametrize("path", ["/en", "/en//about", "/th/../en//about"])
def test_no_redirect_names_the_host_the_client_made_up(client: FlaskClient, path: str) -> None:
    response = client.get(path, base_url="http://evil.example")
    assert "evil.example" not in str(response.headers) + response.text
    if response.status_code in (301, 302, 308):
        assert re.match("/[a-z]", response.location)


def test_a_redirect_keeps_the_query(client: FlaskClient) -> None:
    assert client.get("/en?q=a%20b").location == "/en/?q=a%20b"


@pytest.mark.parametrize("host", ["..", "a b", '"><script>', "evil:99999"])
def test_a_host_that_cannot_be_is_refused(client: FlaskClient, host: str) -> None:
    response = client.get("/en/about", headers={"Host": host})
    assert response.status_code in (200, 400)
    assert "<script>" not in response.text.replace('<script src="', "")


def test_nobody_keeps_a_missing_static_file_for_a_year(client: FlaskClient) -> None:
    response = client.get("/static/css/next-release.css?v=12345678")
    assert response.status_code == 404
    assert "max-age" not in response.headers.get("Cache-Control", "")


@pytest.mark.parametrize(("path", "kept"), [("/en/", "private, no-cache"), ("/nothing", "private, no-cache")])
def test_a_page_that_may_set_a_cookie_is_kept_by_nobody_else(client: FlaskClient, path: str, kept: str) -> None:
    response = client.get(path)
    assert response.headers["Cache-Control"] == kept
    assert "cookie" in {name.lower() for name in response.vary}
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_search_box_takes_as_much_as_a_search(client: FlaskClient) -> None:
    assert f'maxlength="{MAX_QUERY_LENGTH}"' in client.get("/en/").text


def test_an_error_page_says_what_its_language_hangs_on(client: FlaskClient) -> None:
    response = client.get("/nothing/here", headers={"Accept-Language": "vi"})
    assert '<html lang="vi"' in response.text
    assert {"accept-language", "cookie"} <= {name.lower() for name in response.vary}


@pytest.mark.parametrize(
    "path",
    [
        "/en/listings?q=" + "a" * 8000,
        "/en/listings?" + "&".join(f"organisation={n:x}" for n in range(1000)),
        "/en/organisations?q=a" + "%CC%81%CC%A3" * 1000,
        "/en/" + "a" * 8000,
        "/sitemap-" + "9" * 8000 + ".xml",
    ],
)
def test_an_address_of_endless_length_is_refused(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code in (404, 414)
    assert len(response.data) < 10_000


def test_the_api_says_so_as_a_problem(client: FlaskClient) -> None:
    response = client.get("/api/v1/listings?organisation=" + ",".join(f"{n:x}" for n in range(4000)))
    assert response.status_code == 414
    assert response.mimetype == "application/problem+json"


def test_the_longest_search_is_not_refused(client: FlaskClient) -> None:
    assert client.get("/en/listings", query_string={"q": "𝐀" * 300}).status_code == 200


def test_invented_languages_do_not_fill_the_memory(client: FlaskClient) -> None:
    before = language_name.cache_info().currsize
    invented = "&".join(f"working_language=q{a}{b}" for a in "abcdefghij" for b in "abcdefghij")
    response = client.get(f"/en/listings?{invented}")
    assert 'class="notice"' in response.text
    assert language_name.cache_info().currsize <= before + 20  # those of the listings themselves


@pytest.mark.parametrize("text", ["\ufffe", "a\uffffb", "\ufdd0", "\U0001ffff", "]]>", "\x0b<b>"])
def test_a_feed_stays_well_formed_whatever_is_asked(client: FlaskClient, text: str) -> None:
    response = client.get("/en/listings.atom", query_string={"q": text})
    assert response.status_code == 200
    ElementTree.fromstring(response.data)
    assert not {"\ufffe", "\uffff"} & set(response.text)


def test_a_word_said_often_counts_once(client: FlaskClient) -> None:
    """FTS5 would look it up each time, which made 300 characters of one letter cost seconds."""
    once, often = (
        client.get("/api/v1/listings", query_string={"q": text, "per_page": 5}).get_json()
        for text in ("supervision", " ".join(["supervision"] * 25))
    )
    assert once["total"] == often["total"] > 0
    assert [(hit["id"], hit["score"]) for hit in once["hits"]] == [(hit["id"], hit["score"]) for hit in often["hits"]]


# -- searches while the index is written


@pytest.fixture
def connect(tmp_path: Path) -> Callable[[], sqlite3.Connection]:
    def opened() -> sqlite3.Connection:
        connection = sqlite3.connect(tmp_path / "index.sqlite3", isolation_level=None)
        prepare_sqlite(connection)
        return connection

    return opened


def _request(limit: int = 50) -> SearchRequest:
    word = Word(Span(0, 1, "0"))
    return SearchRequest(Understanding("0", words=(word,)), "en", NOW, limit=limit)


@pytest.mark.parametrize("way", ["rebuild", "put", "delete"])
def test_a_write_in_the_midst_of_a_search(
    connect: Callable[[], sqlite3.Connection], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Another process writes, and another thread has read that, between two looks of one search at the index."""
    corpus = [
        replace(found, stored={"own": found.id}, texts={"en": {"title": "0"}}, version=1) for found in documents(40)
    ]
    engine, writer = (EmbeddedEngine(SCHEMA, load_thesaurus(), connect) for _ in range(2))
    writer.rebuild(corpus)
    match = engine.store.match

    def interrupted(*arguments: Any) -> Any:
        monkeypatch.setattr(engine.store, "match", match)
        if way == "rebuild":
            writer.rebuild(corpus[20:][::-1])
        elif way == "put":
            writer.put([replace(found, version=2) for found in corpus])
        else:
            writer.delete([found.id for found in corpus[10:]])
        engine.search(_request())
        return match(*arguments)

    engine.search(_request())
    monkeypatch.setattr(engine.store, "match", interrupted)
    hits = engine.search(_request()).hits
    assert len(hits) == 40
    assert all(hit.stored["own"] == hit.id for hit in hits)
    assert len(engine.search(_request()).hits) == {"rebuild": 20, "put": 40, "delete": 10}[way]


def test_without_an_index_nothing_is_suggested_and_that_is_said(connect: Callable[[], sqlite3.Connection]) -> None:
    with pytest.raises(EngineUnavailable):
        EmbeddedEngine(SCHEMA, load_thesaurus(), connect).suggest("data", "en")


# -- files of listings


def _in_part(part: str, key: str, value: Any) -> dict[str, Any]:
    first, *others = record()[part]
    return {part: [{**first, key: value}, *others]}


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"posted_at": "0001-01-01T00:00:00+14:00"}, "posted_at", "out-of-range"),
        ({"confirmed_at": "9999-12-31T23:59:59-12:00"}, "confirmed_at", "out-of-range"),
        ({"result_on": "9999-12-31"}, "result_on", "out-of-range"),
        (_in_part("deadlines", "local_time", "9999-12-31T23:59"), "deadlines[0].local_time", "out-of-range"),
        ({"base_certifications": ["\ud800"]}, "base_certifications[0]", "control-character"),
        ({"base_certifications": ["a\x00"]}, "base_certifications[0]", "control-character"),
        ({"base_certifications": [str(n) for n in range(1001)]}, "base_certifications", "too-long"),
        ({"scheme": "\uffff"}, "scheme", "control-character"),
    ],
)
def test_a_listing_that_would_break_pages_later(changes: dict[str, Any], field: str, reason: str) -> None:
    lines = [json.dumps(record()), json.dumps({**record(), "id": "second", **changes})]
    with pytest.raises(Invalid) as caught:
        read_listings(lines, KNOWN)
    found = caught.value.parameters
    assert (found["line"], found["field"], found["reason"]) == (2, field, reason)


@pytest.mark.parametrize(
    "line",
    ['{"kind": "\\ud800\\u001b[2J"}', '{"\\ud800": 1}', '\x1b[2J{"', "[" * 100_000, '{"id": ' + "9" * 5000 + "}"],
)
def test_what_is_told_of_a_broken_line_can_be_printed(line: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_listings([line], KNOWN)
    told = " ".join(str(value) for value in caught.value.parameters.values())
    assert told.isprintable()
    assert len(told) < 300
    told.encode()


def test_a_field_that_is_there_twice() -> None:
    with pytest.raises(Invalid) as caught:
        read_listings([json.dumps(record())[:-1] + ', "country": "TH"}'], KNOWN)
    assert caught.value.parameters == {"line": 1, "field": "country", "reason": "repeated-field", "value": None}


def test_a_line_without_end_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "huge.jsonl"
    path.write_text(json.dumps(record()) + "\n" + '{"id": "' + "x" * (1 << 23))
    with pytest.raises(Invalid) as caught:
        read_file(path, KNOWN)
    assert caught.value.parameters["line"] == 2
    assert caught.value.parameters["reason"] == "too-long"


def test_an_amount_of_less_than_nothing_at_all() -> None:
    (listing,) = read_listings([json.dumps({**record(), **_in_part("money", "amount", "-0")})], KNOWN)
    assert f"{listing.money[0].amount:.2f}" == "0.00"


# -- files of organisations


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"city": "\ud800"}, "city"),
        ({"city": "a\x00b"}, "city"),
        ({"names": [{"value": "\udfff", "lang": "en", "types": ["label"]}]}, "names.value"),
        ({"names": [{"value": "A", "lang": "en", "types": ["label", "\ud800"]}]}, "names.types"),
        ({"geonames_id": 10**30}, "geonames_id"),
        ({"established": -5}, "established"),
        ({"lat": float("nan")}, "lat"),
        ({"domains": ["\ud800"]}, "domains"),
        ({"domains": ["x" * 301]}, "domains"),
        ({"links": [{"type": "website", "value": "https://x\ud800"}]}, "links.value"),
        ({"links": [{"type": "website", "value": "https://" + "x" * 2001}]}, "links.value"),
        ({"relationships": [{"type": "parent", "id": "\x1b", "label": "x"}]}, "relationships.id"),
    ],
)
def test_an_organisation_that_would_break_pages_later(tmp_path: Path, changes: dict[str, Any], field: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(f"{json.dumps(flat(1))}\n{json.dumps(flat(2, **changes))}")
    with pytest.raises(Invalid) as caught:
        list(read_records(path))
    found = caught.value.parameters
    assert (found["line"], found["field"]) == (2, field)
    assert str(found["value"]).isprintable()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[{first}]garbage", 1),
        ("[\n{first}\n]\n[{first}]", 3),
        ('{first}\n{{"country": "CN", "country": "TH"}}', 2),
        ('[{first},\n{{"country": "CN", "country": "TH"}}]', 2),
        ("{first}\n" + "x" * ((1 << 22) + 9), 2),
    ],
)
def test_a_file_that_is_not_what_it_seems(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "x.json"
    path.write_text(text.format(first=json.dumps(flat(1))))
    with pytest.raises(Invalid) as caught:
        list(read_records(path))
    assert (caught.value.parameters["line"], caught.value.parameters["field"]) == (line, "json")


def test_a_damaged_archive_is_unreadable(tmp_path: Path) -> None:
    packed = gzip.compress(json.dumps(flat(1)).encode() * 50)
    (tmp_path / "x.gz").write_bytes(packed[:12] + b"\xff\x00\xff" * 9 + packed[40:])
    with pytest.raises(Invalid) as caught:
        list(read_records(tmp_path / "x.gz"))
    assert caught.value.code == "file.unreadable"
