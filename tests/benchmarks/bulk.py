"""An import of 10,000 listings from a table into drafts, against bare ORM inserts of the same rows; memory at 1,000 and
at 10,000 rows."""

from __future__ import annotations

import random
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
from portal.listings.importing import known_references
from portal.listings.records import to_record
from portal.posting.bulk import service, writing
from portal.posting.models import BulkImport, Posting
from portal.settings import Settings
from portal.site import Site
from portal.teams.models import Membership, Team

ROWS = 10_000
NOW = datetime(2027, 1, 1, tzinfo=UTC)
ACTOR = Actor("bench", None, {})


def run() -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Site.open(Settings(data_dir=folder), lambda: NOW)
        migrations.upgrade(site.database)
        organisation_id = _team(site)
        bare, (look, save) = _bare(site, organisation_id, ROWS), _seconds(site, organisation_id, ROWS)
        print(f"bulk: {ROWS / save:,.0f} listings saved a second, {bare / save:.2f} of bare inserts of the same rows")
        print(f"bulk: {ROWS / look:,.0f} listings checked a second; with saving {bare / (look + save):.2f} of bare")
        small, large = (_memory(site, organisation_id, rows) for rows in (1_000, ROWS))
        print(f"bulk: peak memory {small / 2**20:.1f} MB at 1,000 rows, {large / 2**20:.1f} MB at {ROWS:,}")
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


def _bare(site: Site, organisation_id: str, rows: int) -> float:
    """Seconds for the drafts and their events, put in as they are."""
    contents = list(_records(rows))
    began = time.perf_counter()
    with site.unit_of_work().begin() as session:
        for number, content in enumerate(contents):
            listing_id = f"b{number:07}"
            session.add(
                Posting(
                    listing_id=listing_id, organisation_id=organisation_id, content={**content, "id": listing_id},
                    created_at=NOW, saved_at=NOW, saved_by="bench",
                )
            )  # fmt: skip
            session.add(AuditEvent(happened_at=NOW, event="posting.begun", object_kind="posting", object_id=listing_id))
            if number % service.BATCH == 0:
                session.flush()
                session.expunge_all()
    return time.perf_counter() - began


def _seconds(site: Site, organisation_id: str, rows: int) -> tuple[float, float]:
    opened = _opened(organisation_id, rows)
    began = time.perf_counter()
    _look(site, opened)
    looked = time.perf_counter()
    _save(site, opened)
    return looked - began, time.perf_counter() - looked


def _memory(site: Site, organisation_id: str, rows: int) -> int:
    """Most bytes held above those of the file itself."""
    opened = _opened(organisation_id, rows)
    tracemalloc.start()
    _look(site, opened)
    _save(site, opened)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def _opened(organisation_id: str, rows: int) -> BulkImport:
    return BulkImport(
        id="bench", organisation_id=organisation_id, owner_id="bench", name="", language="en", content=_file(rows),
        aim="drafts", fingerprint=service.Report().fingerprint.hexdigest(),
    )  # fmt: skip


def _look(site: Site, opened: BulkImport) -> None:
    with site.sessions() as session:
        known = known_references(session, site.thesaurus)
        report = service.check(session, opened, known, NOW, lambda done: done)
    assert report is not None
    assert not report.problems, report.problems[0]


def _save(site: Site, opened: BulkImport) -> None:
    with site.unit_of_work().begin() as session:
        session.execute(sa.delete(Posting))
        service.save(session, opened, known_references(session, site.thesaurus), ACTOR, NOW)
