"""The lines that the server writes about requests: nothing in them opens a link of a letter, or begins another line."""

from __future__ import annotations

import runpy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config

from portal import create_app
from portal.settings import Settings

CONF = runpy.run_path(str(Path(__file__).parents[2] / "gunicorn.conf.py"))


def line(path: str) -> str:
    config = Config()
    config.set("access_log_format", CONF["access_log_format"])
    logger = CONF["logger_class"](config)
    answer: Any = SimpleNamespace(status="200 OK", sent=1, headers=[])
    request: Any = SimpleNamespace(headers=[])
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "RAW_URI": path, "SERVER_PROTOCOL": "HTTP/1.1"}
    atoms = logger.atoms(answer, request, environ, timedelta(milliseconds=5))
    return str(config.access_log_format % logger.atoms_wrapper_class(atoms))


@pytest.mark.parametrize(
    "path", ["/en/", "/en/confirm", '/en/"', "/en/\n{}", "/en/\x1b[2J", "/en/\\", "/en/\xe1\xbb\x87"]
)
def test_a_request_is_one_line(path: str) -> None:
    found = line(path)
    assert found.isprintable()
    assert found.isascii()
    assert found.count('"') == line("/en/").count('"')


def test_no_token_stands_in_a_line(settings: Settings) -> None:
    app = create_app(settings)
    rules = [rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    assert rules
    for rule in rules:
        values = {name: "secret" if name == "token" else "en" for name in rule.arguments}
        _domain, path = rule.build(values)
        assert "secret" in path
        assert "secret" not in line(path)
    app.extensions["site"].close()
