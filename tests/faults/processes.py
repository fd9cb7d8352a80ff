"""Real processes, of which none outlives its test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0  # seconds for a process to come to its end
PORTAL = ("-c", "from portal.cli import main; main()")  # the `portal` command of this tree, installed or not

PROGRAMS = ("-m", "tests.faults.programs")


@dataclass(frozen=True)
class Process:
    """A process and what it says, kept in a file: nobody need read it for the process to go on."""

    running: subprocess.Popen[bytes]
    said: IO[bytes]

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self.running.kill()
        self.running.wait()

    def end(self) -> tuple[int, str]:
        """Ask it to end."""
        self.running.send_signal(signal.SIGTERM)
        return self.result()

    def has_said(self, text: str) -> bool:
        """Whether it has said something by now; where it writes next is not touched."""
        return text.encode() in os.pread(self.said.fileno(), 1 << 20, 0)

    def result(self) -> tuple[int, str]:
        """Its exit code and all it said, when it has come to its end."""
        code = self.running.wait(PATIENCE)
        self.said.seek(0)
        return code, self.said.read().decode()


@contextmanager
def python(command: tuple[str, ...], environment: Mapping[str, str]) -> Iterator[Process]:
    """Python with some arguments."""
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stdin=subprocess.DEVNULL, stdout=said, stderr=said,
        )  # fmt: skip
        try:
            yield Process(running, said)
        finally:
            running.kill()
            running.wait()
