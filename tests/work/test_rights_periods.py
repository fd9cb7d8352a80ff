"""What ends by itself: each period on the day before, and on the day after."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from portal.accounts.models import Attempts, MailedLink, SignIn, User
from portal.core import retention
from portal.core.audit import AuditEvent
from portal.core.holding import AT_ONCE
from portal.core.outbox import OutboxEntry
from portal.mail.models import Letter
from portal.posting.models import BulkImport, IdempotencyKey
from portal.researchers.models import ProfileView, Researcher
from portal.rights.jobs import JOBS, end_periods
from portal.site import Site
from portal.teams.models import Claim, StoredFile, TeamInvitation
from tests.moments import NOW
from tests.people import add_person
from tests.work.browsing import Watch, letters_to
from tests.work.keeping import ADDRESS, ID, fill

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def filled(site: Site, organisation_id: str) -> None:
    with site.unit_of_work().begin() as session:
        fill(session, site, organisation_id)
        session.add_all((
            SignIn(id="in", digest="in", user_id=ID, browser="", created_at=NOW, seen_at=NOW),
            Attempts(key="sign-in-address:x", since=NOW, count=1),
            IdempotencyKey(api_key_id="key", key="k", request="r", status=200, answer={}, created_at=NOW),
        ))  # fmt: skip
        session.execute(sa.update(MailedLink).values(expires_at=NOW))
        session.execute(sa.update(TeamInvitation).values(expires_at=NOW))


def end_all(site: Site) -> None:
    for job in JOBS.values():
        while job(site):
            pass


def count(site: Site, model: type, *where: sa.ColumnElement[bool]) -> int:
    with site.sessions() as read:
        return read.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


LASTING = {
    "sign-ins": (SignIn, retention.SIGN_INS, ()),
    "links": (MailedLink, retention.ENDED_LINKS, ()),
    "attempts": (Attempts, retention.ATTEMPTS, ()),
    "imports": (BulkImport, retention.IMPORTS, ()),
    "answers": (IdempotencyKey, retention.ANSWERS, ()),
    "invitations": (TeamInvitation, retention.INVITATIONS, ()),
    "papers": (StoredFile, retention.PAPERS, ()),
    "sign-in events": (AuditEvent, retention.SIGN_IN_EVENTS, (AuditEvent.event == "account.signed-in",)),
    "details": (AuditEvent, retention.EVENT_DETAILS, (sa.cast(AuditEvent.details, sa.Text).contains("reason"),)),
    "letters": (Letter, retention.LETTERS, (Letter.sent_at.is_not(None), Letter.address != "")),
}  # fmt: skip


@pytest.mark.parametrize("name", LASTING)
def test_it_lasts_as_long_as_it_says_and_no_longer(site: Site, watch: Watch, name: str) -> None:
    model, period, where = LASTING[name]
    watch.pass_by(seconds=(period.length - SECOND).total_seconds())
    end_all(site)
    assert count(site, model, *where) > 0
    watch.pass_by(seconds=2)
    end_all(site)
    assert count(site, model, *where) == 0


def test_days_are_counted_whole_for_views(site: Site, watch: Watch) -> None:
    watch.pass_by(days=retention.VIEWS.length.days)
    end_all(site)
    assert count(site, ProfileView) == 2
    watch.pass_by(days=1)
    end_all(site)
    assert count(site, ProfileView) == 0


def test_a_letter_that_cannot_be_delivered_goes_in_the_end(site: Site, watch: Watch) -> None:
    with site.unit_of_work().begin() as session:
        session.execute(sa.update(Letter).where(Letter.template == "reset").values(parked_at=NOW))
    watch.pass_by(days=30)
    end_all(site)
    assert letters_to(site, ADDRESS, "reset")
    watch.pass_by(seconds=1)
    end_all(site)
    assert not letters_to(site, ADDRESS, "reset")


def test_a_profile_goes_a_month_after_the_letter_about_it(site: Site, watch: Watch) -> None:
    with site.unit_of_work().begin() as session:
        session.get_one(User, ID).seen_on = NOW.date()
    watch.pass_by(days=retention.PROFILES.length.days - 31)
    end_all(site)
    assert not letters_to(site, ADDRESS, "profile-ends")
    watch.pass_by(days=1)
    for _time in range(2):
        end_all(site)
    (letter,) = letters_to(site, ADDRESS, "profile-ends")
    assert letter.parameters["ends_on"] == (NOW + retention.PROFILES.length).date().isoformat()
    watch.pass_by(days=29)
    end_all(site)
    assert count(site, Researcher) == 1
    watch.pass_by(days=1)
    end_all(site)
    assert count(site, Researcher) == 0
    with site.sessions() as read:
        assert read.get(User, ID) is not None, "the account stays"


def test_who_comes_back_late_still_has_a_month(site: Site, watch: Watch) -> None:
    """The job did not run for years: nobody loses a profile without a letter, and thirty days."""
    with site.unit_of_work().begin() as session:
        session.get_one(User, ID).seen_on = NOW.date()
    watch.pass_by(days=2000)
    end_all(site)
    assert count(site, Researcher) == 1
    watch.pass_by(days=30)
    end_all(site)
    assert count(site, Researcher) == 0


def test_the_id_of_a_profile_goes_once_the_index_knows(site: Site) -> None:
    own = OutboxEntry.kind == "researcher"
    with site.unit_of_work().begin() as session:
        session.delete(session.get_one(Researcher, ID))
    end_periods(site, "profile")
    assert count(site, OutboxEntry, own) == 1, "the index has not learned of it yet"
    with site.unit_of_work().begin() as session:
        session.execute(sa.update(OutboxEntry).values(queued_at=None))
    end_periods(site, "profile")
    assert count(site, OutboxEntry, own) == 0


def test_a_waiting_request_keeps_its_paper(site: Site, watch: Watch) -> None:
    with site.unit_of_work().begin() as session:
        session.execute(sa.update(Claim).values(state="waiting", decided_at=None))
    watch.pass_by(days=3000)
    end_all(site)
    assert count(site, StoredFile) == 1


def test_bytes_that_no_row_speaks_of_are_swept(site: Site) -> None:
    """A process died after its transaction, and before the file was gone."""
    folder = Path(site.settings.files_folder)
    (kept,) = folder.iterdir()
    for name, age in (("stray", 7200), ("young", 60)):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (NOW.timestamp() - age,) * 2)
    os.utime(kept, (NOW.timestamp() - 9000,) * 2)
    end_periods(site, "claims")
    assert {path.name for path in folder.iterdir()} == {kept.name, "young"}


@pytest.mark.database("sqlite")
def test_much_of_it_is_ended_some_at_a_time(site: Site, watch: Watch) -> None:
    with site.unit_of_work().begin() as session:
        add_person(session, "Busy")
        session.add_all(
            SignIn(id=f"i{number}", digest=f"i{number}", user_id="busy", browser="", created_at=NOW, seen_at=NOW)
            for number in range(AT_ONCE)
        )
    watch.pass_by(days=31)
    assert end_periods(site, "sign-ins"), "there is more"
    assert count(site, SignIn) == 1
    assert not end_periods(site, "sign-ins")
    assert count(site, SignIn) == 0


@pytest.mark.parametrize("code", ["profile", "views"])
def test_what_comes_in_crowds_is_ended_some_at_a_time(
    site: Site, watch: Watch, organisation_id: str, code: str
) -> None:
    with site.unit_of_work().begin() as session:
        for number in range(AT_ONCE):
            session.add(OutboxEntry(kind="researcher", object_id=f"gone{number}"))
            view = {"user_id": ID, "organisation_id": organisation_id, "seen_by": f"s{number}", "day": NOW.date()}
            session.add(ProfileView(**view, parts=[]))
    model = {"profile": OutboxEntry, "views": ProfileView}[code]
    before = count(site, model)
    watch.pass_by(days=retention.VIEWS.length.days + 1)
    assert end_periods(site, code), "there is more"
    assert count(site, model) == before - AT_ONCE
