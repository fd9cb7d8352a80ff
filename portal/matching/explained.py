"""A score in words and points: what each side said, what it is worth, and what was left out.

A point is a hundredth of the whole weight: the points of all lines, divided by the most they could have, are the score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from markupsafe import Markup, escape

from portal.matching.fit import DEGREE, WEIGHTS, Fit, Part
from portal.matching.labels import EARLY_WORDS, MISSING, PARTS, WORDS
from portal.researchers.labels import FUNDING_NEEDS, HINTS
from portal.vocabulary.cldr import language_name
from portal.web import filters, formats
from portal.web.messages import gettext as _
from portal.web.text import Text

SHOWN = 6  # values of one side
GOOD, POOR = 0.6, 0.4  # values from which, and up to which, a part is a reason for or against
REASONS = 3  # of each kind in the short
Said = str | Text


@dataclass(frozen=True)
class Side:
    """What one side said: some of it, and how much more there is."""

    values: tuple[Said, ...]
    more: int = 0


@dataclass(frozen=True)
class Line:
    """One part of a score. `met`: what of the person meets what of the listing, where they are not the same."""

    name: str
    points: float
    most: float
    value: float
    mine: Side
    theirs: Side
    met: tuple[tuple[Said, Said], ...]


@dataclass(frozen=True)
class Reasons:
    """A score in one line: what speaks for it (what the two sides share, or else the part), and what against it (the
    part), the weightiest first. Where the listing says nothing, nothing speaks for or against."""

    good: tuple[Said, ...]
    poor: tuple[Said, ...]


@dataclass(frozen=True)
class Lacking:
    """A part that the person has said nothing about: what it could be worth, what to add and where."""

    name: str
    points: float
    part: str
    hint: str


@dataclass(frozen=True)
class Explained:
    """The whole. `is_early`: it is of too little to be called a good fit."""

    words: str
    is_early: bool
    reasons: Reasons
    score: float
    points: float
    most: float
    lines: tuple[Line, ...]
    lacking: tuple[Lacking, ...]


def explained(fit: Fit) -> Explained:
    """A score for a reader of the request's language."""
    return Explained(
        words=words(fit),
        is_early=fit.is_early,
        reasons=_reasons(fit),
        score=fit.score,
        points=sum(100 * part.weight * part.value for part in fit.parts),
        most=sum(100 * part.weight for part in fit.parts),
        lines=tuple(map(_line, fit.parts)),
        lacking=lacking(fit.missing),
    )


def words(fit: Fit) -> str:
    """How well it fits, without a number."""
    return _(next(text for least, text in (EARLY_WORDS if fit.is_early else WORDS) if fit.score >= least))


def lacking(missing: Sequence[str]) -> tuple[Lacking, ...]:
    """What was not said, the weightiest first: nothing else would change the order as much."""
    return tuple(map(_lacking, sorted(missing, key=lambda name: -WEIGHTS[name])))


def _lacking(name: str) -> Lacking:
    part, hint = MISSING[name], HINTS[name]
    return Lacking(_(PARTS[name]), 100 * WEIGHTS[name], part, _(hint))


def _reasons(fit: Fit) -> Reasons:
    stated = sorted((part for part in fit.parts if part.theirs), key=lambda part: -part.weight)
    good = (_reason(one) for one in stated if one.value >= GOOD)
    poor = (one for one in stated if one.value <= POOR)
    return Reasons(tuple(islice(good, REASONS)), tuple(_(PARTS[one.name]) for one in islice(poor, REASONS)))


def _reason(part: Part) -> Said:
    """What the two sides share, behind the part's name; a topic speaks for itself."""
    if not part.shared:
        return _(PARTS[part.name])
    value = _NAMES[part.name](part.shared[0][1])
    return value if part.name == "topics" else _named(_(PARTS[part.name]), value)


def _named(name: str, value: Said) -> Markup:
    """A value behind its name; keeps its language mark."""
    return escape(_("%(name)s: %(value)s")) % {"name": name, "value": value}


def _line(part: Part) -> Line:
    name = _NAMES[part.name]
    met = tuple((name(mine), name(theirs)) for mine, theirs in part.shared if mine != theirs)
    mine = _need if part.name == "funding" else name
    return Line(
        _(PARTS[part.name]), 100 * part.weight * part.value, 100 * part.weight, part.value,
        _side(part.mine, [one for one, _theirs in part.shared], mine),
        _side(part.theirs, [one for _mine, one in part.shared], name), met,
    )  # fmt: skip


def _side(said: Sequence[str], first: Sequence[str], name: Callable[[str], Said]) -> Side:
    """What met the other side comes first."""
    ordered = tuple(dict.fromkeys((*first, *said)))
    return Side(tuple(map(name, ordered[:SHOWN])), max(len(ordered) - SHOWN, 0))


def _need(code: str) -> str:
    return _(FUNDING_NEEDS[code])


def _label(vocabulary: str) -> Callable[[str], Said]:
    return lambda code: filters.label(code, vocabulary)


def _level(said: str) -> str:
    """A level that is wished for, or the degree from which levels follow."""
    degree = said.removeprefix(DEGREE)
    return filters.label(said, "level") if degree == said else filters.label(degree, "degree")


def _country(code: str) -> str:
    return formats.country(code, filters.tag())


def _language(code: str) -> str:
    return language_name(code, filters.tag())


def _period(said: str) -> str:
    """Days, or months, as `fit` writes them; one end may be open."""
    first, slash, last = said.partition("/")
    if not slash:
        return _months(*map(float, said.split("-")))
    return _days(date.fromisoformat(first), date.fromisoformat(last))


def _days(first: date, last: date) -> str:
    reader = filters.tag()
    if last == date.max:
        return _("from %(date)s on", date=formats.day(first, reader))
    if first == date.min:
        return _("until %(date)s", date=formats.day(last, reader))
    return formats.day(first, reader) if first == last else formats.period(first, last, reader)


def _months(low: float, high: float) -> str:
    reader = filters.tag()
    if high >= 1000:
        return _("at least %(length)s", length=formats.months(low, low, reader))
    if low == 0:
        return _("at most %(length)s", length=formats.months(high, high, reader))
    return formats.months(low, high, reader)


_NAMES: dict[str, Callable[[str], Said]] = {
    "topics": filters.concept, "field": filters.isced, "kind": _label("kind"), "level": _level,
    "country": _country, "languages": _language, "funding": _label("funding"), "period": _period,
    "mode": _label("mode"),
}  # fmt: skip
