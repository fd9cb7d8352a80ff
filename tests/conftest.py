"""What tests of all parts share: settings on a temporary folder, and a database of its own for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from portal.core import migrations
from portal.core.database import create_engine
from portal.organisations.importing import PACKAGED, read_records
from portal.organisations.service import import_organisations
from portal.settings import Settings
from portal.site import Site
from tests.functional.inspection import InspectingClient
from tests.moments import fixed_clock


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path), secret_key="for tests only")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the newest revision; tests work on copies."""
    path = tmp_path_factory.mktemp("migrated") / "portal.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def database(settings: Settings, migrated_file: Path) -> Iterator[Engine]:
    engine = create_engine(settings.database)
    assert engine.url.database
    shutil.copyfile(migrated_file, engine.url.database)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(database: Engine) -> sessionmaker[Session]:
    return sessionmaker(database, expire_on_commit=False)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as opened:
        yield opened


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a whole demonstration site as it is at the moment of the tests."""
    from portal.cli.demo import DEFAULT_SEED
    from portal.demo.service import fill_demonstration
    from portal.indexing.service import rebuild

    folder = tmp_path_factory.mktemp("demo")
    site = Site.open(Settings(data_dir=str(folder), demonstration="1"), fixed_clock)
    migrations.upgrade(site.database)
    with site.unit_of_work().begin() as session:
        import_organisations(session, read_records(PACKAGED), site.clock())
    with site.unit_of_work().begin() as session:
        fill_demonstration(session, site.thesaurus, DEFAULT_SEED, site.clock())
    rebuild(site)
    site.close()
    return folder


@pytest.fixture(scope="session")
def app(demo_folder: Path) -> Iterator[Flask]:
    """The demonstration site as a web application; its test client inspects every page."""
    from portal import create_app

    settings = Settings(data_dir=str(demo_folder), secret_key="for tests only", demonstration="1")
    application = create_app(settings, clock=fixed_clock)
    application.test_client_class = InspectingClient
    yield application
    application.extensions["site"].close()


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as visitor:
        yield visitor
