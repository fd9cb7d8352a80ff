"""The running site: everything made once at start and shared by all requests and commands."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
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

_Opened = tuple[SearchEngine, Callable[[], object]]  # an engine, and what closes its connections


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
    _close_index: Callable[[], object]

    @classmethod
    def open(cls, settings: Settings, clock: Clock = system_clock) -> Site:
        """Connect to what the settings name; nothing is created."""
        database = create_engine(settings.database)
        sessions = sessionmaker(database, expire_on_commit=False)
        thesaurus = load_thesaurus()
        engine, close = (_elastic if settings.elasticsearch_url else _embedded)(settings, database, thesaurus, clock)
        return cls(settings, clock, database, sessions, thesaurus, engine, LabelIndexCache(sessions, thesaurus), close)

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._close_index()
        self.database.dispose()

    @property
    def is_index_in_file(self) -> bool:
        """Whether the index is a file: then nothing else can be written while it is built anew."""
        return isinstance(self.engine, EmbeddedEngine)

    def unit_of_work(self) -> UnitOfWork:
        """A new unit of work."""
        return UnitOfWork(self.sessions)

    @property
    def labels(self) -> LabelIndex:
        """All labels of concepts, places, filters and organisations."""
        return self._labels.get()


def _elastic(settings: Settings, _database: Engine, thesaurus: Thesaurus, clock: Clock) -> _Opened:
    from search.elastic.client import Address, Link
    from search.elastic.engine import ElasticEngine

    address = Address(
        settings.elasticsearch_url, settings.elasticsearch_api_key, settings.elasticsearch_user,
        settings.elasticsearch_password, settings.elasticsearch_ca_file, float(settings.elasticsearch_timeout),
    )  # fmt: skip
    link = Link(address)
    shards, replicas = int(settings.elasticsearch_shards), int(settings.elasticsearch_replicas)
    return ElasticEngine(SCHEMA, thesaurus, link, clock, settings.elasticsearch_prefix, shards, replicas), link.close


def _embedded(settings: Settings, database: Engine, thesaurus: Thesaurus, _clock: Clock) -> _Opened:
    connections = _index_connections(database, settings)
    return EmbeddedEngine(SCHEMA, thesaurus, connections.connect), connections.dispose


def _index_connections(database: Engine, settings: Settings) -> QueuePool:
    """Connections of the search index, in autocommit mode: to the file of the database, or one beside other files."""
    own = database.url.database if database.dialect.name == "sqlite" else None
    path = own or str(Path(settings.data_dir) / "search.sqlite3")

    def connect() -> Any:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        prepare_sqlite(connection)
        return connection

    return QueuePool(connect, pool_size=8, max_overflow=-1)
