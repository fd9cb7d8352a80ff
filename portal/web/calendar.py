"""Deadlines of listings as an iCalendar object (RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone

from portal.listings.models import Deadline, Listing
from portal.listings.time import deadline_at
from portal.locales import edition_for
from portal.web import filters
from portal.web.formats import READER_ZONES
from portal.web.messages import gettext as _
from portal.web.public import address_of, site_name

MEDIA_TYPE = "text/calendar; charset=utf-8"
REMINDED = timedelta(days=7)  # before a deadline, where a calendar is to ring


def build(listings: Sequence[Listing], name: str = "", rings: bool = False) -> bytes:
    """One event for each deadline. `name`: of a calendar that is subscribed to; `rings`: with an alarm a week before.

    An object needs a part (RFC 5545, 3.6): where there is no event, it is the reader's time zone.
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//{_host()}//{site_name()}//{filters.tag().upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if name:
        calendar.add("x-wr-calname", name)
    pairs = [(listing, one) for listing in listings for one in sorted(listing.deadlines, key=deadline_at)]
    for listing, deadline in pairs:
        calendar.add_component(_event(listing, deadline, rings))
    years = [deadline.local_time.year for _listing, deadline in pairs]
    if years:
        calendar.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 1, 12, 31))
    else:
        calendar.add_component(Timezone.from_tzid(READER_ZONES[filters.tag()]))
    return bytes(calendar.to_ical())


def _host() -> str | None:
    return urlsplit(address_of("discovery.home")).hostname


def _event(listing: Listing, deadline: Deadline, rings: bool) -> Event:
    """A moment without length. Its id stays the same in all languages, so that importing again updates it."""
    event, address = Event(), address_of("listings.show", listing_id=listing.id)
    event.add("uid", f"{listing.id}-{deadline.purpose}-{_nth(listing, deadline)}@{_host()}")
    event.add("dtstamp", listing.updated_at)
    event.add("last-modified", listing.updated_at)
    event.add("sequence", listing.version)
    event.add("dtstart", deadline.local_time.replace(tzinfo=ZoneInfo(deadline.zone)))
    event.add("summary", _summary(listing, deadline), parameters={"language": filters.tag()})
    event.add("description", _description(listing, deadline, address), parameters={"language": filters.tag()})
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    if listing.demonstration:
        event.add("status", "TENTATIVE")
    if rings:
        event.add_component(_alarm(listing, deadline))
    return event


def _alarm(listing: Listing, deadline: Deadline) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMINDED)
    alarm.add("description", _summary(listing, deadline), parameters={"language": filters.tag()})
    return alarm


def _nth(listing: Listing, deadline: Deadline) -> int:
    """Which one of its purpose it is; a deadline that is moved keeps its number."""
    return [other for other in listing.deadlines if other.purpose == deadline.purpose].index(deadline) + 1


def _summary(listing: Listing, deadline: Deadline) -> str:
    purpose = filters.label(deadline.purpose, "deadline")
    return str(_("%(deadline)s: %(title)s", deadline=purpose, title=_title(listing)))


def _description(listing: Listing, deadline: Deadline, address: str) -> str:
    """Both clocks, the warning of a demonstration, and where to read on."""
    own = filters.at_readers(deadline.local_time, deadline.zone)
    lines = [
        _("Deadline: %(time)s", time=filters.zoned(deadline.local_time, deadline.zone)),
        _("Your time: %(time)s", time=own) if own else "",
        _("This listing is an example and not a real offer. Do not apply for it.") if listing.demonstration else "",
        address,
    ]
    return "\n".join(line for line in lines if line)


def _title(listing: Listing) -> str:
    """The title in the edition for the reader."""
    titles = {text.language: text.title for text in listing.translations}
    return titles[edition_for(filters.tag(), titles, listing.source_language)]
