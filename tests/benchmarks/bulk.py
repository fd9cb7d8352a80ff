"""An import of 10,000 listings from a table into drafts as a person has it done (the file kept, every row read and
checked, then read again and saved), against bare ORM inserts of the very same rows; memory at 2,000 and at 10,000."""

from __future__ import annotations

import pickle
import random
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from portal.accounts.models import User
from portal.core import migrations
from portal.core.actor import Actor
from portal.core.audit import AuditEvent
from portal.demo.builders import deadline, make_organisation, money_line, new_listing, rule
from portal.listings.records import to_record
from portal.posting.bulk import jobs, service, writing
from portal.posting.models import BulkImport, Posting
from portal.settings import Settings
from portal.site import Site
from portal.teams.models import Membership, Team

ROWS, FEWER, TURNS = 10_000, 2_000, 3
NOW = datetime(2027, 1, 1, tzinfo=UTC)
ACTOR = Actor("bench", None, {})


def run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Site.open(Settings(data_dir=folder), lambda: NOW)
        migrations.upgrade(site.database)
        organisation_id, file = _team(site), _file(ROWS)
        _import(site, organisation_id, _file(service.BATCH))  # vocabularies and statements are made once
        turns = [_turn(site, organisation_id, file) for _ in range(TURNS)]
        checked, saved, bare = (statistics.median(part) for part in zip(*turns, strict=True))
        ratio = statistics.median(bare / (checked + saved) for checked, saved, bare in turns)
        print(f"bulk: a table of {ROWS:,} listings, {len(file) / 2**20:.1f} MB")
        print(
            f"bulk: {ROWS / checked:,.0f} rows checked a second, {bare / checked:.2f} of bare inserts of the same rows"
        )
        print(f"bulk: {ROWS / saved:,.0f} rows saved a second, {bare / saved:.2f} of bare")
        print(f"bulk: {ROWS / (checked + saved):,.0f} listings imported a second, all in all {ratio:.2f} of bare")
        small, large = (_memory(site, organisation_id, rows) for rows in (FEWER, ROWS))
        print(f"bulk: peak memory {small / 2**20:.1f} MB at {FEWER:,} rows, {large / 2**20:.1f} MB at {ROWS:,}")
        site.close()


def _team(site: Site) -> str:
    with site.unit_of_work().begin() as session:
        organisation_id = make_organisation(session).id
        session.add(User(id="bench", email="b@example.org", password_hash="", name="B", language="en", created_at=NOW))
        session.flush()
        session.add(Team(organisation_id=organisation_id, created_at=NOW))
        session.flush()
        session.add(Membership(organisation_id=organisation_id, user_id="bench", role="editor", joined_at=NOW))
    return organisation_id


def _records(rows: int) -> Iterator[dict[str, Any]]:
    chosen = random.Random(7)
    for number in range(rows):
        listing = new_listing(
            f"Exchange in machine learning {number}",
            places_total=chosen.randrange(1, 40),
            deadlines=[deadline("host", datetime(2027, 5, 1, 17), "Asia/Shanghai")],  # noqa: DTZ001 - a wall clock
            money=[money_line("stipend", "host", chosen.randrange(1000, 5000), per="month")],
            rules=[rule("age-max", age=45)],
        )
        yield {**to_record(listing), "id": None}


def _file(rows: int) -> bytes:
    return "".join(writing.table(_records(rows), "en")).encode()


def _turn(site: Site, organisation_id: str, file: bytes) -> tuple[float, float, float]:
    """Seconds to check a file, to save it, and to put the rows that came of it in as they are."""
    checked, saved = _import(site, organisation_id, file)
    rows = _taken_out(site)
    bare = _bare(site, rows)
    assert len(_taken_out(site)) == len(rows)
    return checked, saved, bare


def _import(site: Site, organisation_id: str, file: bytes) -> tuple[float, float]:
    """Seconds to keep and check a file, and to save it, as pages and worker do."""
    began = time.perf_counter()
    import_id = _kept(site, organisation_id, file)
    jobs.take_up(site, import_id)
    looked = time.perf_counter()
    _saved(site, import_id)
    return looked - began, time.perf_counter() - looked


def _kept(site: Site, organisation_id: str, file: bytes) -> str:
    with site.unit_of_work().begin() as session:
        return service.open_import(session, organisation_id, ACTOR, ("x.csv", file), "en", NOW).id


def _saved(site: Site, import_id: str) -> None:
    with site.unit_of_work().begin() as session:
        service.ask_to_save(session.get_one(BulkImport, import_id), "drafts", NOW)
    jobs.take_up(site, import_id)
    with site.sessions() as session:
        opened = session.get_one(BulkImport, import_id)
        assert opened.state == "saved", opened.report


def _taken_out(site: Site) -> list[bytes]:
    """The rows that are there, taken out, in batches that lie about as bytes while the clock runs."""
    with site.unit_of_work().begin() as session:
        rows = [
            (model, {name: getattr(row, name) for name in sa.inspect(model).column_attrs.keys()})  # noqa: SIM118
            for model in (Posting, AuditEvent)
            for row in session.scalars(sa.select(model))
        ]
        for model in (Posting, AuditEvent, BulkImport):
            session.execute(sa.delete(model))
    return [pickle.dumps(rows[start : start + service.BATCH]) for start in range(0, len(rows), service.BATCH)]


def _bare(site: Site, batches: list[bytes]) -> float:
    """Seconds for rows that are put in as they are."""
    seconds = 0.0
    with site.unit_of_work().begin() as session:
        for batch in batches:
            rows = pickle.loads(batch)  # noqa: S301 - our own
            began = time.perf_counter()
            session.add_all(model(**values) for model, values in rows)
            session.flush()
            session.expunge_all()
            seconds += time.perf_counter() - began
        began = time.perf_counter()
    return seconds + time.perf_counter() - began


def _memory(site: Site, organisation_id: str, rows: int) -> int:
    """Most bytes that the worker holds above those of the file itself."""
    file = _file(rows)
    import_id = _kept(site, organisation_id, file)
    tracemalloc.start()
    jobs.take_up(site, import_id)
    _saved(site, import_id)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    _taken_out(site)
    return peak - len(file)
