"""What the worker does for publication, by the name that its log calls it: functions that do a little and say whether
there is more to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from portal.posting.publication.reminders import ask_still_right
from portal.posting.publication.schedule import close_expired, publish_due
from portal.site import Site

JOBS: Mapping[str, Callable[[Site], bool]] = {
    "publish due": publish_due,
    "close expired": close_expired,
    "ask still right": ask_still_right,
}
