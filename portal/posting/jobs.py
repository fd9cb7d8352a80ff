"""What the worker does for postings: functions that do a little and say whether there is more to do."""

from __future__ import annotations

from collections.abc import Callable

from portal.posting.reminders import ask_still_right
from portal.posting.schedule import close_expired, publish_due
from portal.site import Site

JOBS: tuple[Callable[[Site], bool], ...] = (publish_due, close_expired, ask_still_right)
