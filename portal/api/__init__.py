"""The read API: listings, organisations, concepts and suggestions as JSON for other programs."""
