"""Dates of a demonstration listing: the deadline chain, the result, the start, and when it was posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from portal.demo.builders import deadline
from portal.demo.draft import Draft
from portal.listings.models import Deadline
from portal.listings.rules import add_months

CLOSED_SHARE = 0.04
ROLLING_SHARE = 0.06
NEAREST, FARTHEST = 3, 270  # days until the host's deadline
_ROLLING_KINDS = ("visiting-scholar", "shared-course", "training-base", "overseas-training")
_MORNING = 2  # UTC hour at which notices are posted: working hours in all twelve countries


@dataclass(frozen=True)
class Calendar:
    """All dates of one listing."""

    deadlines: tuple[Deadline, ...]
    rolling: bool
    result_on: date | None
    starts_from: date | None
    starts_until: date | None
    next_cycle_on: date | None
    posted_at: datetime
    updated_at: datetime
    confirmed_at: datetime | None


def make_calendar(draft: Draft) -> Calendar:
    """Deadlines in the order of the purposes, everything else in an order that follows from them."""
    rolling = draft.programme.kind in _ROLLING_KINDS and draft.chance(ROLLING_SHARE * 1.5) and not draft.nominated_by
    if rolling:
        return _rolling(draft)
    ahead = _days_ahead(draft)
    closing = draft.base + timedelta(days=ahead)
    result = closing + timedelta(days=draft.rng.randint(25, 50))
    start = _start(draft, result)
    posted, updated, confirmed = _notices(draft, latest=min(draft.base, closing - timedelta(days=30)))
    return Calendar(
        deadlines=tuple(_chain(draft, closing, result, ahead)),
        rolling=False,
        result_on=result if draft.chance(0.93) else None,
        starts_from=start,
        starts_until=add_months(start, draft.rng.randint(2, 5))
        if draft.programme.kind == "visiting-scholar"
        else start,
        next_cycle_on=add_months(closing.replace(day=1), 12) if draft.chance(0.6) else None,
        posted_at=posted,
        updated_at=updated,
        confirmed_at=confirmed,
    )


def _rolling(draft: Draft) -> Calendar:
    posted, updated, confirmed = _notices(draft, latest=draft.base)
    return Calendar((), True, None, None, None, None, posted, updated, confirmed)


def _days_ahead(draft: Draft) -> int:
    """Days until the host's deadline: near ones are likelier, a few are past."""
    if draft.chance(CLOSED_SHARE):
        return -draft.rng.randint(2, 40)
    nearest = 30 if draft.nominated_by else NEAREST  # a home institution needs time before that
    return nearest + int((FARTHEST - nearest) * draft.rng.random() ** 1.4)


def _chain(draft: Draft, closing: date, result: date, ahead: int) -> list[Deadline]:
    """home nomination < agency < referee ≤ host < documents."""
    rng, wanted = draft.rng, draft.programme.documents
    abroad = draft.partner.zone if draft.partner else draft.host.zone
    hour = rng.choice((time(17), time(23, 59)))
    chain = []
    if draft.nominated_by:
        home = closing - timedelta(days=rng.randint(18, 27) if ahead >= 0 else 12)
        chain.append(deadline("home-nomination", _at(home, time(17)), abroad))
        if draft.nominated_by in ("agency", "ministry"):
            chain.append(deadline("agency", _at(home + timedelta(days=rng.randint(5, 9)), time(17)), abroad))
    if "reference-letter" in wanted and draft.chance(0.6):
        chain.append(deadline("referee", _at(closing - timedelta(days=rng.randint(0, 6)), hour), draft.host.zone))
    chain.append(deadline("host", _at(closing, hour), draft.host.zone))
    if asks_later(draft) and draft.chance(0.5):
        chain.append(
            deadline("documents", _at(result + timedelta(days=rng.randint(10, 20)), time(17)), draft.host.zone)
        )
    return chain


def asks_later(draft: Draft) -> bool:
    """Whether papers are wanted after an offer (a stay in another country always wants a passport)."""
    return draft.programme.mode != "online"


def _start(draft: Draft, result: date) -> date:
    """The first of a month with time for a visa; degrees begin with a semester."""
    first = add_months((result + timedelta(days=45)).replace(day=1), 1)
    while draft.is_degree and first.month not in (3, 9):
        first = add_months(first, 1)
    return first


def _notices(draft: Draft, latest: date) -> tuple[datetime, datetime, datetime | None]:
    """Posted, updated and confirmed: in this order, none after the base date."""
    posted = latest - timedelta(days=draft.rng.randint(2, 70))
    updated = posted + timedelta(days=draft.rng.randint(0, (latest - posted).days))
    confirmed = updated + timedelta(days=draft.rng.randint(0, (draft.base - updated).days // 2))
    moments = [
        _at(day, time(_MORNING, draft.rng.randint(0, 59))).replace(tzinfo=UTC) for day in (posted, updated, confirmed)
    ]
    ordered = sorted(moments)
    return ordered[0], ordered[1], ordered[2] if draft.chance(0.92) else None


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour)
