"""Pictures of numbers as geometry: pure functions from counts to rectangles, which templates draw.

The coordinates of bars fill a field of `WIDTH` × `HEIGHT`, y downwards as in SVG. What must be read (scale, dates) is
text beside the field, so that it keeps its size and font however wide the picture is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600.0, 120.0
_GAP = 0.2  # of a bar's place
_THINNEST = 1.0  # what is more than nothing is seen
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    """One value; `x` and `y` of its upper left corner."""

    x: float
    y: float
    width: float
    height: float
    value: int


@dataclass(frozen=True)
class Bars:
    """Values side by side; `top` is the value at the upper edge of the field."""

    bars: tuple[Bar, ...]
    top: int

    @property
    def middle(self) -> int | None:
        """The value in the middle of the scale, where that is a whole number."""
        return self.top // 2 if self.top % 2 == 0 else None


@dataclass(frozen=True)
class Share:
    """A part of a whole, from 0 to 1; `length` is that of its line in a field of `WIDTH`: the largest part fills it."""

    name: str
    value: int
    share: float
    length: float


def bars(values: Sequence[int]) -> Bars:
    """A bar for each value, in their order; values are not negative."""
    top = round_top(max(values, default=0))
    place = WIDTH / max(len(values), 1)
    made = []
    for number, value in enumerate(values):
        height = max(value / top * HEIGHT, _THINNEST) if value else 0.0
        x = (number + _GAP / 2) * place
        made.append(Bar(round(x, 2), round(HEIGHT - height, 2), round(place * (1 - _GAP), 2), round(height, 2), value))
    return Bars(tuple(made), top)


def round_top(largest: int) -> int:
    """The least of 2, 4, 10, 20, 40, 100, … that is not below the largest value: the end of a scale that reads well."""
    power = 1
    while True:
        for step in _STEPS:
            if 2 * step * power >= largest:
                return 2 * step * power
        power *= 10


def shares(counts: Mapping[str, int]) -> tuple[Share, ...]:
    """The parts of a whole, the largest first; what is nothing is left out."""
    total, largest = sum(counts.values()), max(counts.values(), default=0)
    found = sorted((item for item in counts.items() if item[1]), key=lambda item: (-item[1], item[0]))
    return tuple(Share(name, value, value / total, round(value / largest * WIDTH, 2)) for name, value in found)
