"""A real Elasticsearch on a loopback port: fetched from Maven Central, started, killed, started again, stopped."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import java, plugin
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.places import Missing, cache, free_port, give_away, own_folder, unprivileged

VERSION = "9.5.0"
ARTEFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
USER, PASSWORD = "elastic", "only-for-tests"
HEAP = "512m"
PATIENCE = 300.0  # seconds for a start; two idle cores need some 20


@dataclass
class ElasticsearchServer:
    """One server and its data folder; `stop` and `start` keep the data, `close` removes it."""

    home: Path
    java_home: Path
    folder: Path
    port: int
    certificates: Certificates | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def create(cls, secure: bool = False) -> ElasticsearchServer:
        """A server that is configured and not yet started. Raises `Missing`."""
        java_home, prefix = java.find_java(), unprivileged()
        home, folder = _unpacked(java_home), own_folder("elasticsearch-")
        certificates = make_certificates(folder) if secure else None
        server = cls(home, java_home, folder, free_port(), certificates)
        server._configure()
        if secure:
            server._set_password(prefix)
        give_away(folder)
        return server

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self.certificates else 'http'}://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process of the server itself (not of its launcher)."""
        return int((self.folder / "pid").read_text("utf-8"))

    def start(self) -> None:
        """Start and wait until it answers."""
        log = (self.folder / "console.log").open("ab")
        command = [*unprivileged(), str(self.home / "bin" / "elasticsearch"), "-p", str(self.folder / "pid")]
        self._process = subprocess.Popen(
            command, env=self._environment(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder
        )
        log.close()
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ask it to end, and see to it that it does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        os.kill(self.pid, signal.SIGKILL)
        self._end(signal.SIGTERM)

    def close(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            os.kill(self.pid, signal.SIGKILL)
            self._process.kill()
            self._process.wait()
        self._process = None

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "ES_JAVA_HOME": str(self.java_home),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
            "CLI_JAVA_OPTS": "-Xmx64m -XX:+UseSerialGC",
        }

    def _configure(self) -> None:
        shutil.copytree(self.home / "config", self.folder / "config")
        (self.folder / "tmp").mkdir()
        settings: dict[str, object] = {
            "cluster.name": "tests",
            "node.name": "one",
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "http.host": "127.0.0.1",
            "http.port": self.port,
            "transport.host": "127.0.0.1",
            "transport.port": free_port(),
            "discovery.type": "single-node",
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "action.auto_create_index": ".*",
            "xpack.security.enabled": self.certificates is not None,
        }
        if self.certificates:
            kept = Certificates(
                *(Path(shutil.move(path, self.folder / "config")) for path in vars(self.certificates).values())
            )
            self.certificates = kept
            settings |= {
                "xpack.security.http.ssl.enabled": True,
                "xpack.security.http.ssl.certificate": kept.certificate.name,
                "xpack.security.http.ssl.key": kept.key.name,
                "xpack.security.transport.ssl.enabled": False,
            }
        lines = [f"{name}: {json.dumps(value)}\n" for name, value in settings.items()]
        (self.folder / "config" / "elasticsearch.yml").write_text("".join(lines), "utf-8")
        options = self.folder / "config" / "jvm.options"
        kept_options = [line for line in options.read_text("utf-8").splitlines() if not line.startswith("-Xlog:gc")]
        options.write_text("\n".join(kept_options) + "\n", "utf-8")

    def _set_password(self, prefix: list[str]) -> None:
        give_away(self.folder)
        tool = str(self.home / "bin" / "elasticsearch-keystore")
        for arguments, given in ((["create"], ""), (["add", "-x", "-f", "bootstrap.password"], PASSWORD)):
            subprocess.run(
                [*prefix, tool, *arguments], env=self._environment(), input=given.encode(), check=True,
                capture_output=True, cwd=self.folder,
            )  # fmt: skip

    def _wait(self) -> None:
        last = "no answer"
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                if self.health() in ("green", "yellow"):
                    return
            except (OSError, urllib.error.URLError, ValueError) as error:
                last = str(error)
            time.sleep(0.3)
        log = (self.folder / "console.log").read_text("utf-8", "replace")[-3000:]
        raise RuntimeError(f"Elasticsearch does not answer ({last}):\n{log}")

    def health(self) -> str:
        """The colour of the cluster."""
        request = urllib.request.Request(f"{self.url}/_cluster/health")  # noqa: S310 — our own loopback address
        context = None
        if self.certificates:
            context = ssl.create_default_context(cafile=str(self.certificates.authority))
            token = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            request.add_header("Authorization", f"Basic {token}")
        with urllib.request.urlopen(request, timeout=5, context=context) as answer:  # noqa: S310
            status: str = json.load(answer)["status"]
            return status


def _unpacked(java_home: Path) -> Path:
    """The server with the stand-in installed; unpacked once, used by all runs, written by none."""
    folder = cache()
    home = folder / f"elasticsearch-{VERSION}"
    ready = home / "plugins" / plugin.NAME / ".ready"
    stamp = plugin.fingerprint()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ready.is_file() and ready.read_text("utf-8") == stamp:
            return home
        if not (home / "bin" / "elasticsearch").is_file():
            with zipfile.ZipFile(java.fetch(ARTEFACT, folder)) as archive:
                archive.extractall(folder)
            for script in (home / "bin").iterdir():
                script.chmod(0o755)
        plugin.install(home, VERSION, java_home, folder)
        ready.write_text(stamp, "utf-8")
        return home


__all__ = ["PASSWORD", "USER", "ElasticsearchServer", "Missing"]
