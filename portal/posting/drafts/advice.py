"""What the reader of records lets pass and a host would not want: deadlines that are over, quotas that do not add up,
limits that nobody meets. It reads drafts, so any value may be missing or wrong; of these `checking` tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from portal.core.errors import Invalid
from portal.listings.time import to_instant
from portal.locales import COUNTRIES
from portal.posting.drafts.checking import Problem
from portal.posting.drafts.sections import source_text

# At which people have a degree.
YOUNGEST = {"upper-secondary": 17, "short-cycle": 19, "bachelor": 20, "master": 22, "doctoral": 25}
CHILD = 14  # nobody of this age goes abroad alone
BEFORE_HOST = ("home-nomination", "agency")

Content = Mapping[str, Any]


class Point(NamedTuple):
    """A deadline of a draft: its place in the record, what is due, the clock on the wall, and the moment."""

    place: str
    purpose: str
    local: datetime
    at: datetime


def advise(content: Content, now: datetime) -> list[Problem]:
    """All that may be said about a draft on a day, in the order of the form."""
    return [
        problem
        for check in (_texts, _contact, _place, _duration, _deadlines, _start, _quotas, _money, _ages, _citizens,
                      _weights, _partners, _degrees)
        for problem in check(content, now)
    ]  # fmt: skip


def _texts(content: Content, _now: datetime) -> Iterator[Problem]:
    text = source_text(content)
    summary, description = str(text.get("summary") or ""), str(text.get("description") or "")
    place = _place_of_source(content)
    if summary and description and len(summary) > len(description):
        yield Problem(f"{place}.summary", "summary-longer", warning=True)
    if len(summary) > 600:
        yield Problem(f"{place}.summary", "summary-long", {"length": len(summary)}, warning=True)


def _place_of_source(content: Content) -> str:
    number = next((n for n, text in rows_of(content, "translations") if text == source_text(content)), 0)
    return f"translations[{number}]"


def _contact(content: Content, _now: datetime) -> Iterator[Problem]:
    address = content.get("contact_email")
    if not address:
        yield Problem("contact_email", "contact-missing", warning=True)
    elif "@" not in str(address).strip("@") or " " in str(address):
        yield Problem("contact_email", "no-address")


def _place(content: Content, _now: datetime) -> Iterator[Problem]:
    if content.get("mode") in ("onsite", "mixed") and not content.get("place"):
        yield Problem("place", "place-missing", warning=True)


def _duration(content: Content, _now: datetime) -> Iterator[Problem]:
    if content.get("months_min") in (0, 0.0) and content.get("months_max") in (None, 0, 0.0):
        yield Problem("months_min", "no-time")


def _deadlines(content: Content, now: datetime) -> Iterator[Problem]:
    moments = moments_of(content)
    host = max((one.at for one in moments if one.purpose == "host"), default=None)
    for one in moments:
        if one.at < now:
            yield Problem(one.place, "deadline-past", warning=True)
        elif host is not None and one.purpose in BEFORE_HOST and one.at > host:
            yield Problem(one.place, "deadline-order")
    if content.get("rolling") is True and moments:
        yield Problem("rolling", "rolling-with-deadline", warning=True)


def _start(content: Content, now: datetime) -> Iterator[Problem]:
    closing = [one.local.date() for one in moments_of(content) if one.purpose == "host"]
    name = "starts_until" if _day(content, "starts_until") else "starts_from"
    last, result = _day(content, name), _day(content, "result_on")
    if last and closing and max(closing) > last:
        yield Problem(name, "start-before-deadline")
    elif last and last < now.date():
        yield Problem(name, "start-past", warning=True)
    if result and closing and result < max(closing):
        yield Problem("result_on", "result-before-deadline")


def _quotas(content: Content, _now: datetime) -> Iterator[Problem]:
    total, each = _number(content, "places_total"), _number(content, "places_per_country")
    if total == 0:
        yield Problem("places_total", "no-places")
    for key in ("places_per_country", "places_per_institution"):
        if _number(content, key) == 0:
            yield Problem(key, "no-places")
    countries = _allowed(content)
    if total and each and len(countries) * each < total:
        yield Problem("places_per_country", "quota-too-small", {"most": len(countries) * each}, warning=True)


def _money(content: Content, _now: datetime) -> Iterator[Problem]:
    for number, row in rows_of(content, "money"):
        stated = row.get("amount") not in (None, "")
        if row.get("payer") == "participant" and not stated:
            yield Problem(f"money[{number}].amount", "amount-missing", warning=True)
        if stated and not row.get("per"):
            yield Problem(f"money[{number}].per", "period-missing", warning=True)


def _ages(content: Content, _now: datetime) -> Iterator[Problem]:
    degrees = [row["parameters"].get("degree") for _n, row in _rules(content, "degree-min")]
    youngest = max((YOUNGEST.get(degree, 0) for degree in degrees if isinstance(degree, str)), default=0)
    for number, row in _rules(content, "age-max"):
        age = row["parameters"].get("age")
        if isinstance(age, int) and age <= CHILD:
            yield Problem(f"rules[{number}].parameters.age", "age-excludes-all")
        elif isinstance(age, int) and age < youngest:
            yield Problem(f"rules[{number}].parameters.age", "age-below-degree", {"age": youngest}, warning=True)


def _citizens(content: Content, _now: datetime) -> Iterator[Problem]:
    for kind in ("citizenship-excluded", "citizenship"):
        rows = list(_rules(content, kind))
        if rows and not _allowed(content):
            yield Problem(f"rules[{rows[0][0]}].parameters.countries", "citizens-none")
            return


def _weights(content: Content, _now: datetime) -> Iterator[Problem]:
    rows = list(rows_of(content, "criteria"))
    weights = [row.get("weight") for _n, row in rows]
    known = [weight for weight in weights if isinstance(weight, int)]
    if sum(known) > 100 or (rows and len(known) == len(rows) and sum(known) != 100):
        yield Problem("criteria[0].weight", "weights-do-not-add-up", {"sum": sum(known)})


def _partners(content: Content, _now: datetime) -> Iterator[Problem]:
    seen: set[tuple[object, object]] = set()
    for number, row in rows_of(content, "partners"):
        who = str(row.get("organisation_id")), str(row.get("role"))
        if who in seen:
            yield Problem(f"partners[{number}].role", "partner-twice")
        seen.add(who)


def _degrees(content: Content, _now: datetime) -> Iterator[Problem]:
    if content.get("kind") == "joint-programme" and not list(rows_of(content, "partners")):
        yield Problem("partners", "partner-missing", warning=True)


def moments_of(content: Content) -> list[Point]:
    """The deadlines that have a moment, in the order of the draft."""
    found = []
    for number, row in rows_of(content, "deadlines"):
        try:
            local = datetime.fromisoformat(row["local_time"]).replace(tzinfo=None)
            at = to_instant(local, str(row["zone"]))
        except (KeyError, TypeError, ValueError, OverflowError, Invalid):
            continue
        found.append(Point(f"deadlines[{number}].local_time", str(row.get("purpose")), local, at))
    return found


def decisive_moment(content: Content) -> Point | None:
    """The deadline that counts for the applicant: the host's (the last of several), else the first of all."""
    moments = sorted(moments_of(content), key=lambda one: one.at)
    host = [one for one in moments if one.purpose == "host"]
    return host[-1] if host else next(iter(moments), None)


def _allowed(content: Content) -> set[str]:
    """Countries whose citizens are not ruled out: of this site, and whatever others the draft names."""
    named = [countries for countries in _countries(content, "citizenship") if countries]
    allowed = set.intersection(*named) if named else set(COUNTRIES)
    return allowed.difference(*_countries(content, "citizenship-excluded"))


def _countries(content: Content, kind: str) -> Iterator[set[str]]:
    """The countries that each rule of a kind names."""
    for _number, row in _rules(content, kind):
        codes = row["parameters"].get("countries")
        yield {one for one in (codes if isinstance(codes, list) else ()) if isinstance(one, str)}


def _rules(content: Content, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, row in rows_of(content, "rules"):
        if row.get("kind") == kind and isinstance(row.get("parameters"), dict):
            yield number, row


def rows_of(content: Content, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a list that are rows, each with its number."""
    rows = content.get(name)
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict):
            yield number, row


def _day(content: Content, key: str) -> date | None:
    try:
        return date.fromisoformat(content[key])
    except (KeyError, TypeError, ValueError):
        return None


def _number(content: Content, key: str) -> int | None:
    value = content.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
