"""One page of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from portal.core.errors import NotFound

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Items of one page, counted from 1; an empty list has one empty page."""

    items: Sequence[T]
    total: int
    page: int
    per_page: int

    def __post_init__(self) -> None:
        """A page past the end does not exist."""
        if not 1 <= self.page <= self.pages:
            raise NotFound("page.unknown", page=self.page, pages=self.pages)

    @property
    def pages(self) -> int:
        """The number of pages."""
        return max(1, -(-self.total // self.per_page))
