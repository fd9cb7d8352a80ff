"""A process that deletes a person and dies in the middle of it: `python -m tests.work.dying FOLDER DATABASE MOMENT`."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.accounts.queries import get_user
from portal.rights.jobs import keeping_of
from portal.rights.service import delete_person
from portal.settings import Settings
from portal.site import Site
from tests.moments import fixed_clock
from tests.people import PASSWORD
from tests.work.keeping import ADDRESS, ID


def die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, database: str, moment: str) -> None:
    """`moment`: the number of a statement that changes something, or the event of the session."""
    site = Site.open(Settings(data_dir=folder, database_url=database, secret_key="for tests only"), fixed_clock)
    left = int(moment) if moment.isdigit() else None

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal left
        if left is not None and statement.startswith(("DELETE", "UPDATE", "INSERT")):
            left -= 1
            if left == 0:
                die()

    event.listen(site.database, "after_cursor_execute", count)
    if left is None:
        event.listen(Session, moment, die)
    with site.unit_of_work().begin() as session:
        delete_person(keeping_of(site, session), get_user(session, ID), PASSWORD, ADDRESS)


if __name__ == "__main__":
    main(*sys.argv[1:])
