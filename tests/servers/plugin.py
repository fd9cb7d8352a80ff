"""Compiles the stand-in for `analysis-icu` and lays it into a server's plugin folder."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from tests.servers.java import fetch

SOURCES = Path(__file__).parent / "analysis"
LIBRARIES = ("org.apache.lucene:lucene-analysis-icu:10.5.0", "com.ibm.icu:icu4j:77.1")
NAME = "analysis-icu-stand-in"
_INTERFACES = "org.elasticsearch.plugin.analysis."


def install(server: Path, version: str, java: Path, cache: Path) -> None:
    """Compile the stand-in against the server's own libraries and put it into `plugins/`."""
    folder = server / "plugins" / NAME
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for library in LIBRARIES:
        shutil.copy(fetch(library, cache), folder)
    sources = sorted(SOURCES.rglob("*.java"))
    _compile(sources, java, server, folder)
    (folder / "named_components.json").write_text(json.dumps(_components(sources)), "utf-8")
    (folder / "stable-plugin-descriptor.properties").write_text(
        f"name={NAME}\nversion=1.0\ndescription=Stands in for analysis-icu in tests\n"
        f"elasticsearch.version={version}\njava.version=21\n",
        "utf-8",
    )


def fingerprint() -> str:
    """Changes with the sources."""
    made = hashlib.sha256(repr(LIBRARIES).encode())
    for source in sorted(SOURCES.rglob("*.java")):
        made.update(source.read_bytes())
    return made.hexdigest()


def _compile(sources: list[Path], java: Path, server: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as made:
        path = f"{server}/lib/*:{folder}/*"
        command = [str(java / "bin" / "javac"), "--release", "21", "-d", made, "-cp", path, *map(str, sources)]
        subprocess.run(command, check=True, capture_output=True)
        with zipfile.ZipFile(folder / f"{NAME}.jar", "w") as jar:
            for compiled in sorted(Path(made).rglob("*.class")):
                jar.write(compiled, compiled.relative_to(made))


def _components(sources: list[Path]) -> dict[str, dict[str, str]]:
    """Interface → name → class, read from the sources."""
    found: dict[str, dict[str, str]] = {}
    for source in sources:
        text = source.read_text("utf-8")
        if name := re.search(r'@NamedComponent\("(\w+)"\)', text):
            declared = re.search(r"class (\w+) implements (\w+)", text)
            assert declared, source
            found.setdefault(_INTERFACES + declared[2], {})[name[1]] = f"{source.parent.name}.{declared[1]}"
    return found
