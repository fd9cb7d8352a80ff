"""What the worker does for postings: functions that do a little and say whether there is more to do."""

from __future__ import annotations

from collections.abc import Callable

from portal.posting.publication.reminders import ask_still_right
from portal.posting.publication.schedule import close_expired, publish_due
from portal.site import Site

JOBS: tuple[Callable[[Site], bool], ...] = (publish_due, close_expired, ask_still_right)
