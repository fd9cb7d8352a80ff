"""Deadlines: wall-clock times with a zone turned into moments, which of them decides, and the time line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.core.errors import Invalid
from portal.listings.models import Deadline, Listing

ASKED_AFTER = timedelta(days=60)  # since it was confirmed, the host is asked whether a listing is still right
ANSWERED_WITHIN = timedelta(days=30)  # then readers are told


@dataclass(frozen=True)
class Moment:
    """One point of the time line: a deadline with its moment, or the day of the result (`purpose` "result")."""

    purpose: str
    day: date
    local_time: datetime | None = None
    zone: str | None = None
    at: datetime | None = None


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of a name. Raises `Invalid` for one that does not exist."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("zone.unknown", field="zone", value=name) from error


def to_instant(local_time: datetime, zone: str) -> datetime:
    """The moment, in UTC, at which a clock on the wall shows this time.

    Where clocks go back a time comes twice, where they go forward it is left out: the later reading counts, so that
    nobody is shut out early.
    """
    place = zone_of(zone)
    return max(local_time.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))


def deadline_at(deadline: Deadline) -> datetime:
    """The moment of a deadline, in UTC."""
    return to_instant(deadline.local_time, deadline.zone)


def decisive_deadline(deadlines: Iterable[Deadline]) -> Deadline | None:
    """The deadline that counts for the applicant: the host's (the last of several), else the first of all."""
    ordered = sorted(deadlines, key=deadline_at)
    own = [deadline for deadline in ordered if deadline.purpose == "host"]
    return own[-1] if own else next(iter(ordered), None)


def closes_at(listing: Listing) -> datetime | None:
    """When applications end; None: at any time, or no deadline is known."""
    decisive = None if listing.rolling else decisive_deadline(listing.deadlines)
    return deadline_at(decisive) if decisive else None


def is_open(listing: Listing, now: datetime) -> bool:
    """Whether an application would still be in time. The deadline's own second counts as in time."""
    end = closes_at(listing)
    return listing.state == "published" and (end is None or end >= now)


def takes_applications(listing: Listing, now: datetime) -> bool:
    """Whether it is open and has places left, or keeps a list of those who wait for one."""
    total = listing.places_total
    filled = total is not None and (listing.places_filled or 0) >= total and not listing.waiting_list
    return is_open(listing, now) and not filled


def unconfirmed_since(listing: Listing, now: datetime) -> datetime | None:
    """Since when the host of a published listing has not said that it is still right, where that is too long ago."""
    confirmed = listing.confirmed_at
    if listing.state != "published" or listing.demonstration or confirmed is None:
        return None
    return confirmed if confirmed + ASKED_AFTER + ANSWERED_WITHIN <= now else None


def time_line(listing: Listing) -> tuple[Moment, ...]:
    """The deadlines and the day of the result, in order; a result stands after the deadlines of its day."""
    moments = [
        (deadline_at(line), Moment(line.purpose, line.local_time.date(), line.local_time, line.zone, deadline_at(line)))
        for line in listing.deadlines
    ]
    if listing.result_on is not None:
        end_of_day = datetime.combine(listing.result_on, datetime.max.time(), UTC)
        moments.append((end_of_day, Moment("result", listing.result_on)))
    return tuple(moment for _at, moment in sorted(moments, key=lambda pair: (pair[0], pair[1].purpose)))
