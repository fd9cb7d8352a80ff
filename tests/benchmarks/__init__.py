"""Measurements, printed as ratios against a bare equivalent in the same run: `python -m tests.benchmarks
[engine|page|visit]`."""
