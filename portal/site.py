"""The running site: everything made once at start and shared by all requests and commands."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

from portal.core.clock import Clock, system_clock
from portal.core.database import create_engine, prepare_sqlite
from portal.core.unit_of_work import UnitOfWork
from portal.indexing.labels import LabelIndexCache
from portal.listings.document import SCHEMA
from portal.settings import Settings
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.index import LabelIndex
from search.concepts.thesaurus import Thesaurus
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine


@dataclass(frozen=True)
class Site:
    """Settings, clock, database, thesaurus and search engine of one process."""

    settings: Settings
    clock: Clock
    database: Engine
    sessions: sessionmaker[Session]
    thesaurus: Thesaurus
    engine: SearchEngine
    _labels: LabelIndexCache
    _index: QueuePool

    @classmethod
    def open(cls, settings: Settings, clock: Clock = system_clock) -> Site:
        """Connect to what the settings name; nothing is created."""
        database = create_engine(settings.database)
        sessions = sessionmaker(database, expire_on_commit=False)
        thesaurus = load_thesaurus()
        index = _index_connections(database, settings)
        engine = EmbeddedEngine(SCHEMA, thesaurus, index.connect)
        return cls(settings, clock, database, sessions, thesaurus, engine, LabelIndexCache(sessions, thesaurus), index)

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._index.dispose()
        self.database.dispose()

    def unit_of_work(self) -> UnitOfWork:
        """A new unit of work."""
        return UnitOfWork(self.sessions)

    @property
    def labels(self) -> LabelIndex:
        """All labels of concepts, places, filters and organisations."""
        return self._labels.get()


def _index_connections(database: Engine, settings: Settings) -> QueuePool:
    """Connections of the search index, in autocommit mode: to the file of the database, or one beside other files."""
    own = database.url.database if database.dialect.name == "sqlite" else None
    path = own or str(Path(settings.data_dir) / "search.sqlite3")

    def connect() -> Any:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        prepare_sqlite(connection)
        return connection

    return QueuePool(connect, pool_size=8, max_overflow=-1)
