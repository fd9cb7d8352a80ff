"""When letters about saved searches are due: at once, or in the morning of the person's day or week."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.locales import BY_TAG

FREQUENCIES = ("at-once", "daily", "weekly", "never")
MORNING = time(7, 30)
_MONDAY = 0
_MORNINGS = {"UTC": "Asia/Singapore"}  # English is read in all countries: this clock is an hour from most


def zone_of(language: str) -> ZoneInfo:
    """By whose clock the readers of a language have their morning: nobody is asked for a zone."""
    zone = BY_TAG[language].zone
    return ZoneInfo(_MORNINGS.get(zone, zone))


def due_at(frequency: str, language: str, now: datetime) -> datetime:
    """When a letter about something found now is due; at most a day, or a week, later."""
    if frequency == "at-once":
        return now
    zone = zone_of(language)
    today = now.astimezone(zone).date()
    morning = datetime.combine(today, MORNING, zone)
    days = (_MONDAY - today.weekday()) % 7 if frequency == "weekly" else 0
    step = timedelta(days=7 if frequency == "weekly" else 1)
    found = morning + timedelta(days=days)
    return (found if found > now else found + step).astimezone(now.tzinfo)
