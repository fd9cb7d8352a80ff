"""The site's team: what waits for a decision, people and organisations, announcements, what was done by whom."""
