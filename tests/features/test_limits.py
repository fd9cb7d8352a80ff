"""Numbers and dates of a query, as the chips above the results word them for each reader."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from portal.discovery.limits import limit_text
from portal.locales import TAGS
from search.concepts.quantities import find_limits

TODAY = date(2026, 11, 27)

WEEKS = {
    "zh-Hans": "3周", "en": "3 weeks", "vi": "3 tuần", "th": "3 สัปดาห์", "id": "3 minggu", "ms": "3 minggu",
    "lo": "3 ອາທິດ", "km": "3 សប្ដាហ៍", "my": "3 ပတ်", "fil": "3 linggo", "pt": "3 semanas",
}  # fmt: skip
DAYS = {
    "zh-Hans": "至少10天", "en": "at least 10 days", "vi": "ít nhất 10 ngày", "th": "อย่างน้อย 10 วัน",
    "id": "minimal 10 hari", "ms": "sekurang-kurangnya 10 hari", "lo": "ຢ່າງໜ້ອຍ 10 ມື້", "km": "យ៉ាងតិច 10 ថ្ងៃ",
    "my": "အနည်းဆုံး 10 ရက်",
    "fil": "hindi bababa sa 10 araw", "pt": "pelo menos 10 dias",
}  # fmt: skip
SEMESTERS = {
    "zh-Hans": "2个学期", "en": "2 semesters", "vi": "2 học kỳ", "th": "2 ภาคเรียน", "id": "2 semester",
    "ms": "2 semester", "lo": "2 ພາກຮຽນ", "km": "2 ឆមាស", "my": "စာသင်နှစ်ဝက် 2 ခု", "fil": "2 na semestre",
    "pt": "2 semestres",
}  # fmt: skip
ROUGH = {
    "zh-Hans": "约6个月", "en": "around 6 months", "vi": "khoảng 6 tháng", "th": "ประมาณ 6 เดือน",
    "id": "sekitar 6 bulan", "ms": "sekitar 6 bulan", "lo": "ປະມານ 6 ເດືອນ", "km": "ប្រហែល 6 ខែ", "my": "6 လ ခန့်",
    "fil": "humigit-kumulang 6 buwan",
    "pt": "cerca de 6 meses",
}  # fmt: skip


def shown(app: Flask, query: str, reader: str) -> str:
    (limit,) = find_limits(query, [True] * len(query), TODAY)
    with app.test_request_context(f"/{reader}/"):
        app.preprocess_request()
        return limit_text(limit, reader)


@pytest.mark.parametrize("reader", TAGS)
@pytest.mark.parametrize(
    ("query", "expected"),
    [("3 tuần", WEEKS), ("10天以上", DAYS), ("two semesters", SEMESTERS), ("ประมาณ 6 เดือน", ROUGH)],
    ids=["weeks", "days", "semesters", "rough"],
)
def test_a_length_is_shown_in_the_unit_in_which_it_was_asked(
    app: Flask, query: str, expected: dict[str, str], reader: str
) -> None:
    assert shown(app, query, reader) == expected[reader]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("2–3 weeks", "2–3 weeks"), ("12 weeks", "12 weeks"), ("1 day", "1 day"), ("one semester", "1 semester"),
        ("1-2 semesters", "1–2 semesters"), ("1.5 years", "1.5 years"), ("一年半", "1.5 years"),
        ("半个月", "15 days"), ("6 months", "6 months"), ("18 months", "18 months"),
        ("under 2 years", "at most 2 years"),
        ("3000-5000元", "CN¥3,000 – CN¥5,000 a month"),
        ("about 3000元", "around CN¥3,000 a month"), ("3k rmb", "at least CN¥3,000 a month"),
        ("10k usd per year", "at least US$833.33 a month"),
        ("one school year", "1 school year"), ("2 school years", "2 school years"),
        ("deadline at least 2 weeks", "from 11 Dec 2026"), ("scholarship 2026", "2026"),
        ("under 35 years old", "see the conditions of each listing"),
        ("deadline in 2 weeks", "27 Nov 2026 – 11 Dec 2026"),
    ],
)  # fmt: skip
def test_what_was_asked_is_shown_as_it_was_asked(app: Flask, query: str, expected: str) -> None:
    assert shown(app, query, "en") == expected
