"""Countries that stand for their people: “sinh viên Việt Nam” and “for Vietnamese” ask who may apply, not where to
go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from search.analysis.cleaning import simplify
from search.concepts.cues import Cues, cue_lists, cues_at_end, cues_at_start, longest_first
from search.concepts.quantities import flattened
from search.concepts.thesaurus import Thesaurus
from search.concepts.understanding import Filter, Span

Place = tuple[int, int]
_FIELD = "open_to"


def as_people(part: Filter, text: str, taken: Iterable[Place], thesaurus: Thesaurus) -> Filter:
    """A part as a question who may apply, if it may mean people and a word beside it says that it does.

    `taken`: what was read of the query. No cue cuts any of it: 人工智能 after a country is no 人.
    """
    people = _people(part, thesaurus)
    if people is None and part.field != "country":
        return part
    is_adjective = people is not None and part.field != _FIELD
    place = _Beside(text, tuple(taken)).with_cues(part.span.start, part.span.end, is_adjective)
    if place is None:
        return part
    span = Span(*place, text[slice(*place)])
    if part.field == _FIELD:
        return replace(part, span=span)
    if people is None or part.field == "country":
        people = part.concept, part.values
    concept, values = people
    return replace(part, concept=concept, field=_FIELD, values=values, span=span, alternatives=(part.concept,))


def _people(part: Filter, thesaurus: Thesaurus) -> tuple[str, tuple[str, ...]] | None:
    """The people that the words of a part may mean, and where they come from."""
    for concept in (part.concept, *part.alternatives):
        found = thesaurus.concepts.get(concept)
        if found and found.filter and found.filter[0] == _FIELD:
            return concept, found.filter[1]
    return None


class _Beside:
    """What stands beside the parts of one query."""

    def __init__(self, text: str, taken: Sequence[Place]) -> None:
        self._text, self._taken = simplify(text).replace("’", "'"), taken
        self._flat = flattened(self._text)

    def with_cues(self, start: int, end: int, is_adjective: bool) -> Place | None:
        """The place of a part together with the cues on both sides; None if there is none."""
        before, after = self._before("before", start), self._behind("after", end)
        if before is None and after is None and is_adjective and not self._describes(end):
            before = self._before("for", start)
        if before is None and after is None:
            return None
        return start if before is None else before, end if after is None else after

    def _before(self, kind: str, start: int) -> int | None:
        """Where the cue before a part begins."""
        head = self._flat[:start].rstrip()
        places = ((len(head) - len(cue), len(head)) for cue in cues_at_end(head, _cues(kind)))
        return next((start if self._is_read(place) else place[0] for place in places if self._counts(place)), None)

    def _behind(self, kind: str, end: int) -> int | None:
        """Where the cue behind a part ends."""
        tail = self._flat[end:].lstrip()
        low = len(self._flat) - len(tail)
        places = ((low, low + len(cue)) for cue in cues_at_start(tail, _cues(kind)))
        return next((end if self._is_read(place) else place[1] for place in places if self._counts(place)), None)

    def _describes(self, end: int) -> bool:
        """Whether an adjective has a word behind it that it may describe ("for Vietnamese universities")."""
        tail = self._flat[end:].lstrip()
        return tail[:1].isalnum() and not any(cues_at_start(tail, _cues("then")))

    def _counts(self, place: Place) -> bool:
        """Whether a cue has its marks, or none, and cuts nothing that was read."""
        start, end = place
        typed = self._text[start:end].lower()
        marked = typed == self._flat[start:end] or typed in _exact()
        return marked and all(
            end <= low or high <= start or (start <= low and high <= end) for low, high in self._taken
        )

    def _is_read(self, place: Place) -> bool:
        """Whether a cue is something of its own: 越南研究生 asks for a level too."""
        return any(low < place[1] and place[0] < high for low, high in self._taken)


@cache
def _cues(kind: str) -> Cues:
    """The cues of one kind, flattened. Those of all languages: a name of a country stands in any of them."""
    return longest_first(flattened(cue) for kinds in cue_lists("citizens.toml").values() for cue in kinds.get(kind, ()))


@cache
def _exact() -> frozenset[str]:
    lists = cue_lists("citizens.toml").values()
    return frozenset(cue.lower() for kinds in lists for cues in kinds.values() for cue in cues)
