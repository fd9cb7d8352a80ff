"""The deadlines of a listing as an iCalendar object (RFC 5545)."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from portal.core.errors import NotFound
from portal.listings.models import Deadline, Listing
from portal.listings.time import deadline_at
from portal.web import filters
from portal.web.messages import gettext as _
from portal.web.public import site_name

MEDIA_TYPE = "text/calendar; charset=utf-8"


def build(listing: Listing, address: str) -> bytes:
    """One event for each deadline. Raises `NotFound` if there is none: a calendar without events is not valid."""
    if not listing.deadlines:
        raise NotFound("calendar.empty", id=listing.id)
    calendar = Calendar()
    calendar.add("prodid", f"-//{urlsplit(address).hostname}//{site_name()}//{filters.tag().upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for deadline in sorted(listing.deadlines, key=deadline_at):
        calendar.add_component(_event(listing, deadline, address))
    years = [deadline.local_time.year for deadline in listing.deadlines]
    calendar.add_missing_timezones(date(min(years) - 1, 1, 1), date(max(years) + 1, 12, 31))
    return bytes(calendar.to_ical())


def _event(listing: Listing, deadline: Deadline, address: str) -> Event:
    """A moment without length. Its id stays the same in all languages, so that importing again updates it."""
    event = Event()
    event.add("uid", f"{listing.id}-{deadline.purpose}-{_nth(listing, deadline)}@{urlsplit(address).hostname}")
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
    return event


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
    """The title for the reader, else as it was written."""
    titles = {text.language: text.title for text in listing.translations}
    return titles.get(filters.tag(), titles[listing.source_language])
