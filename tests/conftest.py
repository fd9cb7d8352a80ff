"""What tests of all parts share: settings on a temporary folder, and a database of its own for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from portal.core import migrations
from portal.core.database import create_engine
from portal.settings import Settings


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
