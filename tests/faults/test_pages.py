"""Pages while Elasticsearch is slow or away: nobody waits longer than agreed, and all is well again by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from portal import create_app
from search.elastic.client import Breaker
from tests.faults.proxy import Proxy, proxy_to
from tests.faults.world import World, wait_for
from tests.functional.inspection import InspectingClient
from tests.moments import fixed_clock

pytestmark = pytest.mark.database("sqlite")

TIMEOUT = 2.0  # seconds a request to the index may take, as set
ALLOWED, PAUSE = 5, 5.0  # failures in a row, and what follows them: see `search.elastic.client.Breaker`
FOR_EVER = 20 * TIMEOUT  # longer than anybody may wait
NOTICE = "The search is not available at the moment."
SEARCH, LISTING, HOME, API = "/en/listings?q=logistics", "/en/listings/l001", "/en/", "/api/v1/listings?q=logistics"


@pytest.fixture
def proxy(world: World) -> Iterator[Proxy]:
    with proxy_to(world.server) as opened:
        yield opened


@pytest.fixture
def client(world: World, proxy: Proxy) -> Iterator[FlaskClient]:
    """A reader of the site that asks Elasticsearch through the proxy."""
    settings = replace(world.settings, elasticsearch_url=proxy.url, elasticsearch_timeout=str(TIMEOUT))
    app = create_app(settings, clock=fixed_clock)
    app.test_client_class = InspectingClient
    with app.test_client() as visitor:
        for path in (SEARCH, LISTING, API):  # what is made at the first request
            visitor.get(path)
        yield visitor
    app.extensions["site"].close()


@pytest.fixture
def asked(proxy: Proxy) -> list[bytes]:
    """The requests that went through the proxy: each that stays without an answer is a wait of `TIMEOUT`. They are
    counted, for on a busy machine no clock tells one wait from two."""
    requests: list[bytes] = []
    proxy.watch = lambda piece: requests.append(piece) if b" HTTP/1.1\r\n" in piece else None
    return requests


def read(client: FlaskClient, path: str, degraded: bool = True) -> None:
    """A page has to be there, and to say where it comes from."""
    response = client.get(path)
    assert response.status_code == 200
    if path == SEARCH:
        assert (NOTICE in response.text) == degraded
        assert "Cross-border logistics" in response.text
    elif path == API:
        assert response.get_json()["degraded"] == degraded


def is_well(client: FlaskClient) -> bool:
    return NOTICE not in client.get(SEARCH).text


def test_the_breaker_is_as_this_test_believes() -> None:
    breaker = Breaker(timer=iter((0.0, 0.0, PAUSE - 0.1)).__next__)
    for _failure in range(ALLOWED):
        breaker.enter()
        breaker.failed()
    with pytest.raises(Exception, match="waiting"):
        breaker.enter()


def waits(client: FlaskClient, path: str, asked: list[bytes]) -> int:
    """How often a page waits for a server that does not answer."""
    asked.clear()
    start = time.monotonic()
    read(client, path)
    assert len(asked) * TIMEOUT <= time.monotonic() - start < FOR_EVER
    return len(asked)


def test_a_slow_server_is_waited_for_once_a_page_and_then_not_at_all(
    client: FlaskClient, proxy: Proxy, asked: list[bytes]
) -> None:
    read(client, SEARCH, degraded=False)
    proxy.delay = FOR_EVER
    for path in (SEARCH, LISTING, API, HOME, SEARCH):  # each asks more than once, were it not for the first answer
        assert waits(client, path, asked) == 1
    stopped = time.monotonic()
    numbers = [waits(client, path, asked) for path in (SEARCH, LISTING, API, HOME)]
    assert numbers == [0, 0, 0, 0] or time.monotonic() - stopped > PAUSE

    time.sleep(PAUSE)
    numbers = [waits(client, path, asked) for path in (SEARCH, SEARCH)]  # one reader tries
    assert numbers == [1, 0]

    proxy.delay = 0.0
    wait_for(lambda: is_well(client))
    read(client, API, degraded=False)


def test_a_server_that_is_away_is_not_waited_for_and_missed_no_longer_than_a_pause(
    client: FlaskClient, proxy: Proxy, asked: list[bytes]
) -> None:
    proxy.cut()
    for path in 2 * (SEARCH, LISTING, API):
        assert waits(client, path, asked) == 0
    proxy.is_cut = False
    stopped = time.monotonic()
    assert not is_well(client) or time.monotonic() - stopped > PAUSE / 2  # the pause is not over
    wait_for(lambda: is_well(client))
    for path in 3 * (SEARCH, API):
        read(client, path, degraded=False)
