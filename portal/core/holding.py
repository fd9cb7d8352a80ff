"""How a feature says what it keeps about people. Each has a `holdings.py` with `HOLDINGS`; `portal/rights/registry.py`
puts them together. The page about the own data, the export, the deletion, the job that ends what is over and the page
on privacy read nothing else, and a test holds every column that names a person to be declared.

A new table is a few lines:

    Holding("saved", N_("Saved listings"), N_("So that you find them again."), (Rows(SavedListing.user_id),))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.core.retention import Period

AT_ONCE = 500  # rows that are ended in one transaction


class Person(NamedTuple):
    """By what somebody is known in tables; `alias` is the name of nobody that is put instead, made for one deletion."""

    id: str
    email: str
    name: str
    alias: str = ""


@dataclass(frozen=True)
class Keeping:
    """Where things are kept: the transaction, the folder of papers, the present, and where letters lead to."""

    session: Session
    folder: Path
    now: datetime
    pages: Any  # `portal.mail.pages.Pages`, which lies above this package


class HeldFile(NamedTuple):
    """A document in a holding: its name, and how its bytes are read."""

    name: str
    read: Callable[[], bytes]


Expiry = Callable[[Keeping], int]
"""Ends some of what is over (`AT_ONCE` at most); how many that were."""


@dataclass(frozen=True)
class Rows:
    """The rows of a table that name a person in `column`, by the person's `id` or `email`.

    `only` these columns are for the person to read, or all but the `hidden` ones: secrets, and what names others.
    """

    column: InstrumentedAttribute[Any]
    by: str = "id"
    hidden: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    where: tuple[sa.ColumnElement[bool], ...] = ()
    emptied: Mapping[str, Any] = field(default_factory=dict)  # in a row that stays, beside the person: column → value
    folded: bool = False  # an address that somebody typed: the case of its letters says nothing
    aliased: bool = False  # what stays must name somebody, if nobody in particular

    @property
    def table(self) -> sa.Table:
        """The table."""
        return cast("sa.Table", self.column.class_.__table__)

    @property
    def shown(self) -> list[sa.Column[Any]]:
        """The columns that the person reads."""
        hidden = {self.column.key, *self.hidden}
        return [one for one in self.table.columns if (one.key in self.only if self.only else one.key not in hidden)]

    def of(self, person: Person) -> tuple[sa.ColumnElement[bool], ...]:
        """The condition: rows of this person."""
        value = getattr(person, self.by)
        own = sa.func.lower(self.column) == value.lower() if self.folded else self.column == value
        return (own, *self.where)


@dataclass(frozen=True)
class Holding:
    """One kind of thing that is kept about people: what it is called, why it is kept, and for how long (`periods`; as
    long as the account, where there are none).

    With the account it is deleted, unless it `stays` without its person, for the reason given. `forget` does what
    deleting or emptying `rows` does not.
    """

    code: str
    name: str
    why: str
    rows: tuple[Rows, ...] = ()
    periods: tuple[Period, ...] = ()
    stays: str = ""
    files: Callable[[Keeping, Person], Iterable[HeldFile]] | None = None
    forget: Callable[[Keeping, Person], None] | None = None
    expire: tuple[Expiry, ...] = ()


def read_rows(session: Session, rows: Rows, person: Person, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """What the rows of a person say, the latest first, as JSON."""
    key = [one.desc() for one in rows.table.primary_key.columns]
    shown: list[Any] = rows.shown
    query = (
        sa.select(*shown or [rows.column])
        .where(*rows.of(person))
        .order_by(*_latest_first(rows.table), *key)
        .limit(limit)
    )
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)):
        yield {column.name: plain(value) for column, value in zip(shown, row, strict=False)}


def count_rows(session: Session, rows: Rows, person: Person) -> int:
    """How many there are."""
    return session.scalar(sa.select(sa.func.count()).select_from(rows.table).where(*rows.of(person))) or 0


def forget_rows(session: Session, rows: Rows, person: Person, stay: bool) -> None:
    """Delete the rows of a person, or, where they stay, take the person out of them."""
    if not stay:
        session.execute(sa.delete(rows.table).where(*rows.of(person)))
        return
    values = {rows.column.key: person.alias if rows.aliased else None, **rows.emptied}
    session.execute(sa.update(rows.table).where(*rows.of(person)).values(values))


def over(since: InstrumentedAttribute[Any], period: Period, *where: sa.ColumnElement[bool]) -> Expiry:
    """Deletes rows once the period after `since` has passed."""
    return lambda keeping: end_rows(
        keeping.session, cast("type[Any]", since.class_), since < period.before(keeping.now), *where
    )


def end_rows(session: Session, model: type[Any], *where: sa.ColumnElement[bool]) -> int:
    """Delete some of the rows that are over, `AT_ONCE` at most; how many. Rows that somebody is at are left for the
    next time."""
    table = cast("sa.Table", model.__table__)
    key = list(table.primary_key.columns)
    old = sa.select(*key).where(*where).limit(AT_ONCE).with_for_update(skip_locked=True, of=table)
    found = session.execute(old).all()
    if found:
        one_of_them = sa.and_(*(column == sa.bindparam(f"key_{column.name}") for column in key))
        keys = [{f"key_{name}": value for name, value in row._mapping.items()} for row in found]
        session.connection().execute(sa.delete(table).where(one_of_them), keys)
    return len(found)


def plain(value: Any) -> Any:
    """A value of a column as JSON has it."""
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, (str, bool, int, list, dict)) else _written(value)


def _written(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _latest_first(table: sa.Table) -> Sequence[sa.ColumnElement[Any]]:
    names = ("happened_at", "created_at", "queued_at", "saved_at", "day", "at")
    return [table.columns[name].desc() for name in names if name in table.columns][:1]
