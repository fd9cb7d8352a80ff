"""A deletion that is killed in the middle of it leaves all, or nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal.rights.jobs import end_periods
from portal.site import Site
from tests.moments import NOW
from tests.work.keeping import TRACES, fill, places_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def filled(site: Site, organisation_id: str) -> None:
    with site.unit_of_work().begin() as session:
        fill(session, site, organisation_id)


def killed_at(site: Site, moment: str) -> None:
    database = site.settings.database_url
    done = subprocess.run(
        [sys.executable, "-m", "tests.work.dying", site.settings.data_dir, database, moment],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=120, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("moment", ["1", "12", "30", "before_commit"])
def test_before_it_is_sure_nothing_has_happened(site: Site, moment: str) -> None:
    before = rows_of(site)
    killed_at(site, moment)
    assert rows_of(site) == before


def test_once_it_is_sure_the_rest_is_swept(site: Site) -> None:
    """Only the bytes of papers are left, which the job takes away; and the letter, which is still to be sent."""
    killed_at(site, "after_commit")
    (stray,) = site.settings.files_folder.iterdir()
    os.utime(stray, (NOW.timestamp() - 7200,) * 2)
    end_periods(site, "claims")
    end_periods(site, "profile")
    assert not stray.exists()
    waiting = {"outbox.object_id"}  # for the index to learn of it
    assert rows_of(site) - waiting == {"letters.address"}


def rows_of(site: Site) -> set[str]:
    """Where in the tables the person is found; the files of the database hold what was not yet cleaned up, too."""
    return {place for place in places_of(site, *TRACES) if place.count(".") == 1 and "sqlite3" not in place}
