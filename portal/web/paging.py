"""Which page of a list is asked for, and where the others are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for

from portal.core.paging import page_number


def asked_page(name: str = "page") -> int:
    """The number of the page that the address asks for; the first one where it names none."""
    return page_number(request.args.get(name, ""))


def pages_at(endpoint: str, name: str = "page", **values: str | None) -> Callable[[int], str]:
    """Makes, of a number, the address of that page of a list."""

    def address(number: int) -> str:
        asked: dict[str, Any] = {**values, name: number if number > 1 else None}
        return url_for(endpoint, **asked)

    return address
