"""`python -m tests.benchmarks [NAME …]`: without arguments all of `NAMES`."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = (
    "engine", "page", "visit", "understanding", "elastic", "known_items", "throughput", "bulk", "eligible", "alerts",
    "matching", "people",
)  # fmt: skip

for name in sys.argv[1:] or NAMES:
    import_module(f"tests.benchmarks.{name}").run()
