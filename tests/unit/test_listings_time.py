"""Deadlines as moments, the one that decides, and the time line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.demo.builders import deadline, new_listing
from portal.listings import time
from portal.web.formats import days_until

EARLIEST, LATEST = datetime.fromisoformat("1980-01-01"), datetime.fromisoformat("2040-01-01")
ZONES = ("Asia/Shanghai", "Asia/Ho_Chi_Minh", "Asia/Yangon", "Asia/Dili", "America/New_York", "Europe/London")


@given(
    st.datetimes(EARLIEST, LATEST, timezones=st.just(UTC)),
    st.sampled_from(ZONES),
)
def test_a_clock_that_shows_a_moment_is_read_back_as_that_moment_or_its_second_occurrence(
    moment: datetime, zone: str
) -> None:
    shown = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    found = time.to_instant(shown, zone)
    assert found >= moment
    assert found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == shown


@given(
    st.datetimes(EARLIEST, LATEST),
    st.sampled_from(ZONES),
)
def test_both_readings_of_a_wall_clock_are_still_in_time(local_time: datetime, zone: str) -> None:
    found = time.to_instant(local_time, zone)
    for fold in (0, 1):
        assert local_time.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) <= found


def instant(local_time: str) -> datetime:
    return time.to_instant(datetime.fromisoformat(local_time), "America/New_York")


def test_the_hour_that_comes_twice_counts_to_its_end() -> None:
    assert instant("2026-11-01T01:30") == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_the_hour_that_is_left_out_counts_as_late_as_it_can() -> None:
    assert instant("2027-03-14T02:30") == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Beijing", "", "../etc/passwd", "Asia/Nowhere", "\x00", "CST/"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(Invalid) as caught:
        time.zone_of(zone)
    assert caught.value.code == "zone.unknown"


def test_the_hosts_deadline_decides_else_the_first() -> None:
    chain = [
        deadline("home-nomination", "2026-12-01T17:00"),
        deadline("host", "2026-12-20T17:00"),
        deadline("documents", "2027-01-20T17:00"),
    ]
    assert time.decisive_deadline(chain) is chain[1]
    assert time.decisive_deadline([chain[2], chain[0]]) is chain[0]
    assert time.decisive_deadline([]) is None


def test_deadlines_are_compared_as_moments_and_not_as_clocks() -> None:
    early = deadline("agency", "2026-12-01T18:00", "Asia/Tokyo")
    late = deadline("documents", "2026-12-01T17:00", "Asia/Bangkok")
    assert time.decisive_deadline([late, early]) is early


@given(st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400)))
def test_a_listing_is_open_up_to_its_deadline(distance: timedelta) -> None:
    end = datetime(2026, 12, 20, 9, tzinfo=UTC)  # 17:00 in Shanghai
    listing = new_listing("x", deadlines=[deadline("host", "2026-12-20T17:00")])
    assert time.closes_at(listing) == end
    assert time.is_open(listing, end + distance) == (distance <= timedelta(0))


def test_without_a_deadline_or_with_applications_at_any_time_it_stays_open() -> None:
    now = datetime(2090, 1, 1, tzinfo=UTC)
    assert time.is_open(new_listing("x", deadlines=[]), now)
    assert time.is_open(new_listing("x", rolling=True), now)
    assert not time.is_open(new_listing("x", rolling=True, state="closed"), now)


def test_the_time_line_is_in_order_and_ends_with_the_result() -> None:
    listing = new_listing(
        "x",
        deadlines=[deadline("host", "2026-12-20T23:59"), deadline("referee", "2026-12-18T17:00")],
        result_on=date(2026, 12, 20),
    )
    assert [moment.purpose for moment in time.time_line(listing)] == ["referee", "host", "result"]
    assert time.time_line(listing)[1].at == datetime(2026, 12, 20, 15, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "days"),
    [
        ("2026-12-01 00:30", 60), ("2026-12-01 08:56", 60), ("2026-12-01 15:59", 60), ("2026-12-01 16:01", 59),
        ("2027-01-29 16:01", 0), ("2027-01-30 15:58", 0), ("2027-01-30 16:00", -1),
    ],
)  # fmt: skip
def test_days_to_a_deadline_are_those_of_the_calendar_there(now: str, days: int) -> None:
    closes = time.to_instant(datetime.fromisoformat("2027-01-30 23:59"), "Asia/Shanghai")
    assert days_until(closes, datetime.fromisoformat(now).replace(tzinfo=UTC), "Asia/Shanghai") == days
