"""The corridors picture: strands between China and the eleven states, drawn on the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.locales import COUNTRIES
from portal.web import formats

HUB = COUNTRIES[0]
WIDTH, MIDDLE, KNOT = 1000.0, 500.0, 74.0  # of the picture; the knot is the hub's bar
TOP, GAP, SPAN = 46.0, 11.0, 380.0
LABEL = 212.0  # where the strands end and names begin
THINNEST = 1.6
DYES = 4


@dataclass(frozen=True)
class Strand:
    """One corridor as a ribbon: `outer` at its country's name, `inner` at the hub; y of the middle, and its width."""

    home: str
    host: str
    country: str
    name: str
    count: int
    dye: int
    path: str
    width: float
    label_y: float
    share: float  # of the largest corridor: the bar of the phone's form


@dataclass(frozen=True)
class Picture:
    """Both sides: what the states offer to people from the hub, and what the hub offers to theirs."""

    incoming: tuple[Strand, ...]  # hosted in the states
    outgoing: tuple[Strand, ...]  # hosted in the hub
    height: float
    bar: tuple[float, float]  # y and height of the hub's bar
    rows: tuple[tuple[str, tuple[int, ...]], ...]  # the table: home, then the count for each host
    countries: tuple[str, ...]


def picture(counts: Mapping[tuple[str, str], int], reader: str) -> Picture:
    """The picture for a reader; corridors without a listing are left out of it, not of the table."""
    states = COUNTRIES[1:]
    largest = max((counts.get(pair, 0) for state in states for pair in ((state, HUB), (HUB, state))), default=0)
    height = TOP + SPAN + GAP * len(states)
    left = [(HUB, state, state) for state in states]
    right = [(state, HUB, state) for state in states]
    sides = [
        _side(sorted(side, key=lambda item: -counts.get(item[:2], 0)), counts, reader, largest, is_left)
        for side, is_left in ((left, True), (right, False))
    ]
    reach = [sum(strand.width for strand in side) for side in sides]
    bar = max([*reach, 60.0])
    rows = tuple((home, tuple(counts.get((home, host), 0) for host in COUNTRIES)) for home in COUNTRIES)
    return Picture(sides[0], sides[1], height, ((height + TOP - bar) / 2, bar), rows, COUNTRIES)


def _side(
    corridors: list[tuple[str, str, str]], counts: Mapping[tuple[str, str], int], reader: str, largest: int, left: bool
) -> tuple[Strand, ...]:
    shown = [item for item in corridors if counts.get(item[:2], 0)]
    total = sum(counts[item[:2]] for item in shown) or 1
    scale = min(SPAN / total, 44.0 / max(largest, 1))
    widths = [max(THINNEST, counts[item[:2]] * scale) for item in shown]
    height = TOP + SPAN + GAP * (len(COUNTRIES) - 1)
    # names need room of their own, however thin the strand
    rooms = [max(width + GAP, 32.0) for width in widths]
    outer = (height + TOP - sum(rooms)) / 2
    inner = (height + TOP - sum(widths)) / 2
    strands = []
    for place, ((home, host, country), width, room) in enumerate(zip(shown, widths, rooms, strict=True)):
        y, end = outer + room / 2, inner + width / 2
        strands.append(
            Strand(
                home, host, country, formats.country(country, reader), counts[home, host], place % DYES,
                _ribbon(y, end, left), round(width, 1), round(y, 1), counts[home, host] / max(largest, 1),
            )
        )  # fmt: skip
        outer, inner = outer + room, inner + width
    return tuple(strands)


def _ribbon(y: float, end: float, left: bool) -> str:
    start, stop = (LABEL, MIDDLE - KNOT / 2) if left else (WIDTH - LABEL, MIDDLE + KNOT / 2)
    bend = (start + stop) / 2
    return f"M{start:.0f} {y:.1f}C{bend:.0f} {y:.1f} {bend:.0f} {end:.1f} {stop:.0f} {end:.1f}"
