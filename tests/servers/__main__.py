"""Starts the servers by hand: `python -m tests.servers [elasticsearch] [postgresql]`."""

from __future__ import annotations

import signal
import sys
from contextlib import ExitStack

from tests.servers.elasticsearch import ElasticsearchServer
from tests.servers.postgresql import PostgresqlServer

KINDS: dict[str, type[ElasticsearchServer] | type[PostgresqlServer]] = {
    "elasticsearch": ElasticsearchServer,
    "postgresql": PostgresqlServer,
}


def main(names: list[str]) -> None:
    """Start, print addresses, wait for Ctrl-C or SIGTERM, stop."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        for name in names or KINDS:
            server = KINDS[name].create()
            stack.callback(server.close)
            server.start()
            sys.stdout.write(f"{name} {server.url}\n")
            sys.stdout.flush()
        try:
            signal.pause()
        except KeyboardInterrupt:
            sys.stdout.write("stopping\n")


main(sys.argv[1:])
