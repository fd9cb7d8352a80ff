"""The running site: everything made once at start and shared by all requests and commands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from portal.core.clock import Clock, system_clock
from portal.core.database import create_engine
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

    @classmethod
    def open(cls, settings: Settings, clock: Clock = system_clock) -> Site:
        """Connect to what the settings name; nothing is created."""
        database = create_engine(settings.database)
        sessions = sessionmaker(database, expire_on_commit=False)
        thesaurus = load_thesaurus()
        engine = EmbeddedEngine(SCHEMA, thesaurus, lambda: database.raw_connection())
        return cls(settings, clock, database, sessions, thesaurus, engine, LabelIndexCache(sessions, thesaurus))

    def unit_of_work(self) -> UnitOfWork:
        """A new unit of work."""
        return UnitOfWork(self.sessions)

    @property
    def labels(self) -> LabelIndex:
        """All labels of concepts, places, filters and organisations."""
        return self._labels.get()
