"""Reads values out of JSON of others: what is not of the expected kind is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.researchers.intake.proposals import short


def get(value: Any, *path: str) -> Any:
    """What stands at a path of keys; None where there is no such path."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def rows(value: Any, *path: str, most: int = 1000) -> list[Mapping[str, Any]]:
    """The objects in the list at a path."""
    found = get(value, *path)
    return [one for one in found[:most] if isinstance(one, Mapping)] if isinstance(found, list) else []


def text(value: Any, *path: str, longest: int = 300) -> str:
    """The text at a path, in one line; empty where there is none."""
    return short(get(value, *path), longest)


def country(value: Any, *path: str) -> str | None:
    """The ISO 3166-1 code at a path, in capitals."""
    found = text(value, *path).upper()
    return found if len(found) == 2 and found.isascii() and found.isalpha() else None


def web_address(value: Any, *path: str) -> str | None:
    """The http(s) address at a path."""
    found = text(value, *path, longest=500)
    return found if found.startswith(("https://", "http://")) and " " not in found else None
