"""A small site of its own for each test: no listings but those it makes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from portal.demo.builders import make_organisation
from portal.indexing.labels import LabelIndexCache
from portal.settings import Settings
from portal.site import Site
from tests.functional.inspection import InspectingClient
from tests.made_once import application, build_labels
from tests.people import token_of
from tests.work.browsing import FIREFOX, Send, Watch


@pytest.fixture(autouse=True)
def labels_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels are cut once for all sites with the same organisations."""
    monkeypatch.setattr(LabelIndexCache, "_built", build_labels)


@pytest.fixture
def watch() -> Watch:
    """The clock of the site."""
    return Watch()


@pytest.fixture
def app(settings: Settings, database: Engine, watch: Watch) -> Iterator[Flask]:
    """The site as a web application; its test client inspects every page."""
    own = application(settings, watch)
    own.test_client_class = InspectingClient
    yield own
    own.extensions["site"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser. No request of it stays open: several at once would take one another's people for their own."""
    return app.test_client()


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """Fills in the form of a page and sends it."""

    def sent(address: str, _client: FlaskClient = client, _agent: str = FIREFOX, **fields: str) -> TestResponse:
        data = {**fields, "csrf_token": token_of(_client, address)}
        return _client.post(address, data=data, headers={"User-Agent": _agent})

    return sent


@pytest.fixture
def site(app: Flask) -> Site:
    found: Site = app.extensions["site"]
    return found


@pytest.fixture
def organisation_id(site: Site) -> str:
    """An organisation of the directory, without a team."""
    with site.unit_of_work().begin() as session:
        return make_organisation(session, "Guangxi Test University").id
