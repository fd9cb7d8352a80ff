"""Programs of which a test runs several at once, or that end themselves at a chosen point:
`python -m tests.faults.programs edit|work|tell-and-die|send|send-and-die|alert|alert-and-die ARGUMENTS`."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from portal import create_app
from portal.alerts import jobs, mails, matching
from portal.core.clock import system_clock
from portal.core.database import create_engine
from portal.core.outbox import enqueue
from portal.core.unit_of_work import UnitOfWork
from portal.demo.builders import make_listing
from portal.indexing.indexes import listings_index
from portal.indexing.service import tell_some
from portal.listings.models import Listing, Translation
from portal.mail import queue
from portal.mail.sending import send_some
from portal.organisations.importing import NameRecord, OrganisationRecord
from portal.organisations.models import Organisation, OrganisationName
from portal.organisations.service import import_organisations
from portal.settings import Settings
from portal.site import Site
from portal.worker import INDEX, LETTERS, work
from tests.faults.world import LISTINGS, Clock

SAMPLE_LETTER = """
{% macro subject(p) %}{{ _("Deadline") }} {{ p.name }}{% endmacro %}
{% macro body(m, p) %}{{ m.paragraph(p.name) }}{{ m.button(_("Search"), p.address) }}{% endmacro %}
"""
PAUSE = 0.03  # seconds between two changes of an editor: slow enough for workers to come in between


class Editor:
    """Changes listings and organisations as people do, each change in a transaction of its own."""

    def __init__(self, sessions: sessionmaker[Session], seed: int, listings: int, organisations: int) -> None:
        self._unit = UnitOfWork(sessions)
        self._seed = seed
        self._chance = random.Random(seed)  # noqa: S311 — repeatable
        self._listings, self._organisations = listings, organisations
        self._done = 0

    def edit(self, number: int) -> int:
        """Make so many changes. One that meets another editor's removal or addition is not counted."""
        changes = (self.rewrite, self.toggle, self.remove, self.rename)
        while self._done < number:
            change: Callable[[Session], None] = self._chance.choices(changes, (76, 14, 6, 4))[0]
            with suppress(StaleDataError, IntegrityError):
                with self._unit.begin() as session:
                    change(session)
                self._done += 1
            time.sleep(PAUSE)
        return self._done

    def rewrite(self, session: Session) -> None:
        """Another title; a listing that was removed comes back."""
        listing = self._listing(session)
        if listing is None:
            host = session.get_one(Organisation, "o0")
            make_listing(session, self._text, id=self._id, organisation=host)
            return
        listing.version += 1
        session.execute(
            sa.update(Translation)
            .where(Translation.listing_id == listing.id, Translation.origin == "source")
            .values(title=self._text)
        )
        enqueue(session, "listing", listing.id, system_clock())

    def toggle(self, session: Session) -> None:
        """Close a listing, or open it again."""
        if listing := self._listing(session):
            listing.state = "closed" if listing.state == "published" else "published"
            enqueue(session, "listing", listing.id, system_clock())

    def remove(self, session: Session) -> None:
        """Remove a listing with all its parts."""
        if listing := self._listing(session):
            session.execute(sa.delete(Listing).where(Listing.id == listing.id))
            enqueue(session, "listing", listing.id, system_clock())

    def rename(self, session: Session) -> None:
        """Another name of an organisation, by an import of the directory."""
        known = session.get_one(Organisation, f"o{self._chance.randrange(self._organisations)}")
        columns = (column.key for column in sa.inspect(Organisation).column_attrs)
        values = {name: getattr(known, name) for name in columns if name not in ("id", "updated_at")}
        record = OrganisationRecord(known.id, values, (NameRecord(self._text, "en", "label", True),))
        import_organisations(session, [record], system_clock())

    @property
    def _text(self) -> str:
        return f"Edit {self._seed}.{self._done}"

    def _listing(self, session: Session) -> Listing | None:
        self._id = f"l{self._chance.randrange(self._listings):03}"
        return session.get(Listing, self._id, with_for_update=True)


