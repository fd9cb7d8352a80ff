"""The text of a CV, and what it seems to say."""
