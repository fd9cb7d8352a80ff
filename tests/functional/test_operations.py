"""What operators' tools ask: `/healthz`, `/readyz`, ids of requests, and the word of proxies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import create_app
from portal.core import migrations
from portal.settings import Settings
from portal.site import Site
from tests.moments import fixed_clock


def test_a_site_that_works_says_so(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"database": "ok", "search": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def opened(settings: Settings) -> Flask:
    return create_app(settings, clock=fixed_clock)


def test_an_old_database_and_one_that_is_away_are_told_apart(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), secret_key="for tests only")
    app = opened(settings)
    site: Site = app.extensions["site"]
    migrations.upgrade(site.database, "0001")
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "old")
    assert app.test_client().get("/healthz").status_code == 200
    site.close()
    nowhere = replace(settings, database_url="postgresql+psycopg://portal:none@127.0.0.1:1/portal")
    app = opened(nowhere)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, "away")
    app.extensions["site"].close()


def test_without_the_search_the_site_is_ready(demo_folder: Path) -> None:
    app = opened(Settings(data_dir=str(demo_folder), secret_key="x", elasticsearch_url="http://127.0.0.1:1"))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()) == (200, {"database": "ok", "search": "away"})
    app.extensions["site"].close()


def test_every_answer_names_its_request(client: FlaskClient) -> None:
    first, second = (client.get("/healthz").headers["X-Request-ID"] for _ in range(2))
    assert first != second
    assert len(first) == 16
    given = client.get("/healthz", headers={"X-Request-ID": "from-a-stranger"}).headers["X-Request-ID"]
    assert given != "from-a-stranger"


@pytest.mark.parametrize(("proxies", "scheme"), [("0", "http"), ("1", "https")])
def test_only_trusted_proxies_are_believed(proxies: str, scheme: str, demo_folder: Path) -> None:
    app = opened(Settings(data_dir=str(demo_folder), secret_key="x", trusted_proxies=proxies))
    seen: list[str] = []
    app.before_request(lambda: seen.append(__import__("flask").request.scheme))
    told = {"X-Forwarded-Proto": "https", "X-Request-ID": "id-of-the-proxy"}
    answer = app.test_client().get("/healthz", headers=told)
    assert seen == [scheme]
    assert (answer.headers["X-Request-ID"] == "id-of-the-proxy") == (proxies == "1")
    app.extensions["site"].close()
