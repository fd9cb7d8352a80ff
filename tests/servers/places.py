"""Folders, ports and the user that servers run with."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
UNPRIVILEGED = "nobody"


class Missing(Exception):
    """A tool that is needed to run a server is not on this machine; the message says which."""


def cache() -> Path:
    """Where fetched files stay: in the source tree, or a temporary folder if the servers' user cannot read there."""
    inside = ROOT / ".tests" / "cache"
    readable = os.getuid() != 0 or all(folder.stat().st_mode & 0o005 == 0o005 for folder in ROOT.parents)
    folder = inside if readable else Path(tempfile.gettempdir()) / "digital-talent-portal-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def own_folder(prefix: str) -> Path:
    """A new folder that belongs to the servers' user."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    give_away(folder)
    return folder


def give_away(folder: Path) -> None:
    """Hand a folder and all in it to the servers' user, if we are root and may."""
    if os.getuid() == 0:
        entry = pwd.getpwnam(UNPRIVILEGED)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, entry.pw_uid, entry.pw_gid)


def unprivileged() -> list[str]:
    """What goes before a command so that it does not run as root."""
    if os.getuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise Missing("setpriv (Debian package util-linux), to run a server as an unprivileged user")
    entry = pwd.getpwnam(UNPRIVILEGED)
    return [setpriv, f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
