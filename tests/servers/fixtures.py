"""Elasticsearch as fixtures, started when the first test wants it; import them in one `conftest.py` only, for each
import would start a server of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from tests.servers.elasticsearch import ElasticsearchServer
from tests.servers.places import Missing

Server = TypeVar("Server")


def obtain(create: Callable[[], Server]) -> Server:
    """A server, or a skipped test that says what is missing; with CI set nothing may be skipped."""
    try:
        return create()
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(f"needs {missing}", pytrace=False)
        pytest.skip(f"not run: needs {missing}")


@pytest.fixture(scope="session")
def elasticsearch_server() -> Iterator[ElasticsearchServer]:
    """Elasticsearch without security, for the tests alone: they may kill it."""
    server = obtain(ElasticsearchServer.create)
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def elasticsearch_url(request: pytest.FixtureRequest) -> str:
    """The address of an Elasticsearch without security: one that runs already if ELASTICSEARCH_TEST_URL names it."""
    running = os.environ.get("ELASTICSEARCH_TEST_URL")
    if running:
        return running
    server: ElasticsearchServer = request.getfixturevalue("elasticsearch_server")
    return server.url


@pytest.fixture(scope="module")
def secure_elasticsearch_server() -> Iterator[ElasticsearchServer]:
    """Elasticsearch with security and TLS; not kept, since two servers at once are a lot for a small machine."""
    server = obtain(lambda: ElasticsearchServer.create(secure=True))
    try:
        server.start()
        yield server
    finally:
        server.close()
