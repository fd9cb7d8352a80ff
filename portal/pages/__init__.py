"""Pages that say how the site works: ranking, sources, accessibility, privacy."""
