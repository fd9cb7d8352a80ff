"""Answers as the session keeps them: JSON with short keys, small enough for a cookie, read strictly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from portal.listings.answers import Answers, Day, LanguageResult, Stay

MOST_BYTES = 1500  # of JSON
MOST_KEPT = 8  # of one list: as many as fit
_EDITION = 1  # raised when the shape changes: what an older one kept is forgotten

Json = dict[str, Any]


def pack(answers: Answers) -> Json:
    """Answers as JSON; what was not answered is left out."""
    packed = {
        "c": _list(answers.citizenships),
        "b": _days(answers.born),
        "d": answers.degree,
        "g": _days(answers.degree_on),
        "r": answers.research_years,
        "e": answers.employed,
        "w": answers.work_years,
        "s": _rows(answers.stays, lambda stay: [stay.country, stay.since.isoformat(), _iso(stay.until)]),
        "a": _list(answers.awards_from),
        "t": _rows(answers.tests, lambda test: [test.language, test.test, test.result]),
        "n": _list(answers.nominated_by),
    }
    return {"v": _EDITION, **{key: value for key, value in packed.items() if value is not None}}


def unpack(kept: object) -> Answers:
    """The answers that were kept; none if they are not as `pack` makes them."""
    if not isinstance(kept, Mapping) or kept.get("v") != _EDITION:
        return Answers()
    try:
        return Answers(
            citizenships=_tuple(kept.get("c")),
            born=_day(kept.get("b")),
            degree=kept.get("d"),
            degree_on=_day(kept.get("g")),
            research_years=kept.get("r"),
            employed=kept.get("e"),
            work_years=kept.get("w"),
            stays=_tuple(kept.get("s"), lambda row: Stay(row[0], date.fromisoformat(row[1]), _date(row[2]))),
            awards_from=_tuple(kept.get("a")),
            tests=_tuple(kept.get("t"), lambda row: LanguageResult(*row)),
            nominated_by=_tuple(kept.get("n")),
        )
    except (TypeError, ValueError, LookupError):
        return Answers()


def _list(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)


def _rows(values: tuple[Any, ...] | None, row: Callable[[Any], list[Any]]) -> list[list[Any]] | None:
    return None if values is None else [row(value) for value in values]


def _days(day: Day | None) -> list[str] | None:
    return None if day is None else [day.first.isoformat(), day.last.isoformat()]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _tuple(values: Any, read: Callable[[Any], Any] = str) -> tuple[Any, ...] | None:
    return None if values is None else tuple(read(value) for value in values)


def _day(pair: Any) -> Day | None:
    return None if pair is None else Day(date.fromisoformat(pair[0]), date.fromisoformat(pair[1]))


def _date(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)
