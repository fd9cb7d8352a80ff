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

TIMEOUT = 2.0  # seconds a request to the index may take, as set: a busy machine can tell one such wait from two
ALLOWED, PAUSE = 5, 5.0  # failures in a row, and what follows them: see `search.elastic.client.Breaker`
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


def seconds(client: FlaskClient, path: str, degraded: bool = True) -> float:
    """How long a page takes; it has to be there, and to say where it comes from."""
    start = time.monotonic()
    response = client.get(path)
    took = time.monotonic() - start
    assert response.status_code == 200
    if path == SEARCH:
        assert (NOTICE in response.text) == degraded
        assert "Cross-border logistics" in response.text
    elif path == API:
        assert response.get_json()["degraded"] == degraded
    return took


def is_well(client: FlaskClient) -> bool:
    return NOTICE not in client.get(SEARCH).text


def test_the_breaker_is_as_this_test_believes() -> None:
    breaker = Breaker(timer=iter((0.0, 0.0, PAUSE - 0.1)).__next__)
    for _failure in range(ALLOWED):
        breaker.enter()
        breaker.failed()
    with pytest.raises(Exception, match="waiting"):
        breaker.enter()


def test_a_slow_server_is_waited_for_once_a_page_and_then_not_at_all(client: FlaskClient, proxy: Proxy) -> None:
    assert seconds(client, SEARCH, degraded=False) < TIMEOUT
    proxy.delay = 3 * TIMEOUT
    for path in (SEARCH, LISTING, API, HOME, SEARCH):  # each asks more than once, were it not for the first answer
        assert TIMEOUT <= seconds(client, path) < 2 * TIMEOUT
    for path in (SEARCH, LISTING, API, HOME):
        assert seconds(client, path) < TIMEOUT

    time.sleep(PAUSE)
    assert TIMEOUT <= seconds(client, SEARCH) < 2 * TIMEOUT  # one reader tries
    assert seconds(client, SEARCH) < TIMEOUT

    proxy.delay = 0.0
    start = time.monotonic()
    wait_for(lambda: is_well(client), PAUSE + TIMEOUT)
    assert time.monotonic() - start <= PAUSE + TIMEOUT
    assert seconds(client, API, degraded=False) < TIMEOUT


def test_a_server_that_is_away_is_not_waited_for_and_missed_no_longer_than_a_pause(
    client: FlaskClient, proxy: Proxy
) -> None:
    proxy.cut()
    for path in 2 * (SEARCH, LISTING, API):
        assert seconds(client, path) < TIMEOUT
    proxy.is_cut = False
    assert not is_well(client)  # the pause is not over
    wait_for(lambda: is_well(client), PAUSE + TIMEOUT)
    for path in 3 * (SEARCH, API):
        assert seconds(client, path, degraded=False) < TIMEOUT
