"""The link to the cluster: one client, short timeouts, and a circuit breaker between a dead cluster and the readers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from search.errors import EngineUnavailable

_OVERLOADED = 429
_SERVER_ERROR = 500
_MISSING = 404


@dataclass(frozen=True)
class Address:
    """Where the cluster is and who asks. `url` may name several nodes with commas; either an API key or user and
    password, or neither."""

    url: str
    api_key: str = ""
    user: str = ""
    password: str = ""
    ca_file: str = ""
    timeout: float = 1.0  # seconds for a reader's request
    write_timeout: float = 60.0


class Missing(EngineUnavailable):
    """The index that was asked for is not there."""


class Breaker:
    """After some failures in a row it refuses at once for a while, then lets one request try."""

    def __init__(self, failures: int = 5, pause: float = 5.0, timer: Callable[[], float] = time.monotonic) -> None:
        self._allowed, self._pause, self._timer = failures, pause, timer
        self._lock = threading.Lock()
        self._failed = 0
        self._closed_until = 0.0

    def enter(self) -> None:
        """Raises `EngineUnavailable` while it refuses."""
        with self._lock:
            if self._failed < self._allowed:
                return
            now = self._timer()
            if now < self._closed_until:
                raise EngineUnavailable("the search server has failed repeatedly; waiting before the next try")
            self._closed_until = now + self._pause  # this one tries, the others go on waiting

    def succeeded(self) -> None:
        """The server answered."""
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """The server did not answer, or could not."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._allowed:
                self._closed_until = self._timer() + self._pause


class Link:
    """Hands out the client; every error of the client leaves it as `EngineUnavailable`."""

    def __init__(self, address: Address, breaker: Breaker | None = None) -> None:
        self._client = connect(address)
        self._writer = self._client.options(
            request_timeout=address.write_timeout, max_retries=3, retry_on_status=(429, 502, 503, 504)
        )
        self._breaker = breaker or Breaker()

    @contextmanager
    def reading(self) -> Iterator[Elasticsearch]:
        """The client with the readers' timeout, behind the breaker."""
        self._breaker.enter()
        try:
            yield self._client
        except TransportError as error:
            self._breaker.failed()
            raise EngineUnavailable(f"the search server does not answer: {error}") from error
        except ApiError as error:
            self._judge(error)
            raise _unavailable(error) from error
        else:
            self._breaker.succeeded()

    @contextmanager
    def writing(self) -> Iterator[Elasticsearch]:
        """The client with time to write; who writes waits and tries again by itself."""
        try:
            yield self._writer
        except TransportError as error:
            raise EngineUnavailable(f"the search server does not answer: {error}") from error
        except ApiError as error:
            raise _unavailable(error) from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _judge(self, error: ApiError) -> None:
        """An answer that refuses is an answer; only overload and failure count against the server."""
        if error.meta.status >= _SERVER_ERROR or error.meta.status == _OVERLOADED:
            self._breaker.failed()
        else:
            self._breaker.succeeded()


def connect(address: Address) -> Elasticsearch:
    """A client that asks the named nodes and no others."""
    nodes = [node.strip() for node in address.url.split(",") if node.strip()]
    options: dict[str, Any] = {"request_timeout": address.timeout, "max_retries": len(nodes) - 1}
    if address.api_key:
        options["api_key"] = address.api_key
    elif address.user:
        options["basic_auth"] = (address.user, address.password)
    if address.ca_file:
        options["ca_certs"] = address.ca_file
    return Elasticsearch(nodes, retry_on_timeout=False, **options)


def _unavailable(error: ApiError) -> EngineUnavailable:
    kind = Missing if error.meta.status == _MISSING else EngineUnavailable
    return kind(f"the search server refuses: {error}")
