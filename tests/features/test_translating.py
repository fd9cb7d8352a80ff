"""Machine drafts of missing translations, by a real server that speaks LibreTranslate's protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal.cli import main
from portal.core.errors import Unavailable
from portal.demo.builders import make_listing, translation
from portal.listings.queries import find_listings
from portal.listings.translating import LibreTranslate
from portal.settings import Settings


class Server(BaseHTTPRequestHandler):
    """Says which languages it was asked to translate between; wants the key "secret"."""

    broken = False

    def do_GET(self) -> None:
        self._answer([{"code": "en", "name": "English", "targets": ["en", "zh", "th", "tl"]}])

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if asked["api_key"] != "secret":
            self.send_error(403)
        elif self.broken:
            self._answer({"error": "no memory left"})
        else:
            self._answer({"translatedText": f"[{asked['source']}-{asked['target']}] {asked['q']}"})

    def _answer(self, data: Any) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    handler = type("Handler", (Server,), {})
    listening = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    yield listening
    listening.shutdown()
    thread.join()
    listening.server_close()


def address(server: HTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def listing_id(database: Engine, session: Session) -> str:
    texts = [translation("en", "Robotics", description="First.\n\nSecond."), translation("th", "หุ่นยนต์", "human")]
    made = make_listing(session, "Robotics", translations=texts).id
    session.commit()
    return made


def run(settings: Settings, monkeypatch: pytest.MonkeyPatch, url: str, key: str = "secret") -> tuple[int, str]:
    monkeypatch.setenv("PORTAL_DATA_DIR", settings.data_dir)
    monkeypatch.setenv("PORTAL_TRANSLATION_URL", url)
    monkeypatch.setenv("PORTAL_TRANSLATION_API_KEY", key)
    done = CliRunner().invoke(main, ["listings", "translate"])
    return done.exit_code, done.output


def test_missing_translations_are_drafted_and_said_to_be(
    settings: Settings, listing_id: str, session: Session, server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, output = run(settings, monkeypatch, address(server))
    assert code == 0, output
    assert "2 translations drafted." in output
    session.expire_all()
    (listing,) = find_listings(session, [listing_id])
    texts = {text.language: text for text in listing.translations}
    assert {language: text.origin for language, text in texts.items()} == {
        "en": "source", "th": "human", "zh-Hans": "machine", "fil": "machine",
    }  # fmt: skip
    assert texts["zh-Hans"].title == "[en-zh] Robotics"
    assert texts["fil"].description == "[en-tl] First.\n\n[en-tl] Second."
    assert texts["th"].title == "หุ่นยนต์"  # what a person wrote stays
    assert run(settings, monkeypatch, address(server))[1].endswith("0 translations drafted.\n")


def test_a_server_that_refuses_is_said_so(
    settings: Settings, listing_id: str, session: Session, server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, output = run(settings, monkeypatch, address(server), key="wrong")
    assert code == 1
    assert "cannot be asked" in output
    assert "403" in output
    assert len(find_listings(session, [listing_id])[0].translations) == 2


def test_without_a_server_nothing_is_drafted(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No translation server is set" in run(settings, monkeypatch, "")[1]


def test_other_answers_count_as_none(server: HTTPServer) -> None:
    translator = LibreTranslate(address(server), "secret")
    assert ("en", "fil") in translator.languages()
    server.RequestHandlerClass.broken = True  # type: ignore[attr-defined]
    with pytest.raises(Unavailable):
        translator.translate("a", "en", "th")
    with pytest.raises(Unavailable):
        LibreTranslate(address(server) + "/nowhere\n").languages()
