"""Hosts invite people whose names they do not know; the person decides what they learn."""
