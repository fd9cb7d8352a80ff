"""ORCID records: read as the public API gives them, and fetched from a server that may do anything."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid, NotFound, Unavailable
from portal.researchers import profile as p
from portal.researchers.intake.orcid import LARGEST, fetch_record, read_record
from portal.researchers.intake.proposals import joined

ID = "0000-0002-1825-0097"


def day(year: str, month: str | None = None) -> dict[str, Any]:
    return {"year": {"value": year}, "month": {"value": month} if month else None, "day": None}


def affiliation(kind: str, **values: Any) -> dict[str, Any]:
    organisation = {"name": "Universiti Malaya", "address": {"city": "KL", "region": None, "country": "MY"}}
    summary = {"department-name": "CS", "start-date": None, "end-date": None, "organization": organisation, **values}
    return {"summaries": [{f"{kind}-summary": summary}]}


def work(title: str, kind: str, *ids: tuple[str, str, str], **values: Any) -> dict[str, Any]:
    found = [{"external-id-type": a, "external-id-value": b, "external-id-relationship": c} for a, b, c in ids]
    return {"title": {"title": {"value": title}}, "type": kind, "external-ids": {"external-id": found}, **values}


# Laid out as https://pub.orcid.org/v3.0/<iD>/record with Accept: application/json.
RECORD: dict[str, Any] = {
    "orcid-identifier": {"uri": f"https://orcid.org/{ID}", "path": ID, "host": "orcid.org"},
    "person": {
        "name": {"given-names": {"value": "Ming"}, "family-name": {"value": "Li"}, "credit-name": None, "path": ID},
        "other-names": {"other-name": [{"content": "Li M."}, {"content": "李明"}]},
        "addresses": {"address": [{"country": {"value": "MY"}}]},
        "emails": {"email": [{"email": "ming@example.org"}]},
    },
    "activities-summary": {
        "educations": {"affiliation-group": [
            affiliation("education", **{"role-title": "PhD (Computer Science)", "end-date": day("2020", "06")}),
            affiliation("education", **{"role-title": "Summer school"}),
        ]},
        "qualifications": {"affiliation-group": [affiliation("qualification", **{"role-title": "工学硕士"})]},
        "employments": {"affiliation-group": [
            affiliation("employment", **{"role-title": "Senior lecturer", "start-date": day("2020", "09")}),
            affiliation("employment", **{"role-title": "Intern"}),
        ]},
        "works": {"group": [
            {"work-summary": [
                work("Deep rice", "journal-article", ("doi", "https://doi.org/10.1000/ABC", "self"),
                     **{"publication-date": day("2021"), "journal-title": {"value": "Rice"}}),
                work("Deep rice (copy)", "journal-article"),
            ]},
            {"work-summary": [work("A chapter", "book-chapter", ("doi", "10.1000/book", "part-of"),
                                   url={"value": "https://example.org/ch"})]},
            {"work-summary": [work("Deep Rice", "preprint", ("doi", "10.1000/abc", "self"))]},
            {"work-summary": [{"title": None}]},
        ]},
    },
}  # fmt: skip


def test_a_record_as_parts_of_a_profile() -> None:
    brought = read_record(RECORD)
    found = joined(p.Profile(), brought.proposals)
    at = p.Place(name="Universiti Malaya", country="MY")
    assert found.name == p.Name("Ming", "Li", "李明")
    assert found.background == p.Background(residence="MY")
    assert found.degrees == (
        p.Degree("doctoral", "PhD (Computer Science)", at=at, completed_on=date(2020, 6, 30)),
        p.Degree("master", "工学硕士", at=at),
    )
    assert found.posts == (p.Post("teaching", "Senior lecturer", at, date(2020, 9, 1)),)
    assert found.publications == (
        p.Publication("Deep rice", "article", 2021, "Rice", doi="10.1000/abc"),
        p.Publication("A chapter", "chapter", url="https://example.org/ch"),
    )
    left = [(one.part, one.reason) for one in brought.left_out]
    assert left == [("degrees", "level"), ("posts", "missing-field"), ("publications", "missing-field")]


def _mutilated() -> st.SearchStrategy[Any]:
    """The record with something else somewhere in it."""
    text = json.dumps(RECORD, ensure_ascii=False)
    places = [place for place, letter in enumerate(text) if letter in "{["]
    junk = st.sampled_from(['"x"', "null", "7", "[]", "{}", "true", '[["a"]]'])

    def cut(place: int, other: str) -> Any:
        value, end = json.JSONDecoder().raw_decode(text, place)
        assert value is not None
        return json.loads(text[:place] + other + text[end:])

    return st.builds(cut, st.sampled_from(places), junk)


@given(_mutilated())
def test_whatever_is_of_another_kind_is_not_there(record: Any) -> None:
    read_record(record)


Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def server() -> Iterator[tuple[str, list[Answer], list[str]]]:
    """The address of a server, the answer that it gives, and the paths that it was asked for."""
    answers: list[Answer] = []
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            with suppress(OSError):  # whoever asked has gone
                answers[-1](self)

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}", answers, paths
    running.shutdown()
    running.server_close()
    thread.join()


def sending(content: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """Each byte is quick, and all of them late."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def test_a_record_is_fetched(server: tuple[str, list[Answer], list[str]]) -> None:
    address, answers, paths = server
    answers.append(sending(json.dumps(RECORD).encode()))
    assert fetch_record(f"{address}/", f"https://orcid.org/{ID}") == RECORD
    assert paths == [f"/v3.0/{ID}/record"]


