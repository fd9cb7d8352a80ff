"""The moment at which all tests take place."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def fixed_clock() -> datetime:
    return NOW
