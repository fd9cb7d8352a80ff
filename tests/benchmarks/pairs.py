"""Timing two things in turn, so that a change of the machine's speed meets both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """Medians in milliseconds of ours and of the bare equivalent, and the median of the ratios turn by turn."""

    name: str
    ours: float
    bare: float
    ratio: float


def compare(name: str, ours: Callable[[], object], bare: Callable[[], object], turns: int = 15) -> Pair:
    """Run both in turn, once to warm up."""
    ours(), bare()
    mine, other = [], []
    for _turn in range(turns):
        mine.append(_milliseconds(ours))
        other.append(_milliseconds(bare))
    ratios = [a / b for a, b in zip(mine, other, strict=True)]
    return Pair(name, statistics.median(mine), statistics.median(other), statistics.median(ratios))


def show(title: str, pairs: Iterable[Pair], target: str) -> None:
    """Print a table of pairs and the median of their ratios."""
    found = list(pairs)
    print(f"\n{title}  (target {target})")
    for pair in found:
        print(f"  {pair.name:42} ours {pair.ours:9.2f} ms   bare {pair.bare:9.2f} ms   ratio {pair.ratio:6.2f}")
    print(f"  {'median of the ratios':42} {statistics.median(pair.ratio for pair in found):6.2f}")


def _milliseconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000
