"""Countries that stand for their people: “sinh viên Việt Nam”, “for Vietnamese” and “ASEAN scholarship” ask who may
apply, not where to go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from search.concepts.cues import Beside, Cues, Place, cue_lists
from search.concepts.quantities import flattened
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import Filter

_FIELD = "open_to"
_HOSTS = ("country", "place")


def as_people(part: Filter, beside: Beside, taken: Iterable[Place], thesaurus: Thesaurus) -> Filter:
    """A part as a question who may apply, if it may mean people and a word beside it says that it does.

    `taken`: what was read of the query. No cue cuts any of it: 人工智能 after a country is no 人.
    """
    people = _people(part, thesaurus)
    if people is None and part.field != "country":
        return part
    is_adjective = part.field != _FIELD and (people is not None or _is_group(part))
    place = _Country(part.span.start, part.span.end, beside, taken).with_cues(is_adjective)
    if place is None:
        return part
    part = replace(part, span=beside.span(*place))
    if part.field == _FIELD:
        return part
    return _of_people(part, None if part.field == "country" else people)


def groups_as_people(parts: Sequence[Filter], beside: Beside) -> list[Filter]:
    """The parts of a query; a group of countries that stands beside a word for money, or that has a host beside it,
    says who may apply: nobody pays for going to any of eleven countries. Words for going there keep it a place."""
    return [_of_people(part) if _is_group(part) and _has_guests(part, parts, beside) else part for part in parts]


def _has_guests(group: Filter, parts: Sequence[Filter], beside: Beside) -> bool:
    if any(beside.before(group.span.start, _cues("to"))):
        return False
    return any(
        (other.field == "funding" and beside.touch(group.span, other.span))
        or (other.field in _HOSTS and not _is_group(other))
        for other in parts
    )


def _is_group(part: Filter) -> bool:
    return part.field == "country" and len(part.values) > 1


def _of_people(part: Filter, people: tuple[str, tuple[str, ...]] | None = None) -> Filter:
    """A country as its people, which it may have a name for; its chip offers the country."""
    concept, values = people or (part.concept, part.values)
    return replace(part, concept=concept, field=_FIELD, values=values, alternatives=(part.concept,))


def _people(part: Filter, thesaurus: Thesaurus) -> tuple[str, tuple[str, ...]] | None:
    """The people that the words of a part may mean, and where they come from."""
    for concept in (part.concept, *part.alternatives):
        found = thesaurus.concepts.get(concept)
        if found and found.filter and found.filter[0] == _FIELD:
            return concept, found.filter[1]
    return None


class _Country:
    """A country, or a word for its people, at [start, end) of a query."""

    def __init__(self, start: int, end: int, beside: Beside, taken: Iterable[Place]) -> None:
        self._start, self._end, self._beside, self._taken = start, end, beside, tuple(taken)

    def with_cues(self, is_adjective: bool) -> Place | None:
        """Its place together with the cues on both sides; None if there is none."""
        before, after = self._before("before"), self._behind("after")
        if before is None and after is None and is_adjective and not self._describes():
            before = self._before("for")
        if before is None and after is None:
            return None
        return self._start if before is None else before, self._end if after is None else after

    def _before(self, kind: str) -> int | None:
        """Where the cue before it begins."""
        cue = self._first(self._beside.before(self._start, _cues(kind)))
        return cue and (self._start if self._is_read(cue) else cue[0])

    def _behind(self, kind: str) -> int | None:
        """Where the cue behind it ends."""
        cue = self._first(self._beside.behind(self._end, _cues(kind)))
        return cue and (self._end if self._is_read(cue) else cue[1])

    def _describes(self) -> bool:
        """Whether a word follows that an adjective may describe ("for Vietnamese universities")."""
        return self._beside.rest(self._end)[:1].isalnum() and not any(self._beside.behind(self._end, _cues("then")))

    def _first(self, cues: Iterable[Place]) -> Place | None:
        """The first cue that cuts nothing of what was read."""
        whole = (
            (start, end)
            for start, end in cues
            if all(end <= low or high <= start or (start <= low and high <= end) for low, high in self._taken)
        )
        return next(whole, None)

    def _is_read(self, cue: Place) -> bool:
        """Whether a cue is something of its own: 越南研究生 asks for a level too."""
        return any(low < cue[1] and cue[0] < high for low, high in self._taken)


@cache
def _cues(kind: str) -> Cues:
    """The cues of one kind, with their marks or with none. Those of all languages: a name of a country stands in any of
    them."""
    spellings: dict[str, set[str]] = {}
    for kinds in cue_lists("citizens.toml").values():
        for cue in kinds.get(kind, ()):
            spellings.setdefault(flattened(cue), {flattened(cue)}).add(cue.lower())
    return Cues(spellings)
