"""What the worker does for saved things: functions that do a little and say whether there is more to do."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from portal.alerts.mails import tell_next
from portal.alerts.matching import match_some, read_some
from portal.alerts.models import Question, SavedSearch
from portal.alerts.stopping import forget_stop_links
from portal.listings.models import ListingOpening
from portal.site import Site

KEPT = timedelta(days=90)  # how long one can look up why somebody got a letter


def tell_of_openings(site: Site) -> bool:
    """Find out who waits for what is new, then write to them: letters begin when all that is new was looked at, so that
    whatever came at once stands in one letter."""
    return read_some(site) or match_some(site) or tell_next(site)


def forget_alerts(site: Site) -> bool:
    """Take away what nobody needs any more: old openings with their alerts, old links, questions nobody asks."""
    now = site.clock()
    with site.unit_of_work().begin() as session:
        session.execute(sa.delete(ListingOpening).where(ListingOpening.looked_at < now - KEPT))
        forget_stop_links(session, now)
        asked = sa.exists().where(SavedSearch.digest == Question.digest)
        session.execute(sa.delete(Question).where(~asked))
    return False
