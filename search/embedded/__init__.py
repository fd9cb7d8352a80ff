"""The engine that needs no server: SQLite FTS5 for words, bit sets in memory for facts and concepts."""
