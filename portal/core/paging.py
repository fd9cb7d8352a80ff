"""One page of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from portal.core.errors import NotFound

T = TypeVar("T")


def page_number(text: str) -> int:
    """The number of a page as an address says it; the first, where it says nothing of the kind."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


@dataclass(frozen=True)
class Page(Generic[T]):
    """Items of one page, counted from 1; an empty list has one empty page. `reach`: pages lie within so many items,
    though there may be more."""

    items: Sequence[T]
    total: int
    page: int
    per_page: int
    reach: int | None = None

    def __post_init__(self) -> None:
        """A page past the end does not exist."""
        if not 1 <= self.page <= self.pages:
            raise NotFound("page.unknown", page=self.page, pages=self.pages)

    @property
    def pages(self) -> int:
        """The number of pages."""
        needed = -(-self.total // self.per_page)
        return max(1, needed if self.reach is None else min(needed, self.reach // self.per_page))
