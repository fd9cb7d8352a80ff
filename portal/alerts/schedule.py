"""When letters about saved searches are due: at once, or in the morning of the person's day or week."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

FREQUENCIES = ("at-once", "daily", "weekly", "never")
MORNING = time(7, 30)
_MONDAY = 0
# Nobody is asked for a zone: the clock is that of the country where a language is mainly read. English is read in all
# of them, and Singapore's clock is an hour from most.
ZONES = {
    "zh-Hans": "Asia/Shanghai", "en": "Asia/Singapore", "vi": "Asia/Ho_Chi_Minh", "th": "Asia/Bangkok",
    "id": "Asia/Jakarta", "ms": "Asia/Kuala_Lumpur", "lo": "Asia/Vientiane", "km": "Asia/Phnom_Penh",
    "my": "Asia/Yangon", "fil": "Asia/Manila", "pt": "Asia/Dili",
}  # fmt: skip


def due_at(frequency: str, language: str, now: datetime) -> datetime:
    """When a letter about something found now is due; at most a day, or a week, later."""
    if frequency == "at-once":
        return now
    zone = ZoneInfo(ZONES[language])
    today = now.astimezone(zone).date()
    morning = datetime.combine(today, MORNING, zone)
    days = (_MONDAY - today.weekday()) % 7 if frequency == "weekly" else 0
    step = timedelta(days=7 if frequency == "weekly" else 1)
    found = morning + timedelta(days=days)
    return (found if found > now else found + step).astimezone(now.tzinfo)
