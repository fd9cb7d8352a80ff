"""How the parts of the site stand, for operators' tools; quick, and without any detail that helps others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy.exc import SQLAlchemyError

from portal.core import migrations
from portal.site import Site
from search.concepts.understanding import NOTHING
from search.engine import SearchRequest
from search.errors import EngineUnavailable

OK, AWAY, OLD = "ok", "away", "old"


@dataclass(frozen=True)
class Readiness:
    """`database`: ok, away, or old (it wants `portal database upgrade`); `search`: ok or away."""

    database: str
    search: str

    @property
    def ready(self) -> bool:
        """Whether pages can be served: while the search is away, the database answers."""
        return self.database == OK


def readiness(site: Site) -> Readiness:
    """How the parts stand now."""
    return Readiness(_database(site), _search(site))


def _database(site: Site) -> str:
    try:
        return OK if migrations.current(site.database) == _newest() else OLD
    except SQLAlchemyError:
        return AWAY


@cache
def _newest() -> str | None:
    return migrations.head()


def _search(site: Site) -> str:
    try:
        site.engine.search(SearchRequest(NOTHING, "en", site.clock(), limit=0, facets=()))
    except EngineUnavailable:
        return AWAY
    return OK