OUTAGES: dict[str, Answer] = {
    "an error": sending(b"", 500),
    "too many questions": sending(b"", 429),
    "broken JSON": sending(b'{"orcid-'),
    "something else": sending(b"[]"),
    "nested without end": sending(b"[" * 200_000),
    "somebody else": sending(json.dumps({"orcid-identifier": {"path": "0000-0001-5109-3700"}}).encode()),
    "too much": sending(b" " * (LARGEST + 1)),
    "no HTTP": lambda handler: handler.wfile.write(b"hello\r\n\r\n") and None,
    "too late": lambda _handler: time.sleep(2),
    "byte by byte": dripping,
}


@pytest.mark.parametrize("name", OUTAGES)
def test_an_outage_is_one_kind_of_error_and_soon_over(name: str, server: tuple[str, list[Answer], list[str]]) -> None:
    address, answers, _paths = server
    answers.append(OUTAGES[name])
    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"orcid\.unavailable"):
        fetch_record(address, ID, timeout=0.5 if name in ("too late", "byte by byte") else 5)
    assert time.monotonic() - began < 5


def test_redirects_lead_nowhere(server: tuple[str, list[Answer], list[str]]) -> None:
    address, answers, paths = server
    answers.append(sending(b"", 302, Location=f"{address}/elsewhere"))
    with pytest.raises(Unavailable):
        fetch_record(address, ID)
    assert paths == [f"/v3.0/{ID}/record"]


def test_what_is_not_asked_at_all(server: tuple[str, list[Answer], list[str]]) -> None:
    address, answers, paths = server
    for wrong in ("", "0000-0002-1825-0098", "../../x", f"{ID[:-1]}\r\nHost: x"):
        with pytest.raises(Invalid, match=r"orcid\.wrong"):
            fetch_record(address, wrong)
    for off in ("", "file:///etc", "ftp://127.0.0.1"):
        with pytest.raises(Unavailable):
            fetch_record(off, ID)
    assert not paths
    answers.append(sending(b"", 404))
    with pytest.raises(NotFound, match=r"orcid\.unknown"):
        fetch_record(address, ID)


def test_nobody_there() -> None:
    with pytest.raises(Unavailable):
        fetch_record("http://127.0.0.1:9", ID, timeout=1)
