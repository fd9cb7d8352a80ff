"""Pages per second under `wrk`, with two gunicorn workers and production's configuration, on the demonstration data.

Each engine is measured beside a bare Flask view that returns the same bytes under the same gunicorn. Needs wrk (Debian
package of that name). `SECONDS=60 python -m tests.benchmarks throughput` for the figures that count; nothing but
loopback is asked, and every process ends by its own id.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from portal.core import migrations
from portal.core.clock import system_clock
from portal.demo.service import fill_demonstration
from portal.indexing.service import rebuild
from portal.organisations.importing import PACKAGED, read_records
from portal.organisations.service import import_organisations
from portal.settings import Settings
from portal.site import Site
from tests.servers.elasticsearch import ElasticsearchServer
from tests.servers.places import ROOT, free_port

SECONDS = int(os.environ.get("SECONDS", "10"))
WORKERS, THREADS, CONNECTIONS = 2, 4, 8
PATHS = {
    "search": (
        "/en/listings?q=AI scholarship China", "/th/listings?q=ทุน ปัญญาประดิษฐ์ จีน",
        "/zh-Hans/listings?q=人工智能 奖学金", "/my/listings?q=ဉာဏ်ရည်တု", "/vi/listings?q=an ninh mạng",
    ),
    "home": ("/en/", "/km/"),
}  # fmt: skip
BARE = """
import os
from flask import Flask
app = Flask("bare")
bodies = [open(name, "rb").read() for name in sorted(os.environ["BODIES"].split(":"))]
@app.get("/<path:path>")
def page(path):
    return bodies[len(path) % len(bodies)]
"""


def run() -> None:
    """Print the table."""
    if shutil.which("wrk") is None:
        print("throughput: not run, needs wrk")
        return
    with tempfile.TemporaryDirectory() as folder, _elasticsearch() as url:
        print(f"\npages a second, {WORKERS} workers, {CONNECTIONS} connections, {SECONDS} s each")
        own = Settings(data_dir=folder, secret_key="for measuring", demonstration="1")
        for name, settings in (("embedded", own), ("Elasticsearch", replace(own, elasticsearch_url=url))):
            _fill(settings)
            with _gunicorn("wsgi:app", _environment(settings), ROOT) as address:
                for kind, paths in PATHS.items():
                    _report(f"{name}, {kind}", address, paths, Path(folder))


def _report(name: str, address: str, paths: tuple[str, ...], folder: Path) -> None:
    bodies = []
    for number, path in enumerate(paths):
        body = folder / f"body-{number}"
        with urllib.request.urlopen(address + quote(path, "/?=")) as answer:  # noqa: S310 - loopback
            body.write_bytes(answer.read())
        bodies.append(str(body))
    ours, wrong = _wrk(address, paths, folder)
    (folder / "bare.py").write_text(BARE, "utf-8")
    with _gunicorn("bare:app", {"BODIES": ":".join(bodies)}, folder) as other:
        bare, _wrong = _wrk(other, paths, folder)
    print(f"  {name:24} {ours:7.0f}/s   bare {bare:7.0f}/s   ratio {ours / bare:.2f}   errors {wrong}")


def _wrk(address: str, paths: tuple[str, ...], folder: Path) -> tuple[float, int]:
    """Requests a second, and how many were not answered with success."""
    script = folder / "paths.lua"
    listed = ", ".join(f'"{quote(path, "/?=")}"' for path in paths)
    turn = "request = function() n = n % #paths + 1 return wrk.format('GET', paths[n]) end"
    script.write_text(f"local paths, n = {{{listed}}}, 0\n{turn}\n", "utf-8")
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "10s", "-s", str(script), address]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    wrong = [int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)|timeout (\d+)", text) for n in n if n]
    assert rate, text
    return float(rate[1]), sum(wrong)


@contextmanager
def _gunicorn(app: str, environment: Mapping[str, str], folder: Path) -> Iterator[str]:
    port = free_port()
    place = f"127.0.0.1:{port}"
    own = {"PORTAL_BIND": place, "PORTAL_WORKERS": str(WORKERS), "PORTAL_THREADS": str(THREADS)}
    options = ["--config", str(ROOT / "gunicorn.conf.py")]
    if app.startswith("bare"):
        options = ["--workers", str(WORKERS), "--threads", str(THREADS), "--bind", place]
    command = [sys.executable, "-m", "gunicorn", *options, app]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **environment, **own}, stdout=quiet, stderr=quiet
    )
    try:
        _wait(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address + "/healthz"):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn does not answer")


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "PORTAL_DATA_DIR": settings.data_dir, "SECRET_KEY": settings.secret_key, "PORTAL_DEMONSTRATION": "1",
        "ELASTICSEARCH_URL": settings.elasticsearch_url, "PORTAL_LOG_LEVEL": "WARNING",
    }  # fmt: skip


def _fill(settings: Settings) -> None:
    site = Site.open(settings, system_clock)
    migrations.upgrade(site.database)
    with site.unit_of_work().begin() as session:
        import_organisations(session, read_records(PACKAGED), site.clock())
        fill_demonstration(session, site.thesaurus, 2026, site.clock())
    rebuild(site)
    site.warm()
    site.close()


@contextmanager
def _elasticsearch() -> Iterator[str]:
    server = ElasticsearchServer.create()
    try:
        server.start()
        yield server.url
    finally:
        server.close()
