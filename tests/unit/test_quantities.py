"""Numbers and dates of queries, in all languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.concepts.quantities import find_limits
from search.concepts.quantities.words import number_of
from search.concepts.understanding import Length, Limit

TODAY = date(2026, 11, 27)


def read(text: str, today: date | None = TODAY) -> list[Limit]:
    return find_limits(text, [True] * len(text), today)


def said(text: str) -> tuple[str, str | float | None, str | float | None]:
    (limit,) = read(text)
    if limit.name not in ("starts", "closes", "open"):
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
        ("até 6 meses", None, 6), ("不超过六个月", None, 6), ("dưới 6 tháng", None, 6),
        ("maksimal 1 tahun", None, 12),
    ],
)  # fmt: skip
def test_lengths_have_a_bound_on_one_side_too(text: str, low: float | None, high: float | None) -> None:
    assert said(text) == ("months", low, high)


@pytest.mark.parametrize(
    "text",
    ["1 semester", "one semester", "1 học kỳ", "một học kì", "一学期", "一个学期", "หนึ่งภาคเรียน", "1 เทอม",
     "satu semester",
     "ໜຶ່ງພາກຮຽນ", "មួយឆមាស", "១ ឆមាស", "စာသင်နှစ်ဝက်", "၁ စာသင်နှစ်ဝက်", "isang semestre", "um semestre", "一個學期"],
)  # fmt: skip
def test_a_semester_is_four_to_six_months(text: str) -> None:
    assert said(text) == ("months", 4, 6)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("from 6 months", 6, None), ("từ 6 tháng", 6, None), ("dari 6 bulan", 6, None), ("from 3 to 6 months", 3, 6),
     ("từ 3 đến 6 tháng", 3, 6), ("从3到6个月", 3, 6), ("a partir de 6 meses", 6, None), ("6+ months", 6, None)],
)  # fmt: skip
def test_from_is_a_bound_unless_it_begins_a_range(text: str, low: float, high: float | None) -> None:
    assert said(text) == ("months", low, high)


def test_two_semesters_are_twice_as_long_and_bounds_take_the_wider_side() -> None:
    assert said("两个学期") == ("months", 8, 12)
    assert said("at least one semester") == ("months", 4, None)
    assert said("at most one semester") == ("months", None, 6)


@pytest.mark.parametrize(
    "text",
    ["10 days", "ten days", "10天", "十天", "10 ngày", "mười ngày", "10 วัน", "สิบวัน", "10 hari", "sepuluh hari",
     "10 ມື້",
     "10 ວັນ", "១០ ថ្ងៃ", "ដប់ថ្ងៃ", "၁၀ ရက်", "ဆယ်ရက်", "10 araw", "10 dias", "dez dias"],
)  # fmt: skip
def test_ten_days_in_every_language(text: str) -> None:
    assert said(text) == ("months", 0.3, 0.3)


@pytest.mark.parametrize(
    "text",
    ["三周", "three weeks", "3 tuần", "ba tuần", "3 สัปดาห์", "สามสัปดาห์", "3 minggu", "tiga pekan", "3 ອາທິດ", "ສາມອາທິດ",
     "៣ សប្តាហ៍", "បីសប្ដាហ៍", "၃ ပတ်", "သုံးပတ်", "tatlong linggo", "três semanas", "三个星期", "3礼拜"],
)  # fmt: skip
def test_three_weeks_keep_the_unit_in_which_they_were_asked(text: str) -> None:
    (limit,) = read(text)
    assert limit.length == Length(3, 3, "weeks")
    assert (limit.low, limit.high) == (0.7, 0.8)


@pytest.mark.parametrize(
    "text",
    [
        "两年",
        "two years",
        "hai năm",
        "สองปี",
        "dua tahun",
        "ສອງປີ",
        "ពីរឆ្នាំ",
        "နှစ်နှစ်",
        "၂ နှစ်",
        "dalawang taon",
        "dois anos",
    ],
)
def test_two_years_in_words_of_every_language(text: str) -> None:
    assert said(text) == ("months", 24, 24)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("半年", 6), ("nửa năm", 6), ("ครึ่งปี", 6), ("setengah tahun", 6), ("separuh tahun", 6), ("ເຄິ່ງປີ", 6),
        ("កន្លះឆ្នាំ", 6), ("နှစ်ဝက်", 6), ("kalahating taon", 6), ("meio ano", 6), ("半个月", 0.5), ("nửa tháng", 0.5),
        ("ครึ่งเดือน", 0.5), ("setengah bulan", 0.5), ("ເຄິ່ງເດືອນ", 0.5), ("កន្លះខែ", 0.5), ("လဝက်", 0.5),
        ("kalahating buwan", 0.5), ("meio mês", 0.5), ("a fortnight", 0.5), ("setahun", 12), ("sebulan", 1),
    ],
)  # fmt: skip
def test_lengths_that_are_one_phrase(text: str, months: float) -> None:
    assert said(text) == ("months", months, months)


@pytest.mark.parametrize(
    "text",
    ["约6个月", "六个月左右", "around 6 months", "about six months", "khoảng 6 tháng", "tầm 6 tháng", "ประมาณ 6 เดือน",
     "ราว ๆ 6 เดือน", "sekitar 6 bulan", "kira-kira 6 bulan", "lebih kurang 6 bulan", "ປະມານ 6 ເດືອນ", "ប្រហែល ៦ ខែ",
     "၆ လခန့်",
     "mga 6 na buwan", "humigit-kumulang 6 na buwan", "cerca de 6 meses"],
)  # fmt: skip
def test_a_rough_length_has_leeway(text: str) -> None:
    (limit,) = read(text)
    assert (limit.low, limit.high, limit.around) == (4.8, 7.2, True)


@pytest.mark.parametrize(
    "text",
    ["within 2 weeks deadline", "deadline in 2 weeks", "closing in the next 2 weeks", "closing within 14 days",
     "两周内截止",
     "未来两周内截止", "hạn trong 2 tuần", "hạn nộp trong vòng hai tuần", "ปิดรับภายใน 2 สัปดาห์", "ปิดรับสมัครในอีก 2 สัปดาห์",
     "tenggat dalam 2 minggu", "tarikh tutup dalam masa 2 minggu", "ປິດຮັບພາຍໃນ 2 ອາທິດ",
     "ផុតកំណត់ក្នុងរយៈពេល ២ សប្តាហ៍", "၂ ပတ်အတွင်း ပိတ်မည့်", "deadline sa loob ng 2 linggo", "prazo em 2 semanas",
     "encerra dentro de 2 semanas"],
)  # fmt: skip
def test_a_deadline_within_two_weeks_is_no_duration(text: str) -> None:
    assert said(text) == ("closes", "2026-11-27", "2026-12-11")


def test_applications_that_open_do_not_close() -> None:
    assert said("เปิดรับสมัครมีนาคม")[0] == "starts"
    assert said("ปิดรับสมัครมีนาคม")[0] == "closes"
    assert said("เปิดเทอมฤดูใบไม้ร่วง 2570") == ("starts", "2027-08-01", "2027-10-31")


def test_a_deadline_that_is_some_time_away() -> None:
    assert said("deadline at least 2 weeks") == ("closes", "2026-12-11", None)
    assert said("closing within a month") == ("closes", "2026-11-27", "2026-12-28")
    assert said("within 2 weeks") == ("months", None, 0.5)
    assert read("deadline in 2 weeks", None)[0].name == "months"


def test_each_word_beside_a_number_counts_once() -> None:
    assert [(limit.name, limit.span.text) for limit in read("6 months deadline in March")] == [
        ("months", "6 months"),
        ("closes", "deadline in March"),
    ]
    assert [(limit.name, limit.span.text) for limit in read("one semester deadline in 2 weeks")] == [
        ("months", "one semester"),
        ("closes", "deadline in 2 weeks"),
    ]
    assert [(limit.name, limit.span.text) for limit in read("两周内截止 半年")] == [
        ("closes", "两周内截止"),
        ("months", "半年"),
    ]
    assert [(limit.name, limit.span.text) for limit in read("3月开学6月截止")] == [
        ("starts", "3月开学"),
        ("closes", "6月截止"),
    ]


@pytest.mark.parametrize(
    "text",
    ["至少3个月", "三个月以上", "at least 3 months", "minimum 3 months", "over 3 months", ">3 months",
     "ít nhất 3 tháng", "hơn 3 tháng",
     "tối thiểu ba tháng", "อย่างน้อย 3 เดือน", "3 เดือนขึ้นไป", "ขั้นต่ำ 3 เดือน", "minimal 3 bulan", "lebih dari 3 bulan",
     "setidaknya tiga bulan", "sekurang-kurangnya 3 bulan", "melebihi 3 bulan", "ຢ່າງໜ້ອຍ 3 ເດືອນ", "3 ເດືອນຂຶ້ນໄປ",
     "យ៉ាងតិច ៣ ខែ", "លើសពី ៣ ខែ", "អប្បបរមា ៣ ខែ", "အနည်းဆုံး ၃ လ", "၃ လအထက်", "hindi bababa sa 3 buwan",
     "higit sa tatlong buwan",
     "pelo menos 3 meses", "mais de três meses", "mínimo de 3 meses"],
)  # fmt: skip
def test_at_least_three_months_in_every_language(text: str) -> None:
    assert said(text) == ("months", 3, None)


@pytest.mark.parametrize(
    "text",
    ["最多3个月", "三个月以内", "3个月内", "at most 3 months", "under 3 months", "up to three months",
     "within 3 months", "<3 months",
     "tối đa 3 tháng", "dưới 3 tháng", "không quá ba tháng", "ไม่เกิน 3 เดือน", "ต่ำกว่า 3 เดือน", "สูงสุด 3 เดือน",
     "maksimal 3 bulan", "kurang dari 3 bulan", "paling lama tiga bulan", "tidak melebihi 3 bulan",
     "maksimum 3 bulan",
     "ບໍ່ເກີນ 3 ເດືອນ", "ໜ້ອຍກວ່າ 3 ເດືອນ", "មិនលើស ៣ ខែ", "ក្រោម ៣ ខែ", "အများဆုံး ၃ လ", "၃ လအတွင်း",
     "hindi hihigit sa 3 buwan", "wala pang tatlong buwan", "no máximo 3 meses", "menos de três meses",
     "até 3 meses"],
)  # fmt: skip
def test_at_most_three_months_in_every_language(text: str) -> None:
    assert said(text) == ("months", None, 3)


def test_a_school_year_is_one_period() -> None:
    assert read("2027/2028")[0].high == read("2027/28")[0].high == read("ปี 2570-71")[0].high
    first, second = (read("start " + years) for years in ("2027/2028", "2027"))
    assert len(first) == 1
    assert first[0].low == second[0].low
    assert first[0].high != second[0].high


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("1-2 years", 12, 24), ("1–2 năm", 12, 24), ("两年", 24, 24), ("3 ถึง 6 เดือน", 3, 6), ("12 weeks", 2.8, 3.0),
     ("4 weeks", 0.9, 1.0),
     ("2 tuần", 0.5, 0.5), ("1 day", 0.1, 0.1), ("một năm rưỡi", 18, 18), ("一年半", 18, 18),
     ("1 tahun setengah", 18, 18),
     ("ba đến sáu tháng", 3, 6), ("三到六个月", 3, 6), ("3 hingga 6 bulan", 3, 6), ("3 a 6 meses", 3, 6),
     ("三個月", 3, 3)],
)  # fmt: skip
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
    "text",
    ["2027年3月截至", "报名截止时间2027年3月", "closing date March 2027", "applications close in March",
     "due Mar 2027",
     "hạn cuối tháng 3", "đóng đơn tháng 3 năm 2027", "ปิดรับ มี.ค.", "หมดเขตเดือนมีนาคม", "วันสุดท้าย มีนา 2570",
     "เดดไลน์มีนาคม",
     "batas pendaftaran Maret", "ditutup Maret 2027", "tarikh akhir permohonan Mac 2027", "ໝົດເຂດເດືອນມີນາ", "ປິດເດືອນ 3",
     "ថ្ងៃផុតកំណត់ ខែមីនា", "បិទទទួលពាក្យខែ៣", "မတ်လ ပိတ်မည့်", "နောက်ဆုံးရက် မတ်လ", "huling araw Marso", "magsasara sa Marso",
     "data limite março", "prazo mar 2027", "encerra em março"],
)  # fmt: skip
def test_deadlines_in_march_as_people_put_them(text: str) -> None:
    name, _first, last = said(text)
    assert (name, last) == ("closes", "2027-03-31")


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
    "text",
    ["秋季入学", "2027年秋季", "2027秋入学", "秋季学期", "秋季", "fall 2027", "autumn intake", "fall semester 2027",
     "kỳ mùa thu", "mùa thu 2027",
     "kỳ thu 2027", "ฤดูใบไม้ร่วง 2027", "ภาคเรียนฤดูใบไม้ร่วง", "ฤดูใบไม้ร่วง 2570", "semester musim gugur",
     "musim luruh 2027",
     "ລະດູໃບໄມ້ຫຼົ່ນ 2027", "សរទរដូវ ២០២៧", "ဆောင်းဦး ၂၀၂၇", "taglagas 2027", "outono de 2027"],
)  # fmt: skip
def test_autumn_is_when_studies_of_autumn_begin(text: str) -> None:
    assert said(text) == ("starts", "2027-08-01", "2027-10-31")


@pytest.mark.parametrize(
    ("text", "today", "first", "last"),
    [
        ("spring intake", date(2026, 11, 27), "2027-02-01", "2027-04-30"),
        ("spring intake", date(2027, 4, 30), "2027-02-01", "2027-04-30"),
        ("spring intake", date(2027, 5, 1), "2028-02-01", "2028-04-30"),
        ("summer term", date(2027, 1, 1), "2027-06-01", "2027-08-31"),
        ("winter term", date(2026, 11, 27), "2026-12-01", "2027-02-28"),
        ("winter term", date(2027, 1, 15), "2026-12-01", "2027-02-28"),
        ("winter 2027", date(2026, 11, 27), "2027-12-01", "2028-02-29"),
    ],
)
def test_a_season_without_a_year_is_the_one_that_is_not_over(text: str, today: date, first: str, last: str) -> None:
    (limit,) = read(text, today)
    days = [datetime.fromtimestamp(moment or 0, UTC).date().isoformat() for moment in (limit.low, limit.high)]
    assert days == [first, last]


@pytest.mark.parametrize("text", ["java spring boot", "mùa thu Hà Nội", "春天", "free fall", "summer school"])
def test_a_season_alone_is_weather(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    "text",
    ["15 March 2027", "March 15, 2027", "March 15th, 2027", "2027年3月15日", "ngày 15 tháng 3 năm 2027", "15 tháng 3",
     "15 มีนาคม 2570",
     "15 มี.ค. 2570", "15 Maret 2027", "15 Mac 2027", "ວັນທີ 15 ເດືອນມີນາ", "ថ្ងៃទី១៥ ខែមីនា", "မတ်လ ၁၅ ရက်", "Marso 15, 2027",
     "15 de março de 2027", "2027-03-15"],
)  # fmt: skip
def test_the_fifteenth_of_march_in_every_language(text: str) -> None:
    assert said(text) == ("starts", "2027-03-15", "2027-03-15")


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
    ("text", "currency", "low", "high"),
    [
        ("3千元", "CNY", 3000, None), ("三千元", "CNY", 3000, None), ("三千块", "CNY", 3000, None),
        ("3千块钱", "CNY", 3000, None),
        ("一万五千人民币", "CNY", 15000, None), ("1.5万元", "CNY", 15000, None), ("人民币3000", "CNY", 3000, None),
        ("每月3000元", "CNY", 3000, None), ("月薪3000元以上", "CNY", 3000, None), ("3000-5000元", "CNY", 3000, 5000),
        ("不超过5000元", "CNY", None, 5000), ("500美刀", "USD", 500, None), ("約3000元", "CNY", 2400, 3600),
        ("RMB 3k", "CNY", 3000, None), ("¥3000", "CNY", 3000, None), ("$1,200 a month", "USD", 1200, None),
        ("five hundred dollars", "USD", 500, None), ("over 500 bucks", "USD", 500, None),
        ("RM 2,000", "MYR", 2000, None),
        ("2 triệu", "VND", 2e6, None), ("2tr", "VND", 2e6, None), ("1,5 triệu đồng", "VND", 1.5e6, None),
        ("2-3 triệu", "VND", 2e6, 3e6), ("hai triệu đồng", "VND", 2e6, None),
        ("500 nghìn đồng", "VND", 500_000, None),
        ("3 nghìn tệ", "CNY", 3000, None), ("3k tệ", "CNY", 3000, None), ("500 đô/tháng", "USD", 500, None),
        ("500 đô la mỗi tháng", "USD", 500, None), ("5.000.000đ", "VND", 5e6, None),
        ("tối đa 2 triệu", "VND", None, 2e6),
        ("5 พัน", "THB", 5000, None), ("5 พันบาท", "THB", 5000, None), ("ห้าพันบาท", "THB", 5000, None),
        ("เดือนละ 1 หมื่นบาท", "THB", 10000, None), ("ไม่ต่ำกว่า 3,000 หยวน", "CNY", 3000, None),
        ("฿5000", "THB", 5000, None),
        ("500 ดอลลาร์ต่อเดือน", "USD", 500, None), ("500 เหรียญ", "USD", 500, None),
        ("2 juta", "IDR", 2e6, None), ("rp 2 juta", "IDR", 2e6, None), ("Rp2.000.000", "IDR", 2e6, None),
        ("rp 2,5jt", "IDR", 2.5e6, None), ("lima ratus ribu rupiah", "IDR", 500_000, None),
        ("500rb rupiah", "IDR", 500_000, None),
        ("2 ribu ringgit", "MYR", 2000, None), ("RM500 sebulan", "MYR", 500, None),
        ("dua ribu ringgit", "MYR", 2000, None),
        ("3000 ຢວນ", "CNY", 3000, None), ("2 ລ້ານກີບ", "LAK", 2e6, None), ("ສາມພັນຢວນ", "CNY", 3000, None),
        ("500 ໂດລາຕໍ່ເດືອນ", "USD", 500, None), ("៥០០ ដុល្លារ", "USD", 500, None), ("៣ពាន់យន់", "CNY", 3000, None),
        ("២ លានរៀល", "KHR", 2e6, None), ("ប្រាំពាន់យ័ន", "CNY", 5000, None),
        ("၅ သိန်း", "MMK", 500_000, None), ("ကျပ် ၅ သိန်း", "MMK", 500_000, None), ("ယွမ် ၃၀၀၀", "CNY", 3000, None),
        ("ဒေါ်လာ ၅၀၀", "USD", 500, None), ("၃ ထောင် ယွမ်", "CNY", 3000, None),
        ("5 libong piso", "PHP", 5000, None), ("limang libong piso", "PHP", 5000, None),
        ("₱5,000 kada buwan", "PHP", 5000, None),
        ("500 dolyar", "USD", 500, None), ("500 dólares por mês", "USD", 500, None),
        ("três mil dólares", "USD", 3000, None),
        ("pelo menos 3 mil yuans", "CNY", 3000, None), ("no máximo 500 dólares", "USD", None, 500),
    ],
)  # fmt: skip
def test_sums_as_they_are_typed(text: str, currency: str, low: float | None, high: float | None) -> None:
    (limit,) = read(text)
    assert (limit.name, limit.unit, limit.low, limit.high) == ("stipend", currency, low, high)


@pytest.mark.parametrize(
    "text",
    ["hạn nộp trước 15/3/2027", "before 3/15/2027", "before 15.3.2027", "sebelum 15/03/2027", "antes de 15-3-2027",
     "ກ່ອນ 15/3/2027", "មុន ១៥/៣/២០២៧", "ก่อน 15/3/2570", "15/3/2027 မတိုင်မီ",
     "bago 15/3/2027", "2027/3/15前", "before 15/3/27", "before 15/3", "trước ngày 15/3",
     "3.15前截止", "3/15前", "三月十五日之前", "三月十五号前截止", "3月15日前", "មុនថ្ងៃទី១៥ ខែមីនា"],
)  # fmt: skip
def test_before_the_fifteenth_of_march_in_digits_and_words(text: str) -> None:
    assert said(text) == ("closes", None, "2027-03-15")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("15/3/2027", "2027-03-15", "2027-03-15"), ("4/3/2027", "2027-03-04", "2027-03-04"),
     ("9/2027", "2027-09-01", "2027-09-30"), ("start 5/4", "2027-04-05", "2027-04-05"),
     ("start 27/11", "2026-11-27", "2026-11-27"), ("start 26/11", "2027-11-26", "2027-11-26"),
     ("4月5日 入学", "2027-04-05", "2027-04-05"), ("4/5开始", "2027-04-05", "2027-04-05"),
     ("၁၅ ရက် မတ်လ ၂၀၂၇", "2027-03-15", "2027-03-15"), ("၂၀၂၇ မတ်လ ၁၅ ရက်", "2027-03-15", "2027-03-15")],
)  # fmt: skip
def test_days_and_months_in_digits(text: str, first: str, last: str) -> None:
    assert said(text) == ("starts", first, last)


@pytest.mark.parametrize("text", ["31/31/2027", "30/2/2027", "13/2027", "15/3", "15/3/27", "24/7", "1.2.3", "3.15"])
def test_numbers_that_are_no_dates_leave_no_year_behind(text: str) -> None:
    assert read(text) == []


def test_a_29_february_is_one_of_a_year_that_has_it() -> None:
    assert read("before 29/2") == []
    (limit,) = read("before 29/2", date(2027, 5, 1))
    assert limit.high == datetime(2028, 2, 29, tzinfo=UTC).timestamp()


def test_a_score_before_a_word_for_the_deadline_is_no_date() -> None:
    assert [limit.span.text for limit in read("IELTS 6.5 deadline March")] == ["deadline March"]


@pytest.mark.parametrize(
    "text",
    ["明年九月入学", "明年9月", "September next year", "tháng 9 năm sau", "กันยายนปีหน้า", "กันยาปีหน้า",
     "September tahun depan", "ເດືອນກັນຍາປີໜ້າ", "ខែកញ្ញាឆ្នាំក្រោយ", "နောက်နှစ် စက်တင်ဘာ",
     "Setyembre susunod na taon", "setembro do próximo ano"],
)  # fmt: skip
def test_a_month_of_the_next_year_is_one_date(text: str) -> None:
    assert said(text) == ("starts", "2027-09-01", "2027-09-30")


def test_a_season_of_the_next_year_is_one_date() -> None:
    assert said("明年秋季") == said("fall next year") == ("starts", "2027-08-01", "2027-10-31")


@pytest.mark.parametrize(
    "text",
    ["即将截止", "快截止", "closing soon", "closes soon", "sắp hết hạn", "ใกล้ปิดรับ", "ใกล้ปิดรับสมัคร", "segera tutup",
     "hampir tutup", "ໃກ້ປິດຮັບ", "ជិតផុតកំណត់", "ပိတ်ခါနီး", "malapit nang magsara", "encerra em breve"],
)  # fmt: skip
def test_what_closes_soon_closes_within_thirty_days(text: str) -> None:
    assert said(text) == ("closes", "2026-11-27", "2026-12-27")


@pytest.mark.parametrize(
    "text",
    ["下周截止", "下周", "deadline next week", "next week", "hạn nộp tuần sau", "ปิดรับสัปดาห์หน้า", "tenggat minggu depan",
     "tutup minggu hadapan", "ປິດຮັບອາທິດໜ້າ", "ផុតកំណត់សប្តាហ៍ក្រោយ", "နောက်အပတ် ပိတ်မည့်", "deadline sa susunod na linggo",
     "prazo na próxima semana"],
)  # fmt: skip
def test_the_next_week_is_when_it_closes(text: str) -> None:
    assert said(text) == ("closes", "2026-11-30", "2026-12-06")


def test_weeks_run_from_monday_to_sunday_and_begin_studies_only_where_it_is_said() -> None:
    assert said("this week") == said("本周截止") == ("closes", "2026-11-23", "2026-11-29")
    assert said("starting next week") == ("starts", "2026-11-30", "2026-12-06")
    assert said("next month") == ("starts", "2026-12-01", "2026-12-31")


@pytest.mark.parametrize(
    "text",
    ["scholarship 2026", "2026年", "ปี 2569", "this year", "今年", "năm nay", "ปีนี้", "tahun ini", "ປີນີ້", "ឆ្នាំនេះ", "ဒီနှစ်",
     "ngayong taon", "este ano"],
)  # fmt: skip
def test_the_present_year_alone_asks_for_what_is_open_in_it(text: str) -> None:
    assert said(text) == ("open", "2026-01-01", "2026-12-31")


def test_the_present_year_beside_a_word_is_when_it_starts_or_closes() -> None:
    assert said("start 2026")[0] == said("今年入学")[0] == "starts"
    assert said("deadline 2026")[0] == "closes"
    assert said("December 2026")[0] == said("2026/2027")[0] == said("2027")[0] == "starts"


@pytest.mark.parametrize(
    "text",
    ["24000 yuan a year", "CNY 24,000 per year", "24000元/年", "每年24000元", "年薪2.4万", "每年2.4万", "2.4万元一年",
     "24000 tệ một năm", "24,000 หยวนต่อปี", "24000 yuan setahun", "24000 yuan per tahun", "24000 ຢວນຕໍ່ປີ",
     "24000 យន់ក្នុងមួយឆ្នាំ", "တစ်နှစ်လျှင် ယွမ် ၂၄၀၀၀", "24000 yuan kada taon", "24000 yuans por ano"],
)  # fmt: skip
def test_what_is_paid_a_year_is_a_twelfth_a_month(text: str) -> None:
    (limit,) = read(text)
    assert (limit.name, limit.unit, limit.low, limit.span.text) == ("stipend", "CNY", 2000, text)


def test_pay_needs_no_currency() -> None:
    found = [
        (limit.unit, limit.low)
        for text in ("月薪5千", "月薪一万以上", "月薪5000", "เดือนละหมื่น", "月薪3000美元")
        for limit in read(text)
    ]
    assert found == [("CNY", 5000), ("CNY", 10000), ("CNY", 5000), ("THB", 10000), ("USD", 3000)]


def test_a_year_beside_what_is_paid_a_month_is_how_long() -> None:
    assert [(limit.name, limit.low) for limit in read("3000元/月 一年")] == [("stipend", 3000), ("months", 12)]
    assert [(limit.name, limit.low) for limit in read("每月3000元 一年")] == [("stipend", 3000), ("months", 12)]


@pytest.mark.parametrize(
    "text",
    ["under 35 years old", "age under 35", "35岁以下", "三十五岁以下", "年龄不超过35", "tuổi dưới 35", "dưới 35 tuổi",
     "อายุไม่เกิน 35", "อายุไม่เกิน 35 ปี", "di bawah 35 tahun", "usia maksimal 35", "umur tidak melebihi 35 tahun",
     "ອາຍຸບໍ່ເກີນ 35 ປີ", "អាយុក្រោម ៣៥ ឆ្នាំ", "အသက် ၃၅ နှစ်အောက်", "hindi hihigit sa 35 taong gulang", "até 35 anos de idade"],
)  # fmt: skip
def test_an_age_is_no_length(text: str) -> None:
    (limit,) = read(text)
    assert (limit.name, limit.low, limit.high, limit.span.text) == ("age", None, 35, text)


def test_years_are_an_age_only_where_they_cannot_be_a_length() -> None:
    assert said("18-35 tuổi") == ("age", 18, 35)
    assert said("at most 10 years") == ("months", None, 120)
    assert read("35 years") == read("over 15 years of experience") == []


@pytest.mark.parametrize(
    "text",
    ["一学年", "1 school year", "one academic year", "1 năm học", "1 ปีการศึกษา", "satu tahun ajaran",
     "satu tahun akademik", "1 ສົກຮຽນ", "១ ឆ្នាំសិក្សា", "၁ ပညာသင်နှစ်", "isang taong panuruan", "um ano letivo"],
)  # fmt: skip
def test_a_school_year_is_nine_to_twelve_months(text: str) -> None:
    assert said(text) == ("months", 9, 12)


def test_a_sum_takes_the_words_for_a_month_beside_it() -> None:
    assert [limit.span.text for limit in read("USD 500 a month, 6 months")] == ["USD 500 a month", "6 months"]
    assert [limit.span.text for limit in read("3000元/月")] == ["3000元/月"]


@pytest.mark.parametrize(
    "text",
    [
        "PHP 8",
        "C++ 17",
        "3D",
        "học bổng do chính phủ cấp",
        "2 địa điểm",
        "a year",
        "Nam bộ",
        "Hải Nam",
        "ငါးလုပ်ငန်း",
        "ဒီလီ",
    ],
)
def test_numbers_that_are_no_sums_or_lengths(text: str) -> None:
    assert read(text) == []


def test_a_year_before_a_word_like_a_currency_is_a_year() -> None:
    assert said("học bổng 2027 do chính phủ") == ("starts", "2027-01-01", "2027-12-31")
    assert said("cộng đồng 2027") == ("starts", "2027-01-01", "2027-12-31")


@pytest.mark.parametrize("piece", ["十", "一千万", "2027 ", "6个月", "1,", "9", "deadline in ", "ten ", "3月", "1-"])
def test_a_long_row_of_numbers_is_read_in_time(piece: str) -> None:
    text = (piece * 400)[:400].strip()
    started = perf_counter()
    for _ in range(3):
        read(text)
    assert perf_counter() - started < 3  # a hundredth of it is usual


@given(st.integers(1, 99_999_999))
def test_chinese_numerals_are_read_as_they_are_written(number: int) -> None:
    assert number_of(in_han(number)) == number


def in_han(number: int) -> str:
    if number >= 10_000:
        return in_han(number // 10_000) + "万" + (in_han(number % 10_000) if number % 10_000 else "")
    digits = str(number)
    return "".join(
        "零一二三四五六七八九"[int(digit)] + power if digit != "0" else ""
        for digit, power in zip(digits, ["千", "百", "十", ""][-len(digits) :], strict=True)
    )


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
        st.sampled_from(
            [
                "2027",
                "6",
                "tháng",
                "年",
                "月",
                "3",
                "before",
                "บาท",
                "元",
                "-",
                " ",
                "万",
                "千",
                "triệu",
                "deadline",
                "秋季",
                "学期",
                "周",
                "半",
                "+",
            ]
        ),
        max_size=9,
    ).map("".join)
)
def test_any_text_is_read_without_overlap(text: str) -> None:
    limits = read(text)
    assert all(a.span.end <= b.span.start for a, b in pairwise(limits))
    assert all(text[limit.span.start : limit.span.end] == limit.span.text for limit in limits)
    assert all(limit.low is None or limit.high is None or limit.low <= limit.high for limit in limits)


@pytest.mark.parametrize(
    "text", ["học máy", "redes inteligentes", "smart ports", "ຫຼັກສູດປັນຍາປະດິດ", "人工智能奖学金", "Việt Nam"]
)
def test_what_has_no_number_and_no_date_is_told_at_once(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.concepts.quantities.Unread", None)
    assert read(text) == []
