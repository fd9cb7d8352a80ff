"""What the worker does for saved things: functions that do a little and say whether there is more to do."""

from __future__ import annotations

from portal.alerts.mails import tell_next
from portal.alerts.matching import match_some, read_some
from portal.site import Site


def tell_of_openings(site: Site) -> bool:
    """Find out who waits for what is new, then write to them: letters begin when all that is new was looked at, so that
    whatever came at once stands in one letter."""
    return read_some(site) or match_some(site) or tell_next(site)
