"""A small demonstration site, made once per run at a fixed moment; every page a test fetches is inspected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.functional.inspection import InspectingClient


@pytest.fixture(scope="session")
def app(demo_folder: Path) -> Flask:
    from portal import create_app
    from portal.settings import Settings
    from tests.moments import fixed_clock

    settings = Settings(data_dir=str(demo_folder), secret_key="for tests only", demonstration="1")
    application = create_app(settings, clock=fixed_clock)
    application.test_client_class = InspectingClient
    application.testing = True
    application.config["PROPAGATE_EXCEPTIONS"] = False
    return application


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as session:
        yield session
