"""Counting without following anybody: what was seen adds one to a number of that day, and nothing else is kept.

Pages count in the memory of their process; a few seconds later all of it is written in one go, in a thread of its own,
so that no answer waits for it. A process that is killed loses what it counted in those seconds.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from portal.core.database import insert_or
from portal.core.unit_of_work import UnitOfWork
from portal.statistics.models import DayCount

WAIT = 10.0  # seconds between the first count and its being written
_BATCH = 1000  # rows of a statement
_TABLE = cast("sa.Table", DayCount.__table__)

logger = logging.getLogger(__name__)


class Key(NamedTuple):
    """What a number stands for."""

    listing_id: str
    day: date
    what: str
    language: str


def add_counts(session: Session, counts: Mapping[Key, int]) -> None:
    """Add to the stored numbers; those of listings that are gone are left out.

    Rows are touched in one order, so that two processes that write at once wait for each other and no more.
    """
    listings = sa.table("listings", sa.column("id"))
    ids = sorted({key.listing_id for key in counts})
    there: set[str] = set()
    for start in range(0, len(ids), _BATCH):
        there.update(session.scalars(sa.select(listings.c.id).where(listings.c.id.in_(ids[start : start + _BATCH]))))
    rows = [{**key._asdict(), "count": counts[key]} for key in sorted(counts) if key.listing_id in there]
    for start in range(0, len(rows), _BATCH):
        new = insert_or(session, _TABLE).values(rows[start : start + _BATCH])
        more = {"count": _TABLE.c.count + new.excluded.count}
        session.execute(new.on_conflict_do_update(index_elements=list(Key._fields), set_=more))


class Tally:
    """What this process has counted and not yet written. Safe for many threads."""

    def __init__(self, unit_of_work: Callable[[], UnitOfWork], wait: float = WAIT) -> None:
        self._unit_of_work, self._wait = unit_of_work, wait
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()
        self._timer: threading.Timer | None = None
        atexit.register(self.close)

    def count(self, what: str, listing_ids: Iterable[str], language: str, day: date) -> None:
        """One more of it for each of these listings."""
        with self._lock:
            self._counts.update(Key(one, day, what, language) for one in listing_ids)
            if self._counts and self._timer is None:
                self._timer = threading.Timer(self._wait, self.write)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Write what was counted; where the database does not take it, it is kept for the next time."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, Counter(), None
        if not counts:
            return
        try:
            with self._unit_of_work().begin() as session:
                add_counts(session, counts)
        except SQLAlchemyError as error:
            logger.warning("numbers are kept for later, the database does not take them: %s", error.__class__.__name__)
            with self._lock:
                self._counts.update(counts)

    def close(self) -> None:
        """Write what is left: the process ends."""
        atexit.unregister(self.close)
        if self._timer is not None:
            self._timer.cancel()
        self.write()
