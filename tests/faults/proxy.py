"""A loopback address in front of a server: what passes can be watched, held up, or cut off."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_CHUNK = 1 << 16


class Proxy:
    """Hands on what passes between clients and a server, until told otherwise."""

    def __init__(self, port: int) -> None:
        self.delay = 0.0  # seconds before each piece of an answer
        self.is_cut = False  # connections are closed as soon as they are made
        self.watch: Callable[[bytes], object] = lambda _piece: None  # sees each piece of a request once it was sent on
        self._port = port
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Be a server that is away."""
        self.is_cut = True
        self._hang_up()

    def close(self) -> None:
        """Stop listening, and hang up."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._hang_up()

    def _hang_up(self) -> None:
        while self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if self.is_cut:
                return
            with socket.create_connection(("127.0.0.1", self._port)) as server:
                self._open += [client, server]
                back = threading.Thread(target=self._pass_on, args=(server, client, self._hold_up), daemon=True)
                back.start()
                self._pass_on(client, server, lambda: None)
                back.join()

    def _hold_up(self) -> None:
        time.sleep(self.delay)

    def _pass_on(self, source: socket.socket, target: socket.socket, before: Callable[[], object]) -> None:
        with suppress(OSError):
            while piece := source.recv(_CHUNK):
                before()
                target.sendall(piece)
                if target.getpeername()[1] == self._port:
                    self.watch(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy_to(url: str) -> Iterator[Proxy]:
    """A proxy to the server of an address."""
    proxy = Proxy(int(url.rpartition(":")[2]))
    try:
        yield proxy
    finally:
        proxy.close()


class Trap:
    """Springs once, at the n-th request with some words in its line; what follows of that request waits meanwhile."""

    def __init__(self, words: bytes, number: int, action: Callable[[], object]) -> None:
        self.sprung = threading.Event()
        self._words, self._left, self._action = words, number, action
        self._lock = threading.Lock()

    def __call__(self, piece: bytes) -> None:
        """Look at a piece of a request."""
        with self._lock:
            if self._words in piece[:200] and not self.sprung.is_set():
                self._left -= 1
                if not self._left:
                    self._action()
                    self.sprung.set()


class Gate:
    """Holds the n-th such request up until it is opened."""

    def __init__(self, words: bytes, number: int = 1) -> None:
        self.reached, self._opened = threading.Event(), threading.Event()
        self.trap = Trap(words, number, self._hold)

    def open(self) -> None:
        """Let it pass."""
        self._opened.set()

    def _hold(self) -> None:
        self.reached.set()
        self._opened.wait()
