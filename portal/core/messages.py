"""Marks message ids that are translated later, when they are shown."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """The message id itself; marks it for extraction."""
    return message
