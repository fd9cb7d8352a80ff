"""The revisions make exactly the tables of the models, go up and down, and keep what is stored."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal.core import migrations, outbox
from portal.core.database import Base, create_engine
from portal.core.outbox import OutboxEntry
from portal.demo.builders import new_listing, rule
from portal.listings.models import EligibilityRule, rule_digest
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
    nowhere = {"listing_id": "nowhere", "position": 0, "code": "fit"}
    with database.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.insert(Base.metadata.tables["listing_criteria"]), nowhere)


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
    with pytest.raises((sa.exc.OperationalError, sa.exc.ProgrammingError)):
        migrations.upgrade(engine)
    assert (migrations.current(engine), tables(engine)) == (None, set())
    engine.dispose()


def test_what_waits_in_the_outbox_survives_the_way_up_and_down(settings: Settings) -> None:
    engine = create_engine(settings.database)
    migrations.upgrade(engine, "0001")
    rows = (("listing", "a", 1), ("listing", "b", 2), ("listing", "a", 3), ("organisation", "a", 4))
    insert = sa.text("INSERT INTO outbox (kind, object_id, queued_at) VALUES (:kind, :id, :at)")
    with engine.begin() as connection:
        for kind, object_id, hour in rows:
            at = f"2026-11-23 0{hour}:00:00.000000{'' if engine.dialect.name == 'sqlite' else '+00'}"
            connection.execute(insert, {"kind": kind, "id": object_id, "at": at})
    migrations.upgrade(engine)
    with Session(engine) as session:
        found = {(row.kind, row.object_id): row for row in session.scalars(sa.select(OutboxEntry))}
        assert {key: row.changes for key, row in found.items()} == outbox.list_waiting(session)
        assert found["listing", "a"].changes == 2
        assert found["listing", "a"].queued_at == datetime(2026, 11, 23, 1, tzinfo=UTC)
    migrations.downgrade(engine, "0001")
    with engine.connect() as connection:
        left = connection.execute(sa.text("SELECT kind, object_id FROM outbox ORDER BY id")).all()
    assert [tuple(row) for row in left] == [("listing", "a"), ("listing", "b"), ("organisation", "a")]
    engine.dispose()


AT = datetime(2026, 11, 23, tzinfo=UTC)


def add(connection: sa.Connection, table: sa.Table, **values: object) -> None:
    """A row; what has to be there and is of no interest is empty."""
    empty: dict[str, object] = {
        "VARCHAR": "", "TEXT": "", "INTEGER": 0, "BIGINT": 0, "BOOLEAN": False, "JSON": [], "TIMESTAMP": AT,
        "DATETIME": AT,
    }  # fmt: skip
    needed = {column.name: empty[str(column.type).partition("(")[0]] for column in table.columns if not column.nullable}
    connection.execute(sa.insert(table), {**needed, **values})


def test_what_was_before_is_learned_from_the_log(settings: Settings) -> None:
    engine = create_engine(settings.database)
    migrations.upgrade(engine, "0006")
    known = sa.MetaData()
    known.reflect(engine)
    noted = (
        ("listing.suspended", "a", {"before": "published"}), ("listing.suspended", "a", {"before": "closed"}),
        ("posting.accepted", "b", {}),
    )  # fmt: skip
    with engine.begin() as connection:
        add(connection, known.tables["organisations"], id="org")
        add(connection, known.tables["teams"], organisation_id="org")
        codes = {"kind": "scholarship", "mode": "onsite", "award": "none"}
        add(connection, known.tables["listings"], id="a", state="suspended", **codes)
        for listing_id, state in (("a", "none"), ("b", "scheduled"), ("c", "scheduled")):
            own = {"listing_id": listing_id, "organisation_id": "org", "state": state, "submitted_at": AT}
            add(connection, known.tables["postings"], **own)
        for number, (event, listing_id, details) in enumerate(noted, 1):
            own = {"id": number, "event": event, "object_id": listing_id, "details": details}
            add(connection, known.tables["audit_events"], **own)
    migrations.upgrade(engine)
    query = "SELECT listing_id, suspended_from, accepted_at IS NOT NULL FROM postings ORDER BY listing_id"
    with engine.connect() as connection:
        found = [(row[0], row[1], bool(row[2])) for row in connection.execute(sa.text(query))]
    assert found == [("a", "closed", False), ("b", None, True), ("c", None, False)]
    migrations.downgrade(engine, "0006")
    engine.dispose()


def test_rules_that_are_there_get_the_digest_that_new_ones_have(database: Engine) -> None:
    rules = [rule("age-max", age=40, on="2026-09-01"), rule("citizenship", countries=["VN", "TH"])]
    digests = sa.select(EligibilityRule.kind, EligibilityRule.digest).order_by(EligibilityRule.kind)
    with Session(database) as session:
        expected = [rule_digest(one.kind, one.parameters) for one in rules]
        session.add(new_listing("one", rules=rules))
        session.commit()
        new = session.execute(digests).all()
    migrations.downgrade(database, "0007")
    migrations.upgrade(database)
    with Session(database) as session:
        assert session.execute(digests).all() == new
        assert [digest for _kind, digest in new] == expected
