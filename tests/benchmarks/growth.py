"""How a search on Elasticsearch grows to a million listings; by hand, it takes half an hour."""

from tests.benchmarks.elastic import run_growth as run

__all__ = ["run"]
