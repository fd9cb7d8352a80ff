"""A server that is away, slow or killed: readers wait no longer than agreed, and nothing that was written is lost."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from search.concepts.thesaurus import Thesaurus
from search.documents import Document
from search.elastic.client import Address, Breaker, Link
from search.elastic.engine import ElasticEngine
from search.errors import EngineUnavailable
from tests.contract.conftest import SCHEMA, system_clock
from tests.contract.test_elastic_life import EVERYTHING, versions
from tests.contract.test_engine import make
from tests.servers.elasticsearch import ElasticsearchServer
from tests.servers.places import free_port


class Watch:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def refused(breaker: Breaker) -> bool:
    try:
        breaker.enter()
    except EngineUnavailable:
        return True
    return False


def test_the_breaker_opens_after_failures_in_a_row_and_lets_one_try_later() -> None:
    watch = Watch()
    breaker = Breaker(failures=3, pause=5.0, timer=watch)
    for _ in range(2):
        breaker.failed()
    breaker.succeeded()
    for _ in range(2):
        breaker.failed()
    assert not refused(breaker)
    breaker.failed()
    assert refused(breaker)
    watch.now += 5.0
    assert [refused(breaker), refused(breaker)] == [False, True]
    breaker.failed()
    watch.now += 4.9
    assert refused(breaker)
    watch.now += 0.1
    assert not refused(breaker)
    breaker.succeeded()
    assert [refused(breaker), refused(breaker)] == [False, False]


def test_a_trial_that_never_ends_does_not_close_the_breaker_for_good() -> None:
    watch = Watch()
    breaker = Breaker(failures=1, pause=5.0, timer=watch)
    breaker.failed()
    watch.now += 5.0
    assert not refused(breaker)
    watch.now += 5.0
    assert not refused(breaker)


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def engine_at(url: str, thesaurus: Thesaurus, timeout: float, failures: int = 5) -> ElasticEngine:
    link = Link(Address(url, timeout=timeout), Breaker(failures))
    return ElasticEngine(SCHEMA, thesaurus, link, system_clock, "outage-", refresh=True)


def test_a_slow_server_is_given_up_after_the_timeout_then_at_once(silent: str, thesaurus: Thesaurus) -> None:
    engine = engine_at(silent, thesaurus, timeout=0.3, failures=2)
    for longest in (5.0, 5.0, 0.25):  # the first two wait for the timeout, on busy machines too
        start = time.monotonic()
        with pytest.raises(EngineUnavailable):
            engine.search(EVERYTHING)
        assert time.monotonic() - start < longest


def test_a_server_that_is_away_is_said_so(thesaurus: Thesaurus) -> None:
    engine = engine_at(f"http://127.0.0.1:{free_port()}", thesaurus, timeout=1.0)
    for call in (
        lambda: engine.search(EVERYTHING),
        lambda: engine.walk(EVERYTHING),
        lambda: engine.walk(EVERYTHING, {"moment": "gone", "after": [], "relaxed": False, "wide": []}),
        lambda: next(engine.scan(EVERYTHING)),
        lambda: engine.suggest("a", "en"),
        lambda: engine.similar("a", EVERYTHING),
        lambda: engine.put([make("a")]),
        lambda: engine.delete(["a"]),
        lambda: engine.rebuild([make("a")]),
        engine.status,
        lambda: list(engine.versions()),
    ):
        with pytest.raises(EngineUnavailable):
            call()


@pytest.mark.skipif(bool(os.environ.get("ELASTICSEARCH_TEST_URL")), reason="not run: the server is not ours to kill")
def test_killed_in_the_middle_of_writing_it_has_what_it_confirmed(
    elasticsearch_server: ElasticsearchServer, thesaurus: Thesaurus
) -> None:
    server = elasticsearch_server
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0
    engine = engine_at(server.url, thesaurus, timeout=30.0)
    engine.rebuild([make("old")])
    confirmed: list[str] = []

    def write() -> None:
        with suppress(EngineUnavailable):
            for number in range(100_000):
                engine.put([make(f"d{number:05}")])
                confirmed.append(f"d{number:05}")

    def endless() -> Iterator[Document]:
        while True:
            yield make(f"r{time.monotonic_ns()}")

    writer = threading.Thread(target=write)
    writer.start()
    killer = threading.Timer(3.0, server.kill)
    killer.start()
    try:
        with pytest.raises(EngineUnavailable):
            engine.rebuild(endless())
    finally:
        writer.join()
        killer.join()
        server.start()
    assert confirmed
    assert set(confirmed) | {"old"} <= set(versions(engine))
    assert engine.search(EVERYTHING).total >= len(confirmed)
    assert engine.put([make("old", version=2), make("d00000")]) == 1
    forgetful = ElasticEngine(
        SCHEMA, thesaurus, engine.index.link, lambda: system_clock().replace(year=2100), "outage-", refresh=True
    )
    assert forgetful.rebuild([make("new")]) == 1  # takes over the lock, and clears what the killed one left
    assert versions(engine) == {"new": 1}
    assert len(engine.index.names()) == 1
    with engine.index.link.writing() as client:
        client.indices.delete(index=[*engine.index.names(), "outage-locks"])
