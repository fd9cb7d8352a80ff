"""The demonstration site on a real server, and Debian's Chromium."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from portal import create_app
from portal.settings import Settings
from tests import people
from tests.browser import area
from tests.moments import fixed_clock

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip


class Silent(WSGIRequestHandler):
    """A server that does not write its log into the tests' output."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which an application is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    with served(app) as found:
        yield found


class SignedInArea:
    """A small site with something on every page for people with an account."""

    def __init__(self, app: Flask, address: str, browser: Browser) -> None:
        self.app, self.address, self.browser, self.found = app, address, browser, area.fill(app)

    @contextmanager
    def visit(self, who: str | None, **options: Any) -> Iterator[Page]:
        """A browser in which a person is signed in."""
        context = self.browser.new_context(base_url=self.address, **options)
        context.set_default_navigation_timeout(120_000)  # the first page with topics reads the whole thesaurus
        if who:
            cookie = people.browser_of(self.app, who).get_cookie("session")
            assert cookie
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])
        yield context.new_page()
        context.close()

    def path(self, page: area.Page, language: str) -> str:
        """The address of a page in a language."""
        with self.app.test_request_context():
            return page.path(language, self.found)


@pytest.fixture(scope="session")
def signed_in_area(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[SignedInArea]:
    folder = tmp_path_factory.mktemp("area")
    shutil.copyfile(migrated_file, folder / "portal.sqlite3")
    app = create_app(Settings(data_dir=str(folder), secret_key="for tests only"), clock=fixed_clock)
    with served(app) as found:
        yield SignedInArea(app, found, browser)
    app.extensions["site"].close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A fresh visitor; any request that leaves the site fails the test."""
    opened = browser.new_context(base_url=address)
    strangers: list[str] = []
    opened.on("request", lambda request: strangers.append(request.url) if not request.url.startswith(address) else None)
    yield opened
    opened.close()
    assert not strangers


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose console must stay silent."""
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    assert not said
