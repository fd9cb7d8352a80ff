"""Long lists are shown a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

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


def slice_of(items: Sequence[T], number: int, per_page: int) -> Page[T]:
    """One page of what is known in full. Raises `NotFound` past the end."""
    return Page(items[(number - 1) * per_page :][:per_page], len(items), number, per_page)


def page_of(
    session: Session,
    query: sa.Select[*tuple[Any, ...]],
    number: int,
    per_page: int,
    made_of: Callable[[Sequence[Any]], Sequence[T]],
) -> Page[T]:
    """One page of the rows that a query with an order finds; `made_of` makes the items of them. Raises `NotFound` past
    the end."""
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = session.execute(query.limit(per_page).offset((number - 1) * per_page)).all()
    return Page(made_of(rows), total, number, per_page)
