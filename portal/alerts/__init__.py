"""Saved listings and searches, the letters they cause, a calendar of one's own, and listings side by side."""
