"""The running site: everything made once at start and shared by all requests and commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from portal.core.clock import Clock, system_clock
from portal.core.database import create_engine, file_connections
from portal.core.preferences import Preferences, read_preferences
from portal.core.remembering import Remembered
from portal.core.unit_of_work import UnitOfWork
from portal.indexing.labels import LabelIndexCache
from portal.listings.document import SCHEMA as LISTINGS
from portal.locales import DEFAULT
from portal.mail.pages import Pages
from portal.researchers.document import SCHEMA as PEOPLE
from portal.settings import Settings
from portal.statistics.service import Tally
from portal.vocabulary.thesaurus import load_thesaurus
from search.concepts.index import LabelIndex
from search.concepts.reading import understand
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import Understanding
from search.documents import Schema
from search.embedded.engine import EmbeddedEngine
from search.embeddings import OnnxEmbedder
from search.engine import SearchEngine
from search.semantic import SemanticEngine

_Opened = tuple[list[SearchEngine], Callable[[], object]]  # an engine for each schema; what closes their connections


@dataclass(frozen=True)
class Site:
    """Settings, clock, database, thesaurus, search engines and counts of one process. `engine` knows what anybody may
    see; `people` those who agreed to be found by organisations, and nobody else."""

    settings: Settings
    clock: Clock
    database: Engine
    sessions: sessionmaker[Session]
    thesaurus: Thesaurus
    engine: SearchEngine
    people: SearchEngine
    tally: Tally
    preferences_cache: Remembered[Preferences]
    _labels: LabelIndexCache
    _close_index: Callable[[], object]

    @classmethod
    def open(cls, settings: Settings, clock: Clock = system_clock) -> Site:
        """Connect to what the settings name; nothing is created."""
        database = create_engine(settings.database)
        sessions = sessionmaker(database, expire_on_commit=False)
        thesaurus = load_thesaurus()
        embedder = OnnxEmbedder(Path(settings.embeddings_model)) if settings.embeddings_model else None
        listings = replace(LISTINGS, dimensions=embedder.dimensions) if embedder else LISTINGS
        opened = _elastic if settings.elasticsearch_url else _embedded
        (engine, people), close = opened((listings, PEOPLE), settings, database, thesaurus, clock)
        if embedder:
            engine = SemanticEngine(engine, embedder)
        labels = LabelIndexCache(sessions, thesaurus, Path(settings.data_dir))
        tally = Tally(lambda: UnitOfWork(sessions))
        usual = Preferences(believes_domains=settings.believes_domains)
        preferences = Remembered(sessions, lambda session: read_preferences(session, usual), usual)
        return cls(settings, clock, database, sessions, thesaurus, engine, people, tally, preferences, labels, close)

    def warm(self) -> None:
        """Load what every request needs, before the first one comes: a word nobody knows and a number ask for all."""
        self.understand("qqqqqq 6 months", DEFAULT, self.clock())

    def understand(self, query: str, language: str, now: datetime) -> Understanding:
        """A query of a reader of this language, read with all labels there are."""
        return understand(query, language, self.labels, self.thesaurus, now.date())

    def forked(self) -> None:
        """In a process that was forked: leave the parent's connections to it."""
        self.database.dispose(close=False)

    def close(self) -> None:
        """Write what was counted, and close the connections that are not in use."""
        self.tally.close()
        self._close_index()
        self.database.dispose()

    @property
    def is_index_in_file(self) -> bool:
        """Whether the indexes are in a file: then nothing else can be written while one is built anew."""
        return not self.settings.elasticsearch_url

    def unit_of_work(self) -> UnitOfWork:
        """A new unit of work."""
        return UnitOfWork(self.sessions)

    @property
    def preferences(self) -> Preferences:
        """What administrators have set; a change by another process shows after a few seconds."""
        return self.preferences_cache.get()

    @property
    def pages(self) -> Pages:
        """Where letters lead to."""
        return Pages(self.settings.site_url)

    @property
    def labels(self) -> LabelIndex:
        """All labels of concepts, places, filters and organisations."""
        return self._labels.get()

    @property
    def labels_edition(self) -> str:
        """Changes whenever a query may be read otherwise than before."""
        return self._labels.edition


def _elastic(
    schemas: Iterable[Schema], settings: Settings, _database: Engine, thesaurus: Thesaurus, clock: Clock
) -> _Opened:
    from search.elastic.client import Address, Link
    from search.elastic.engine import ElasticEngine

    address = Address(
        settings.elasticsearch_url, settings.elasticsearch_api_key, settings.elasticsearch_user,
        settings.elasticsearch_password, settings.elasticsearch_ca_file, float(settings.elasticsearch_timeout),
    )  # fmt: skip
    link = Link(address)
    shards, replicas = int(settings.elasticsearch_shards), int(settings.elasticsearch_replicas)
    prefix = settings.elasticsearch_prefix
    return [ElasticEngine(one, thesaurus, link, clock, prefix, shards, replicas) for one in schemas], link.close


def _embedded(
    schemas: Iterable[Schema], settings: Settings, database: Engine, thesaurus: Thesaurus, _clock: Clock
) -> _Opened:
    """The indexes are in the file of the database, or in one beside other files."""
    own = database.url.database if database.dialect.name == "sqlite" else None
    connections = file_connections(Path(own) if own else Path(settings.data_dir) / "search.sqlite3")
    return [EmbeddedEngine(one, thesaurus, connections.connect) for one in schemas], connections.dispose
