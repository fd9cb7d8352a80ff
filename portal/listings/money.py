"""What the money lines come to: how far an opportunity is funded, its highest stipend and its benefits.

The rule, in full:

- *benefits* are the items that somebody other than the participant pays, in money or in kind (a waived tuition too);
- *living is paid* when there is a stipend, or housing together with travel;
- *something is owed* when the participant pays tuition, a course fee or housing;
- *teaching is free* when somebody else pays tuition or the fee, or when there is none to pay: what leads to no degree
  has tuition only where a line says so;
- **full**: living is paid, teaching is free and nothing is owed · **partly**: there is a benefit, but not full ·
  **none**: no benefit.

Visa fees, travel, insurance, research and family costs that a participant bears do not make a full funding partial:
no scheme pays everything. A line for one level counts for that level only; a listing is worth what its worst-funded
level gets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

from portal.listings import codes
from portal.listings.models import Listing

TEACHING = frozenset({"tuition", "fee"})
OWED = TEACHING | {"housing"}
DEGREE_AWARDS = frozenset({"degree", "double-degree", "joint-degree"})
_RANK = {code: rank for rank, code in enumerate(("none", "partly", "full"))}
_MONTHS = {"month": Decimal(1), "year": Decimal(12)}


class Line(Protocol):
    """What is read of a money line (`models.MoneyLine` has it)."""

    item: str
    payer: str
    amount: Decimal | None
    currency: str | None
    per: str | None
    level: str | None


LineT = TypeVar("LineT", bound=Line)


def funding_of(listing: Listing) -> str:
    """How far a listing is funded."""
    return funding(listing.money, listing.levels, listing.award)


def funding(lines: Iterable[Line], levels: Sequence[str] = (), award: str = "none") -> str:
    """`full`, `partly` or `none`: what everybody accepted gets, at whichever of the levels."""
    known, to_degree = list(lines), award in DEGREE_AWARDS
    values = [_funding_at(known, level, to_degree) for level in levels or (None,)]
    return min(values, key=_RANK.__getitem__)


def benefits(lines: Iterable[Line]) -> tuple[str, ...]:
    """The items that somebody other than the participant pays, in the order of the codes."""
    paid = {line.item for line in lines if line.payer != "participant"}
    return tuple(item for item in codes.MONEY_ITEMS if item in paid)


def highest_stipend(lines: Iterable[LineT]) -> LineT | None:
    """The stipend line worth most a month; one-off payments count only where there is no regular one.

    Amounts in different currencies are not compared: the currency named first counts.
    """
    paid = [line for line in lines if _is_paid_stipend(line)]
    regular = [line for line in paid if line.per in _MONTHS] or paid
    same = [line for line in regular if line.currency == regular[0].currency]
    return max(same, key=monthly_value, default=None)


def stipend_range(lines: Sequence[LineT]) -> tuple[LineT, LineT] | None:
    """The lowest and the highest stipend that a level gets, paid in the same currency and as often as the highest."""
    best = highest_stipend(lines)
    if best is None:
        return None
    alike = [line for line in lines if _is_paid_stipend(line) and _unit(line) == _unit(best)]
    levels = {line.level for line in alike}
    each = [max((line for line in alike if line.level in (None, level)), key=monthly_value) for level in levels]
    return min(each, key=monthly_value), best


def monthly_value(line: Line) -> Decimal:
    """The amount of a line for one month (the whole amount of a one-off payment); zero in kind."""
    return (line.amount or Decimal(0)) / _MONTHS.get(line.per or "", Decimal(1))


def _is_paid_stipend(line: Line) -> bool:
    return line.item == "stipend" and line.payer != "participant" and line.amount is not None


def _unit(line: Line) -> tuple[str | None, str | None]:
    return line.currency, line.per


def _funding_at(lines: list[Line], level: str | None, to_degree: bool) -> str:
    """Funding at one level; with no level given, lines of all levels count together."""
    counted = [line for line in lines if level is None or line.level in (None, level)]
    paid = set(benefits(counted))
    owed = any(line.payer == "participant" and line.item in OWED for line in counted)
    free = not to_degree or not paid.isdisjoint(TEACHING)
    if free and not owed and ("stipend" in paid or {"housing", "travel"} <= paid):
        return "full"
    return "partly" if paid else "none"
