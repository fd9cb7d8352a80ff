"""Reading what may be hostile in a child process (`child.py`), a few at a time, and of one person one at a time."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any, TextIO

from portal.core.errors import Conflict, Invalid, Unavailable

_PROGRAM = Path(__file__).with_name("child.py")
_LONGEST_ANSWER = 4 * 1024**2  # bytes
_PAUSE = 0.05  # seconds between two looks for a free place
_NAMES = 4096  # lock files for all people together; strangers who share one can wait for each other


@dataclass(frozen=True)
class Isolation:
    """So many children at once, of all processes of the site together: each holds one of the lock files in `folder`,
    and another one of the person `who` waits for it."""

    folder: Path
    who: str
    children: int = 2
    patience: float = 5.0  # seconds that somebody waits for a turn
    seconds: float = 15.0  # that a child may take, by the clock on the wall

    def read(self, kind: str, content: bytes) -> Any:
        """What a child finds in a file (kinds: those of `child.py`). Raises `Invalid` with the code that the child
        gave, or "intake.costly"; `Conflict` ("intake.another") while another file of this person is read or waits; and
        `Unavailable` ("intake.busy")."""
        with self._alone(), self._turn(), tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            answer = self._answer(kind, file)
        try:
            told = json.loads(answer)
        except ValueError as error:  # it was ended, or ended itself
            raise Invalid("intake.costly", field="file") from error
        if "error" in told:
            raise Invalid(told["error"], **{"field": "file", **told["parameters"]})
        return told["found"]

    def _answer(self, kind: str, file: Any) -> bytes:
        """What the child says; it has an empty environment, and no open file but these."""
        command = [sys.executable, "-I", str(_PROGRAM), kind]
        with subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/",
            start_new_session=True,
        ) as child:  # fmt: skip
            end = Timer(self.seconds, child.kill)
            end.start()
            try:
                assert child.stdout is not None  # noqa: S101 - it was asked for
                return child.stdout.read(_LONGEST_ANSWER)
            finally:
                end.cancel()
                child.kill()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Whoever sends many files at once holds one place, and keeps nobody waiting for theirs."""
        lock = self._lock(f"person-{zlib.crc32(self.who.encode()) % _NAMES}")
        if lock is None:
            raise Conflict("intake.another", field="file")
        with lock:
            yield

    @contextmanager
    def _turn(self) -> Iterator[None]:
        until = time.monotonic() + self.patience
        while (lock := self._free_place()) is None:
            if time.monotonic() > until:
                raise Unavailable("intake.busy")
            time.sleep(_PAUSE)
        with lock:
            yield

    def _free_place(self) -> TextIO | None:
        locks = (self._lock(f"reading-{place}") for place in range(self.children))
        return next((lock for lock in locks if lock is not None), None)

    def _lock(self, name: str) -> TextIO | None:
        """A lock file, held until it is closed; None while somebody else holds it."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (self.folder / f"{name}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        return lock
