"""Run by Alembic: compares or migrates the database behind the connection that `portal.core.migrations` hands over."""

from __future__ import annotations

import importlib
import pkgutil
from importlib.util import find_spec
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

import portal
import portal.core.audit
import portal.core.outbox
import portal.core.preferences  # the tables that belong to no feature
from portal.core.database import Base, Instant

# The embedded search index lives in the same file and is made by the engine.
SEARCH_INDEX = tuple(
    f"{schema}_{part}" for schema in ("listings", "people") for part in ("documents", "words", "vectors", "state")
)


def load_models() -> None:
    """Every feature's `models` module, so that the metadata is whole."""
    for package in pkgutil.iter_modules(portal.__path__, "portal."):
        if package.ispkg and find_spec(f"{package.name}.models"):
            importlib.import_module(f"{package.name}.models")


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave the search index out of comparisons."""
    return kind != "table" or not (name or "").startswith(SEARCH_INDEX)


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Revisions stand on SQLAlchemy alone: our own column type is written as what it is on the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


load_models()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    include_name=include_name,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
