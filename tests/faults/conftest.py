"""Sites on a real Elasticsearch, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from portal.indexing.labels import FILE
from portal.settings import Settings
from tests.faults.world import World


@pytest.fixture(scope="session")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the label index is kept, which is the same for all sites as they are filled."""
    return tmp_path_factory.mktemp("labels") / FILE


@pytest.fixture
def world(settings: Settings, database: Engine, elasticsearch_url: str, labels: Path) -> Iterator[World]:
    """A filled site with an index of its own; its database is SQLite, then PostgreSQL."""
    prefix = f"faults-{uuid.uuid4().hex[:12]}-"
    own = replace(settings, elasticsearch_url=elasticsearch_url, elasticsearch_prefix=prefix)
    made = World(own, elasticsearch_url)
    if labels.exists():
        shutil.copy(labels, settings.data_dir)
    made.fill()
    shutil.copy(Path(settings.data_dir) / FILE, labels)
    yield made
    made.close()
