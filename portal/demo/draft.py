"""What is settled about one demonstration listing before its facts are drawn."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from portal.demo.directory import Host
from portal.demo.programmes import Edition, Programme


@dataclass(frozen=True)
class Draft:
    """One edition with its host, partner, length and chance. `base` is the day the demonstration is made for."""

    programme: Programme
    edition: Edition
    rng: random.Random
    base: date
    host: Host
    partner: Host | None
    partner_role: str
    months: tuple[int, int]
    nominated_by: str | None  # who nominates, if anybody does
    concepts: tuple[str, ...]

    @property
    def is_degree(self) -> bool:
        """Whether a degree is studied for."""
        return self.programme.award.endswith("degree")

    @property
    def is_short_course(self) -> bool:
        """Whether it is a training course, with a course fee instead of tuition."""
        return self.programme.kind in ("training-base", "overseas-training", "shared-course")

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.rng.random() < probability
