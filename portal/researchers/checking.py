"""Everything that is wrong with a part at once: the reader of records stops at the first mistake, people want all."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from portal.core.errors import Invalid
from portal.researchers.parts import TYPED, TypedBackground
from portal.researchers.records import read_part

_MOST = 100  # mistakes; nobody reads more
# Put in the place of a mistake where something has to stand, so that the next one shows; never kept.
_SOUND: Mapping[tuple[str, str], Any] = {
    ("degrees", "level"): "bachelor", ("posts", "kind"): "other", ("posts", "title"): "…",
    ("posts", "since"): "1901-01-01", ("publications", "title"): "…", ("languages", "language"): "en",
    ("languages", "result"): "A1", ("background", "country"): "CN", ("background", "since"): "1901-01-01",
}  # fmt: skip
_TEST = {"test": "CEFR", "result": "A1"}


@dataclass(frozen=True)
class Problem:
    """One mistake: the `place` as the reader of records names it ("degrees[0].level"), the `reason` as a code, and what
    a sentence about it may need."""

    place: str
    reason: str
    parameters: Mapping[str, Any] = attribute(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What parts may refer to."""

    organisations: Container[str]
    topics: Container[str]
    languages: Container[str]


def problems_of(part: str, content: Any, typed: Mapping[str, Any], known: Known) -> list[Problem]:
    """All that is wrong with a part as it was typed."""
    how = TYPED[part]
    doubts = how.doubts(typed) if isinstance(how, TypedBackground) else []
    return [
        *_of_reader(part, content),
        *(Problem(f"{part}.{field}", reason) for field, reason in doubts),
        *(Problem(place, "unknown-reference") for place in _unknown(part, content, known)),
    ]


def organisations_in(content: Any) -> list[str]:
    """The ids of organisations that degrees or posts name."""
    rows = content if isinstance(content, list) else []
    return [row["at"]["organisation_id"] for row in rows if (row.get("at") or {}).get("organisation_id")]


def _of_reader(part: str, content: Any) -> list[Problem]:
    mended, problems = deepcopy(content), list[Problem]()
    while len(problems) < _MOST:
        try:
            read_part(part, mended)
        except Invalid as error:
            place = str(error.parameters["field"])
            if place in {problem.place for problem in problems}:  # mending has not helped: there is no more to learn
                break
            rest = {name: value for name, value in error.parameters.items() if name not in ("field", "reason")}
            problems.append(Problem(place, str(error.parameters["reason"]), rest))
            _mend(part, mended, place)
        else:
            break
    return problems


def _mend(part: str, content: Any, place: str) -> None:
    """Put something right in the place of a mistake, or take it out."""
    *path, last = [int(one) if one.isdigit() else one for one in re.findall(r"\w+", place)][1:] or [""]
    for step in path:
        content = content[step]
    if last == "test":
        content.update(_TEST)
    elif (part, last) in _SOUND:
        content[last] = _SOUND[part, str(last)]
    elif isinstance(content, list) and isinstance(last, int):
        del content[last]
    elif isinstance(content, dict):
        content.pop(last, None)


def _unknown(part: str, content: Any, known: Known) -> Iterator[str]:
    """The places that name what is not there."""
    if part in ("degrees", "posts"):
        for number, row in enumerate(content):
            named = (row.get("at") or {}).get("organisation_id")
            if named and named not in known.organisations:
                yield f"{part}[{number}].at.organisation_id"
    elif part == "languages":
        for number, row in enumerate(content):
            if row["language"] and row["language"] not in known.languages:
                yield f"{part}[{number}].language"
    elif part in ("skills", "wishes"):
        for key in ("concepts", "concepts_refused"):
            if any(one not in known.topics for one in content.get(key) or ()):
                yield f"{part}.{key}"
