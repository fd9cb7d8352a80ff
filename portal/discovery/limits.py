"""Numbers and dates of a query in words: “at least CN¥3,000”, “before 1 March 2027”, “6 months”."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from portal.web import formats
from portal.web.messages import gettext as _
from search.concepts.understanding import Limit


def limit_name(limit: Limit) -> str:
    """What is limited."""
    names = {"months": _("Duration"), "starts": _("Start"), "closes": _("Deadline"), "stipend": _("Stipend")}
    return names[limit.name]


def limit_text(limit: Limit, reader: str) -> str:
    """The bounds, for one reader."""
    if limit.name == "months":
        return _length(limit, reader)
    if limit.name == "stipend":
        return _amount(limit, reader)
    return _time(limit, reader)


def _length(limit: Limit, reader: str) -> str:
    if limit.low is not None and limit.high is not None:
        return formats.months(limit.low, limit.high, reader)
    bound = limit.high if limit.low is None else limit.low
    length = formats.months(bound or 0, bound or 0, reader)
    return _("at most %(amount)s", amount=length) if limit.low is None else _("at least %(amount)s", amount=length)


def _amount(limit: Limit, reader: str) -> str:
    amount = formats.money(Decimal(str(limit.low if limit.high is None else limit.high)), limit.unit or "", reader)
    return _("at least %(amount)s", amount=amount) if limit.high is None else _("at most %(amount)s", amount=amount)


def _time(limit: Limit, reader: str) -> str:
    if limit.low is not None and limit.high is not None:
        return formats.period(_day(limit.low), _day(limit.high), reader)
    last = _day(limit.high or 0.0)
    if limit.high is not None and limit.high % 86400 == 0:  # the first moment of a day is not part of what was asked
        return _("until %(date)s", date=formats.day(last - timedelta(days=1), reader))
    return _("until %(date)s", date=formats.day(last, reader))


def _day(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()
