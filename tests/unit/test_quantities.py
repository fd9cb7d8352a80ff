"""Numbers and dates of queries, in all languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.concepts.quantities import find_limits
from search.concepts.understanding import Limit

TODAY = date(2026, 11, 27)


def read(text: str, today: date | None = TODAY) -> list[Limit]:
    return find_limits(text, [True] * len(text), today)


def said(text: str) -> tuple[str, str | float | None, str | float | None]:
    (limit,) = read(text)
    if limit.name not in ("starts", "closes"):
        return limit.name, limit.low, limit.high
    days = [None if m is None else datetime.fromtimestamp(m, UTC).date().isoformat() for m in (limit.low, limit.high)]
    return limit.name, days[0], days[1]


@pytest.mark.parametrize(
    "text",
    ["6个月", "六个月", "半年", "6 months", "six months", "half a year", "6 tháng", "sáu tháng", "6 เดือน", "๖ เดือน",
    "6 bulan",
     "enam bulan", "6 ເດືອນ", "໖ ເດືອນ", "6 ខែ", "៦ខែ", "၆ လ", "anim na buwan", "6 meses", "seis meses", "６个月"],
)  # fmt: skip
def test_six_months_in_every_language(text: str) -> None:
    assert said(text) == ("months", 6, 6)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("at least 3 months", 3, None), ("六个月以上", 6, None), ("อย่างน้อย 2 เดือน", 2, None),
        ("ไม่น้อยกว่า 3 เดือน", 3, None), ("không dưới 3 tháng", 3, None), ("3 tháng trở lên", 3, None),
        ("no more than 6 months", None, 6), ("ไม่มากกว่า 6 เดือน", None, 6), ("၆ လအောက်", None, 6),
        ("six months or less", None, 6),
        ("até 6 meses", None, 6), ("不超过六个月", None, 6), ("dưới 6 tháng", None, 6), ("maksimal 1 tahun", None, 12),
    ],
)  # fmt: skip
def test_lengths_have_a_bound_on_one_side_too(text: str, low: float | None, high: float | None) -> None:
    assert said(text) == ("months", low, high)


def test_a_school_year_is_one_period() -> None:
    first, second = (read("start " + years) for years in ("2027/2028", "2027"))
    assert len(first) == 1
    assert first[0].low == second[0].low
    assert first[0].high != second[0].high


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("1-2 years", 12, 24), ("1–2 năm", 12, 24), ("两年", 24, 24), ("3 ถึง 6 เดือน", 3, 6), ("12 weeks", 2.8, 2.8)],
)
def test_lengths_and_ranges(text: str, low: float, high: float) -> None:
    assert said(text) == ("months", low, high)


@pytest.mark.parametrize(
    "text",
    ["3月之前截止", "3月前", "before March", "hạn nộp trước tháng 3", "ก่อนมีนาคม", "ปิดรับก่อนเดือนมีนาคม",
    "sebelum Maret", "sebelum Mac",
     "ກ່ອນເດືອນມີນາ", "មុនខែមីនា", "မတ်လ မတိုင်မီ", "bago Marso", "antes de março"],
)  # fmt: skip
def test_before_march_in_every_language(text: str) -> None:
    assert said(text) == ("closes", None, "2027-03-01")


@pytest.mark.parametrize(
    "text",
    ["2027年3月截止", "截止2027年3月", "deadline in March", "hạn nộp tháng 3 năm 2027", "ปิดรับสมัครเดือนมีนาคม",
    "ปิดรับ มี.ค. 2570",
     "tenggat Maret 2027", "tarikh tutup Mac 2027", "ປິດຮັບເດືອນມີນາ", "ផុតកំណត់ខែមីនា", "deadline Marso 2027",
     "prazo em março"],
)  # fmt: skip
def test_a_deadline_in_march(text: str) -> None:
    assert said(text) == ("closes", "2027-03-01", "2027-03-31")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2027", "2027-01-01", "2027-12-31"), ("ปี 2570", "2027-01-01", "2027-12-31"), ("2027年", "2027-01-01",
        "2027-12-31"),
        ("năm 2027", "2027-01-01", "2027-12-31"), ("明年", "2027-01-01", "2027-12-31"), ("next year", "2027-01-01",
        "2027-12-31"),
        ("tháng 9 năm 2027", "2027-09-01", "2027-09-30"), ("2027-03", "2027-03-01", "2027-03-31"),
        ("tháng sau", "2026-12-01", "2026-12-31"), ("ខែមិថុនា", "2027-06-01", "2027-06-30"),
        ("15 March 2027", "2027-03-15", "2027-03-15"), ("ngày 31 tháng 3", "2027-03-31", "2027-03-31"),
        ("starting September", "2027-09-01", "2027-09-30"),
    ],
)  # fmt: skip
def test_when_it_starts(text: str, first: str, last: str) -> None:
    assert said(text) == ("starts", first, last)


@pytest.mark.parametrize(
    ("text", "currency", "low", "high"),
    [
        ("3000元以上", "CNY", 3000, None), ("3,000 RMB", "CNY", 3000, None), ("at least USD 500", "USD", 500, None),
        ("3.000 tệ", "CNY", 3000, None), ("dưới 500 đô la", "USD", None, 500), ("10000 บาท", "THB", 10000, None),
        ("minimal 5.000.000 rupiah", "IDR", 5_000_000, None),
    ],
)  # fmt: skip
def test_what_it_pays(text: str, currency: str, low: float | None, high: float | None) -> None:
    (limit,) = read(text)
    assert (limit.name, limit.unit, limit.low, limit.high) == ("stipend", currency, low, high)


@pytest.mark.parametrize(
    "text",
    [
        "may I apply",
        "march of the robots",
        "5G networks",
        "C++11",
        "IPv6",
        "Industry 4.0",
        "machine",
        "mac",
        "năm nay có gì hay",
    ],
)
def test_words_that_look_like_dates_are_none(text: str) -> None:
    assert [limit.span.text for limit in read(text)] in ([], ["năm nay"])


def test_without_a_day_only_what_names_its_year_is_read() -> None:
    assert read("before March", None) == []
    assert read("next year", None) == []
    assert [limit.name for limit in read("March 2027", None)] == ["starts"]


def test_what_a_label_has_taken_is_not_read() -> None:
    text = "HSK 6 months"
    assert find_limits(text, [False] * len(text), TODAY) == []


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(["2027", "6", "tháng", "年", "月", "3", "before", "บาท", "元", "-", " "]), max_size=9
    ).map("".join)
)
def test_any_text_is_read_without_overlap(text: str) -> None:
    limits = read(text)
    assert all(a.span.end <= b.span.start for a, b in pairwise(limits))
    assert all(text[limit.span.start : limit.span.end] == limit.span.text for limit in limits)
    assert all(limit.low is None or limit.high is None or limit.low <= limit.high for limit in limits)
