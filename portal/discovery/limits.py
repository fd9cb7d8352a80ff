"""Numbers and dates of a query in words: “at least CN¥3,000”, “before 1 March 2027”, “3 weeks”."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import ceil

from portal.web import formats
from portal.web.messages import gettext as _
from portal.web.messages import ngettext
from search.concepts.understanding import Length, Limit


def limit_name(limit: Limit) -> str:
    """What is limited."""
    names = {
        "months": _("Duration"),
        "starts": _("Start"),
        "closes": _("Deadline"),
        "open": _("Open in"),
        "stipend": _("Stipend"),
        "age": _("Age limit"),
    }
    return names[limit.name]


def limit_text(limit: Limit, reader: str) -> str:
    """The bounds, for one reader; of an age, where to look, since no search tells who is too old."""
    if limit.name == "age":
        return _("see the conditions of each listing")
    if limit.length is not None:
        return _bounded(limit, _length(limit.length, reader))
    if limit.name == "stipend":
        return _bounded(limit, _amount(limit, reader))
    return _time(limit, reader)


def _bounded(limit: Limit, amount: str) -> str:
    if limit.low is None:
        return _("at most %(amount)s", amount=amount)
    if limit.high is None:
        return _("at least %(amount)s", amount=amount)
    return _("around %(amount)s", amount=amount) if limit.around else amount


def _length(length: Length, reader: str) -> str:
    """As it was asked: three weeks are no fraction of a month."""
    count = formats.numbers(length.low, length.high, reader)
    if length.unit == "semesters":
        return ngettext("%(count)s semester", "%(count)s semesters", ceil(length.high), count=count)
    if length.unit == "school-years":
        return ngettext("%(count)s school year", "%(count)s school years", ceil(length.high), count=count)
    return formats.length(length.low, length.high, length.unit, reader)


def _amount(limit: Limit, reader: str) -> str:
    bounds = [Decimal(str(round(bound, 2))) for bound in (limit.low, limit.high) if bound is not None]
    if limit.around:
        bounds = [sum(bounds, Decimal()) / 2]  # the leeway is the same on both sides
    amount = " – ".join(formats.money(bound, limit.unit or "", reader) for bound in bounds)
    return _("%(amount)s a month", amount=amount)


def _time(limit: Limit, reader: str) -> str:
    if limit.low is not None and limit.high is not None:
        return formats.period(_day(limit.low), _day(limit.high), reader)
    if limit.high is None:
        return _("from %(date)s", date=formats.day(_day(limit.low or 0.0), reader))
    last = _day(limit.high)
    if limit.high % 86400 == 0:  # the first moment of a day is not part of what was asked
        return _("until %(date)s", date=formats.day(last - timedelta(days=1), reader))
    return _("until %(date)s", date=formats.day(last, reader))


def _day(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()
