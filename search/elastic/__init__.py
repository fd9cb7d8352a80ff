"""The engine for many listings and many readers: an Elasticsearch cluster with the official plugin `analysis-icu`."""