def change(site: Site, number: int = LISTINGS, closing: int = 0, renamed: str | None = None) -> None:
    """Change the first listings there are, close some of them, and rename an organisation, all at once."""
    with site.unit_of_work().begin() as session:
        ids = session.scalars(sa.select(Listing.id).order_by(Listing.id).limit(number)).all()
        text = f"Changed at {site.clock()}"
        session.execute(sa.update(Translation).where(Translation.listing_id.in_(ids)).values(title=text))
        session.execute(sa.update(Listing).where(Listing.id.in_(ids[:closing])).values(state="closed"))
        for listing_id in ids:
            enqueue(session, "listing", listing_id, site.clock())
        if renamed:
            name = sa.update(OrganisationName).where(OrganisationName.organisation_id == renamed)
            session.execute(name.values(value=text))
            enqueue(session, "organisation", renamed, site.clock())


def edit(seed: str, number: str, listings: str, organisations: str) -> None:
    """Make so many changes of so many listings and organisations, and say how many it were."""
    sessions = sessionmaker(create_engine(Settings.from_environment().database), expire_on_commit=False)
    done = Editor(sessions, int(seed), int(listings), int(organisations)).edit(int(number))
    sys.stdout.write(f"{done} changes")


def work_ahead(seconds: str) -> None:
    """Be a worker whose clock is ahead, until killed."""
    work(Site.open(Settings.from_environment(), Clock(timedelta(seconds=float(seconds)))), threading.Event(), [INDEX])


def tell_and_die(seconds: str, after: str) -> None:
    """Claim changes, tell Elasticsearch of them, and be killed before it is noted: `after` "put" or "delete"."""

    class Dying:
        """The site's own engine; once it has written, this process is no more."""

        def __init__(self, engine: Any) -> None:
            self._engine = engine

        def __getattr__(self, name: str) -> Any:
            return getattr(self._engine, name) if name != after else self._write

        def _write(self, items: Iterable[Any]) -> int:
            getattr(self._engine, after)(items)
            os.kill(os.getpid(), signal.SIGKILL)
            raise AssertionError

    site = Site.open(Settings.from_environment(), Clock(timedelta(seconds=float(seconds))))
    dying = replace(site, engine=Dying(site.engine))
    tell_some(dying, listings_index(dying))


def add_sample_letter(app: Flask) -> None:
    """A template `sample` for tests alone."""
    own = app.jinja_env.loader
    assert own is not None
    app.jinja_env.loader = ChoiceLoader([DictLoader({"mail/sample.html": SAMPLE_LETTER}), own])


def send() -> None:
    """Be a worker that sends letters, until killed."""
    app = create_app(Settings.from_environment())
    add_sample_letter(app)
    sys.stdout.write("ready")
    sys.stdout.flush()
    with app.app_context():
        work(app.extensions["site"], threading.Event(), [LETTERS])


def send_and_die() -> None:
    """Send a letter, and be killed once the server has it, before it is noted."""
    queue.mark_sent = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    app = create_app(Settings.from_environment())
    add_sample_letter(app)
    with app.app_context():
        send_some(app.extensions["site"])


def alert() -> None:
    """Tell of what has opened until there is nothing left to tell."""
    site = Site.open(Settings.from_environment())
    while jobs.tell_of_openings(site):
        pass


def alert_and_die(point: str) -> None:
    """The same, and be killed: `noting` or `writing`, with a transaction open that has just done it; `noted` or
    `written`, right after its commit."""
    module: Any = matching if point == "noting" else mails if point == "writing" else jobs
    name = {"noting": "note_alerts", "noted": "match_some", "writing": "_post", "written": "tell_next"}[point]
    done = getattr(module, name)

    def dying(*arguments: Any) -> None:
        done(*arguments)
        if isinstance(arguments[0], Session):
            arguments[0].flush()
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, dying)
    alert()


if __name__ == "__main__":
    {
        "edit": edit, "work": work_ahead, "tell-and-die": tell_and_die, "send": send, "send-and-die": send_and_die,
        "alert": alert, "alert-and-die": alert_and_die,
    }[sys.argv[1]](*sys.argv[2:])  # fmt: skip
