"""The geometry of charts: whatever the numbers, it stays in its field and says what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.statistics.charts import HEIGHT, WIDTH, bars, round_top, shares

COUNTS = st.integers(min_value=0, max_value=10**15)


@given(st.lists(COUNTS, max_size=400))
def test_bars_stay_in_their_field_and_keep_their_order(values: list[int]) -> None:
    chart = bars(values)
    assert [bar.value for bar in chart.bars] == values
    right = 0.0
    for bar in chart.bars:
        assert bar.x >= right - 0.02
        right = bar.x + bar.width
        assert right <= WIDTH + 0.02
        assert bar.y + bar.height == pytest.approx(HEIGHT, abs=0.02)
        assert 0 <= bar.height <= HEIGHT
        assert (bar.height > 0) == (bar.value > 0)
    for one in chart.bars:
        for other in chart.bars[:20]:
            assert (one.value <= other.value) <= (one.height <= other.height)


@pytest.mark.parametrize(
    ("values", "heights"),
    [([], []), ([0, 0], [0, 0]), ([1], [60]), ([2], [120]), ([5, 10], [60, 120]), ([1, 4 * 10**8], [1, 120])],
)
def test_heights(values: list[int], heights: list[float]) -> None:
    assert [bar.height for bar in bars(values).bars] == heights


@given(COUNTS)
def test_a_scale_ends_at_a_round_number_not_far_above_the_largest(largest: int) -> None:
    top = round_top(largest)
    assert largest <= top <= max(2, 2.5 * largest)
    assert str(top).rstrip("0") in ("2", "4", "1")


@given(st.dictionaries(st.text(min_size=1, max_size=3), COUNTS, max_size=12))
def test_shares_are_sorted_and_make_a_whole(counts: dict[str, int]) -> None:
    parts = shares(counts)
    assert {part.name: part.value for part in parts} == {name: value for name, value in counts.items() if value}
    assert [part.value for part in parts] == sorted((part.value for part in parts), reverse=True)
    if parts:
        assert sum(part.share for part in parts) == pytest.approx(1)
        assert parts[0].length == WIDTH
        assert all(0 <= part.length <= WIDTH for part in parts)
