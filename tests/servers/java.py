"""Finds a Java that runs Elasticsearch, and fetches files from Maven Central."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.servers.places import Missing

OLDEST = 21
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"


def find_java() -> Path:
    """The home of a JDK (it compiles the stand-in too) of version 21 or later."""
    for home in _homes():
        if (home / "bin" / "javac").is_file() and _version(home) >= OLDEST:
            return home
    raise Missing(f"a JDK ≥ {OLDEST} (JAVA_HOME, or in /usr/lib/jvm)")


def fetch(artefact: str, folder: Path) -> Path:
    """One file from Maven Central, `group:name:version[:type]`; kept in the folder for the next time."""
    _group, name, version, *kind = artefact.split(":")
    path = folder / f"{name}-{version}.{kind[0] if kind else 'jar'}"
    if path.is_file():
        return path
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing("mvn (Maven), to fetch the server")
    command = [maven, "-q", "-B", _COPY, f"-Dartifact={artefact}", f"-DoutputDirectory={folder}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not path.is_file():
        raise Missing(f"{artefact} from Maven Central: {(done.stdout + done.stderr).strip()[-400:]}")
    return path


def _homes() -> Iterator[Path]:
    if stated := os.environ.get("JAVA_HOME"):
        yield Path(stated)
    for pattern in ("/usr/lib/jvm/*", "/opt/java/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home"):
        yield from sorted(Path("/").glob(pattern.removeprefix("/")))


def _version(home: Path) -> int:
    release = home / "release"
    found = re.search(r'JAVA_VERSION="(\d+)', release.read_text("utf-8")) if release.is_file() else None
    return int(found[1]) if found else 0
