"""Bytes and requests of a first visit, in Chromium."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from tests.benchmarks.page import demonstration
from tests.browser.conftest import ARGUMENTS, Silent
from tests.browser.test_visit import weigh

PATHS = ("/en/", "/th/", "/my/", "/en/listings?q=AI", "/th/listings?q=ทุน ปัญญาประดิษฐ์ จีน", "/km/listings")


def run() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = make_server("127.0.0.1", 0, demonstration(Path(folder)), threaded=True, request_handler=Silent)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        print("\nfirst visit (target ≤ 60,000 bytes, ≤ 15 requests)")
        for path in PATHS:
            size, requests = weigh(browser, f"http://127.0.0.1:{server.server_port}", path)
            print(f"  {path:44} {size:7} bytes  {requests:3} requests")
        browser.close()
        server.shutdown()
