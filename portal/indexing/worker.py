"""The worker: looks at the outbox every second and tells the index, for as long as it lives."""

from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import DBAPIError

from portal.indexing.service import tell_some
from portal.site import Site

logger = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two looks at an empty outbox
LONGEST_PAUSE = 30.0  # while the index or the database cannot be asked


def work(site: Site, stop: threading.Event) -> None:
    """Tell the index of changes until `stop` is set; what has been begun is finished first.

    Any number of workers may run at once. An outage is waited for, longer and longer.
    """
    pause = PAUSE
    while not stop.is_set():
        try:
            done = tell_some(site)
        except DBAPIError as error:
            logger.warning("the database cannot be asked: %s", error.orig)
            failing = True
        else:
            failing = done is not None and done.away
            if done is not None and not failing:
                pause = PAUSE
                continue
        pause = min(pause * 2, LONGEST_PAUSE) if failing else PAUSE
        stop.wait(pause)
