"""The revisions make exactly the tables of the models, go up and down, and keep what is stored."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.engine import Engine

from portal.core import migrations
from portal.core.database import Base, create_engine
from portal.settings import Settings


def tables(engine: Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {"alembic_version"}


def test_models_and_newest_revision_agree(database: Engine) -> None:
    with database.connect() as connection:
        command.check(migrations.configuration(connection))
    assert tables(database) == set(Base.metadata.tables)


def test_there_is_one_head() -> None:
    assert migrations.head() is not None


def test_down_to_nothing_and_up_again(settings: Settings) -> None:
    engine = create_engine(settings.database)
    assert migrations.current(engine) is None
    migrations.upgrade(engine)
    assert migrations.current(engine) == migrations.head()
    made = tables(engine)
    migrations.downgrade(engine, "base")
    assert (migrations.current(engine), tables(engine)) == (None, set())
    migrations.upgrade(engine)
    assert tables(engine) == made
    engine.dispose()


def test_foreign_keys_hold_after_a_migration(database: Engine) -> None:
    migrations.upgrade(database)
    with database.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_the_search_index_is_left_alone(database: Engine) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE listings_state (key TEXT)")
    with database.connect() as connection:
        command.check(migrations.configuration(connection))


def test_a_revision_that_fails_changes_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.migrations_folder(), folder)
    (folder / "versions" / "broken.py").write_text(
        f"from alembic import op\nrevision = 'broken'\ndown_revision = {migrations.head()!r}\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (id INTEGER)')\n    op.execute('nonsense')\n",
        "utf-8",
    )
    monkeypatch.setattr(migrations, "migrations_folder", lambda: folder)
    engine = create_engine(settings.database)
    with pytest.raises(sa.exc.OperationalError):
        migrations.upgrade(engine)
    assert (migrations.current(engine), tables(engine)) == (None, set())
    engine.dispose()
