"""The facets of a search, in the order in which they are shown, and the values each may have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from portal.listings import codes
from portal.listings.facts import BY_CODE
from portal.locales import COUNTRIES, REGIONS, TAGS
from portal.vocabulary.isced import load_isced
from portal.vocabulary.thesaurus import load_thesaurus

LONGEST = 60  # characters of a value


@dataclass(frozen=True)
class Values:
    """What a facet may have: one of some codes; or where they are too many to list, what looks like one and is known
    (`known` None: whoever needs to know asks the database)."""

    codes: tuple[str, ...] = ()
    pattern: str = ""
    known: Callable[[str], bool] | None = None

    def allow(self, value: str) -> bool:
        """Whether a value can be meant."""
        if self.codes:
            return value in self.codes
        looks_like_one = len(value) <= LONGEST and re.fullmatch(self.pattern, value) is not None
        return looks_like_one and (self.known is None or self.known(value))


def _one_of(values: Iterable[str]) -> Values:
    return Values(tuple(values))


def _concepts(scheme: str) -> Values:
    def known(value: str) -> bool:
        concept = load_thesaurus().concepts.get(value)
        return concept is not None and concept.scheme == scheme

    return Values(pattern="[a-z0-9-]+", known=known)


FACETS: Mapping[str, Values] = {
    "kind": _one_of(codes.KINDS),
    "country": _one_of(REGIONS),
    "open_to": _one_of(COUNTRIES),
    "level": _one_of(codes.LEVELS),
    "funding": _one_of(codes.FUNDINGS),
    "concept": _concepts("topic"),
    "closes_at": _one_of(f"{days}d" for days in BY_CODE["closes_at"].windows),
    "mode": _one_of(codes.MODES),
    "award": _one_of(codes.AWARDS),
    "working_language": _one_of(TAGS),
    "isced": Values(pattern="[0-9]{3}", known=lambda value: load_isced().exists(value)),
    "place": _concepts("place"),
    "organisation": Values(pattern="[0-9a-z-]+"),
    "source_language": _one_of(TAGS),
}
