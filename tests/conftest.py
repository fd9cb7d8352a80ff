"""What tests of all parts share: settings on a temporary folder, and a database of its own for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import Pool
from xdist.scheduler import LoadScopeScheduling

from portal.core import migrations
from portal.core.database import create_engine
from portal.organisations.importing import PACKAGED, read_records
from portal.organisations.service import import_organisations
from portal.settings import Settings
from portal.site import Site
from tests.functional.inspection import InspectingClient
from tests.moments import fixed_clock
from tests.servers.fixtures import elasticsearch_server, elasticsearch_url, secure_elasticsearch_server
from tests.servers.places import Missing
from tests.servers.postgresql import PostgresqlServer
from tests.servers.reused import ReusedDatabase

hypothesis.settings.register_profile("suite", deadline=None)  # machines that test are slow now and then
hypothesis.settings.load_profile("suite")

__all__ = ["elasticsearch_server", "elasticsearch_url", "secure_elasticsearch_server"]  # fixtures of another file
BOTH_DATABASES = ("faults", "features", "migrations", "work")  # folders whose tests run on every database
COSTLY = {  # what is made once for all these tests
    "Elasticsearch": ("tests/contract/", "tests/faults/"),
    "demonstration": (
        "tests/browser/", "tests/functional/", "tests/features/test_limits.py", "tests/features/test_quality.py",
        "tests/features/test_matching_quality.py",
    ),
}  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of some folders on SQLite and on PostgreSQL, where they ask for a database at all, unless a mark
    names the one."""
    if "database_kind" in metafunc.fixturenames:
        both = Path(metafunc.module.__file__).parent.name in BOTH_DATABASES
        mark = metafunc.definition.get_closest_marker("database")
        kinds = mark.args if mark else ("sqlite", "postgresql") if both else ("sqlite",)
        metafunc.parametrize("database_kind", kinds, scope="session")


class _Sharing(LoadScopeScheduling):  # type: ignore[misc]
    """Where several processes share the work: tests that want the same costly thing stay in one, others go by file."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((thing for thing, places in COSTLY.items() if file.startswith(places)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Sharing(config, log)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A running server; where none can be had, the test is skipped, and fails in CI."""
    try:
        server = PostgresqlServer.create()
    except Missing as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"not run: there is no {missing}")
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def migrated_database(postgresql: PostgresqlServer) -> ReusedDatabase:
    """A database at the newest revision, without rows before each test."""
    engine = create_engine(postgresql.create_database("migrated"))
    migrations.upgrade(engine)
    engine.dispose()
    return ReusedDatabase(postgresql, "migrated", "test")


@pytest.fixture
def settings(
    database_kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """Settings of a site of its own; its database has no tables unless `database` is asked for."""
    own = Settings(data_dir=str(tmp_path), secret_key="for tests only")
    if database_kind == "sqlite":
        yield own
        return
    with postgresql_database(request) as address:
        monkeypatch.setenv("DATABASE_URL", address)  # for commands
        with closing_connections():
            yield replace(own, database_url=address)


@contextmanager
def postgresql_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database for one test: with all tables if it asks for `database`, else with none."""
    if "database" in request.fixturenames:
        reused: ReusedDatabase = request.getfixturevalue("migrated_database")
        yield reused.url
        reused.clean()
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql")
        name = f"test-{uuid4().hex}"
        yield server.create_database(name)
        server.drop_database(name)


@contextmanager
def closing_connections() -> Iterator[None]:
    """Close what commands leave open, since for them the end of the process does it."""
    opened: list[Any] = []

    def remember(connection: Any, _record: Any) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", remember)
    try:
        yield
    finally:
        event.remove(Pool, "connect", remember)
        for connection in opened:
            connection.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the newest revision; tests work on copies."""
    path = tmp_path_factory.mktemp("migrated") / "portal.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def database(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = create_engine(settings.database)
    assert engine.url.database
    if engine.dialect.name == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_file"), engine.url.database)
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
