"""What money lines come to."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.demo.builders import money_line
from portal.listings import codes, money
from portal.listings.models import MoneyLine

RANK = {"none": 0, "partly": 1, "full": 2}


@st.composite
def lines(draw: st.DrawFn) -> MoneyLine:
    amount = draw(st.none() | st.integers(1, 10**6))
    return money_line(
        draw(st.sampled_from(codes.MONEY_ITEMS)),
        draw(st.sampled_from(codes.MONEY_PAYERS)),
        amount,
        per=draw(st.sampled_from(codes.MONEY_PERIODS)) if amount else None,
        currency=draw(st.sampled_from(["CNY", "USD"])),
        level=draw(st.none() | st.sampled_from(codes.LEVELS)),
    )


@pytest.mark.parametrize(
    ("paid", "owed", "expected"),
    [
        (["stipend"], [], "full"),
        (["stipend", "tuition"], ["visa", "travel"], "full"),
        (["housing", "travel"], [], "full"),
        (["housing", "travel"], ["fee"], "partly"),
        (["stipend"], ["tuition"], "partly"),
        (["stipend"], ["housing"], "partly"),
        (["housing"], [], "partly"),
        (["tuition"], [], "partly"),
        ([], ["tuition"], "none"),
        ([], [], "none"),
    ],
)
def test_the_rule(paid: list[str], owed: list[str], expected: str) -> None:
    found = [money_line(item, "host") for item in paid] + [money_line(item, "participant", 100) for item in owed]
    assert money.funding(found) == expected


@pytest.mark.parametrize("award", ["degree", "double-degree", "joint-degree"])
def test_a_degree_is_fully_funded_only_where_its_teaching_is_paid_too(award: str) -> None:
    living = [money_line("stipend", "host", 3000, per="month"), money_line("housing", "host")]
    assert money.funding(living, ["master"], award) == "partly"
    assert money.funding(living, ["master"], "certificate") == "full"
    assert money.funding([*living, money_line("tuition", "host")], ["master"], award) == "full"
    for_doctors = money_line("tuition", "host", level="doctoral")
    assert money.funding([*living, for_doctors], ["master", "doctoral"], award) == "partly"


@given(
    st.lists(lines(), max_size=8), lines(), st.lists(st.sampled_from(codes.LEVELS), unique=True),
    st.sampled_from(codes.AWARDS),
)  # fmt: skip
def test_one_more_payment_never_makes_it_worse_and_one_more_cost_never_better(
    known: list[MoneyLine], more: MoneyLine, levels: list[str], award: str
) -> None:
    before, after = (RANK[money.funding(all_lines, levels, award)] for all_lines in (known, [*known, more]))
    assert after <= before if more.payer == "participant" else after >= before


@given(st.lists(lines(), max_size=8), st.lists(st.sampled_from(codes.LEVELS), unique=True))
def test_there_is_funding_only_where_there_are_benefits(known: list[MoneyLine], levels: list[str]) -> None:
    found = money.benefits(known)
    assert list(found) == [item for item in codes.MONEY_ITEMS if item in found]
    if not found:
        assert money.funding(known, levels) == "none"


@given(st.lists(lines(), max_size=8), st.randoms())
def test_the_order_of_lines_does_not_matter(known: list[MoneyLine], randomness: object) -> None:
    assert money.funding(known) == money.funding(list(reversed(known)))
    assert money.benefits(known) == money.benefits(list(reversed(known)))


def test_a_listing_is_worth_what_its_worst_funded_level_gets() -> None:
    known = [money_line("stipend", "host", 3500, per="month", level="doctoral"), money_line("tuition", "host")]
    assert money.funding(known, ["doctoral"]) == "full"
    assert money.funding(known, ["master", "doctoral"]) == "partly"


@given(st.lists(lines(), max_size=8))
def test_the_highest_stipend_is_one_of_the_lines_and_none_is_higher(known: list[MoneyLine]) -> None:
    best = money.highest_stipend(known)
    paid = [line for line in known if line.item == "stipend" and line.payer != "participant" and line.amount]
    assert (best is None) == (not paid)
    if best is not None:
        assert best in paid
        rivals = [
            line for line in paid if line.currency == best.currency and (line.per != "once") == (best.per != "once")
        ]
        assert all(money.monthly_value(line) <= money.monthly_value(best) for line in rivals)


def test_a_year_is_compared_as_twelve_months() -> None:
    yearly = money_line("stipend", "host", 36000, per="year")
    monthly = money_line("stipend", "host", 2900, per="month")
    once = money_line("stipend", "host", 99999, per="once")
    assert money.highest_stipend([monthly, once, yearly]) is yearly
    assert money.monthly_value(yearly) == Decimal(3000)


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ([], None),
        ([(4000, "month", None)], (4000, 4000)),
        ([(2900, "month", "master"), (4000, "month", "doctoral")], (2900, 4000)),
        ([(2900, "month", None), (4000, "month", "doctoral")], (2900, 4000)),
        ([(2900, "month", "master"), (4000, "month", None)], (4000, 4000)),  # masters get the larger, too
        ([(1500, "month", "master"), (4000, "month", "master")], (4000, 4000)),
        ([(9000, "once", "master"), (4000, "month", "doctoral")], (4000, 4000)),
    ],
)
def test_a_range_of_stipends_is_from_the_level_that_gets_least(
    paid: list[tuple[int, str, str | None]], expected: tuple[int, int] | None
) -> None:
    found = money.stipend_range([money_line("stipend", "host", n, per=per, level=level) for n, per, level in paid])
    assert (found and tuple(line.amount for line in found)) == expected


@given(st.lists(lines(), max_size=8))
def test_a_range_of_stipends_ends_with_the_highest(known: list[MoneyLine]) -> None:
    found = money.stipend_range(known)
    assert (found and found[1]) is money.highest_stipend(known)
    assert found is None or money.monthly_value(found[0]) <= money.monthly_value(found[1])
