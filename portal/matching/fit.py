"""How well a listing and a person fit: one published score in 0…1, made of parts that can be opened.

    score = Σ weight × value ÷ Σ weight                over the parts that the person has said something about

Each part compares what both sides said. What the person left open is left out, and named as something to add; where the
listing is silent the value is SILENT, for nobody knows. Eligibility is no part: it comes first, and is decided by
`portal.listings.eligibility`.

Names, citizenships, age and where somebody lives are not read here, so that they cannot count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.researchers.profile import Profile, highest_of
from search.concepts.thesaurus import Thesaurus

WEIGHTS: Mapping[str, float] = {
    "topics": 0.40, "field": 0.06, "kind": 0.10, "level": 0.10, "country": 0.10, "languages": 0.10, "funding": 0.09,
    "period": 0.03, "mode": 0.02,
}  # fmt: skip
SILENT = 0.5
ENOUGH = 0.65  # of all weight together: a score of fewer parts is the beginning of one
NARROWER = 0.8  # per step: the listing asks for something narrower than the person's topic
WIDER = 0.6  # per step: for something wider
TOPIC_SHARES = (0.8, 0.12, 0.08)  # of the listing's topics that are met best
FIELD_VALUES = {4: 1.0, 3: 0.7, 2: 0.3}  # digits of ISCED-F that are the same
LANGUAGE_VALUES = {
    "native": 1.0, "C2": 1.0, "C1": 1.0, "B2": 0.85, "B1": 0.6, "A2": 0.25, "A1": 0.1, None: 0.5,
}  # fmt: skip
# The value of what a listing pays for somebody who needs this much of it.
FUNDING_VALUES: Mapping[str, Mapping[str, float]] = {
    "full": {"full": 1.0, "partly": 0.3, "none": 0.0},
    "partly": {"full": 1.0, "partly": 1.0, "none": 0.1},
    "none": {"full": 1.0, "partly": 1.0, "none": 1.0},
}
# What the highest degree leads to, where nobody said which level is wished for.
NEXT_LEVELS: Mapping[str, Mapping[str, float]] = {
    "upper-secondary": {"bachelor": 1.0, "professional": 0.5},
    "short-cycle": {"bachelor": 1.0, "professional": 0.8},
    "bachelor": {"master": 1.0, "professional": 0.8, "doctoral": 0.4},
    "master": {"doctoral": 1.0, "professional": 0.8, "master": 0.4},
    "doctoral": {"postdoctoral": 1.0, "professional": 0.8, "doctoral": 0.2},
}
_DIGITS = 9  # after which sums of weights count as equal
NEAR_DAYS = 365  # so far from the wished time a start is worth nothing any more
DEGREE = "degree:"  # before the degree from which a level follows, where a part says what was compared


@dataclass(frozen=True)
class Part:
    """One part of a score. `value` in 0…1; `mine` and `theirs` are what was compared, as codes, of the person and of
    the listing; an empty `theirs`: the listing says nothing."""

    name: str
    weight: float
    value: float
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    shared: tuple[tuple[str, str], ...] = ()  # what met what: (mine, theirs)


@dataclass(frozen=True)
class Fit:
    """The whole: parts that counted, and parts that the person may add."""

    parts: tuple[Part, ...]
    missing: tuple[str, ...]

    @property
    def said(self) -> float:
        """How much of all weight the person has said something about, in 0…1."""
        return sum(part.weight for part in self.parts)

    @property
    def score(self) -> float:
        """The parts' weighted mean; 0 where nothing was said."""
        return sum(part.weight * part.value for part in self.parts) / self.said if self.parts else 0.0

    @property
    def is_early(self) -> bool:
        """Whether too little was said to call a good score a good fit: without topics it always is."""
        return round(self.said, _DIGITS) < ENOUGH


@dataclass(frozen=True)
class Seeker:
    """The side of the person, prepared for many comparisons."""

    topics: Mapping[str, tuple[float, str]]  # concept a listing may have → its value, and the person's own concept
    own_topics: tuple[str, ...]
    fields: tuple[str, ...]
    kinds: tuple[str, ...]
    levels: Mapping[str, float]
    countries: tuple[str, ...]
    languages: Mapping[str, float]
    funding: str | None
    starts: tuple[date, date] | None
    months: tuple[float, float] | None
    modes: tuple[str, ...]
    degree: str | None = None  # whose next levels `levels` are, where none was wished for

    @property
    def is_silent(self) -> bool:
        """Whether nothing was said that could count."""
        return not fit(self, Offer()).parts

    @classmethod
    def of(cls, profile: Profile, thesaurus: Thesaurus) -> Seeker:
        """The person of a profile; of one that shows some parts alone, the person as far as shown."""
        wishes, skills = profile.wishes, profile.skills
        own = tuple(dict.fromkeys(one for one in (*wishes.concepts, *skills.concepts) if one in thesaurus))
        highest = None if wishes.levels else highest_of(profile.degrees)  # finished or under way
        fields = dict.fromkeys((*skills.isced, *(one.isced for one in profile.degrees if one.isced)))
        return cls(
            topics=_reach(own, thesaurus), own_topics=own, fields=tuple(fields), kinds=wishes.kinds,
            levels=dict.fromkeys(wishes.levels, 1.0) or (NEXT_LEVELS[highest.level] if highest else {}),
            countries=wishes.countries,
            languages={one.language: LANGUAGE_VALUES[one.level] for one in profile.languages}, funding=wishes.funding,
            starts=_between(wishes.starts_from, wishes.starts_until, date.min, date.max),
            months=_between(_number(wishes.months_min), _number(wishes.months_max), 0.0, 1000.0), modes=wishes.modes,
            degree=highest.level if highest else None,
        )  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """The side of the listing."""

    topics: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    kind: str = ""
    levels: tuple[str, ...] = ()
    country: str = ""
    languages: tuple[str, ...] = ()
    funding: str | None = None
    starts: tuple[date, date] | None = None
    months: tuple[float, float] | None = None
    mode: str = ""

    @classmethod
    def of(cls, card: Mapping[str, Any]) -> Offer:
        """The listing of a card (`portal.listings.document.to_card`): what a search hands back is enough."""
        starts, months = card["starts"], card["months"]
        return cls(
            tuple(card["concepts"]), tuple(card["isced"]), card["kind"], tuple(card["levels"]), card["country"],
            tuple(card["working_languages"]), card["funding"] if card["money_stated"] else None,
            (date.fromisoformat(starts[0]), date.fromisoformat(starts[1])) if starts else None,
            (float(months[0]), float(months[-1])) if months else None, card["mode"],
        )  # fmt: skip


def fit(seeker: Seeker, offer: Offer) -> Fit:
    """How well the two fit."""
    found = {name: compare(seeker, offer) for name, compare in _COMPARISONS.items()}
    parts = tuple(part for part in found.values() if part is not None)
    return Fit(parts, tuple(name for name, part in found.items() if part is None))


def _topics(seeker: Seeker, offer: Offer) -> Part | None:
    if not seeker.own_topics:
        return None
    met = [(seeker.topics[concept], concept) for concept in offer.topics if concept in seeker.topics]
    best = sorted(met, key=lambda one: -one[0][0])[: len(TOPIC_SHARES)]
    shares = TOPIC_SHARES[: max(1, len(offer.topics))]
    value = sum(share * one[0][0] for share, one in zip(shares, best, strict=False)) / sum(shares)
    shared = tuple((one[0][1], one[1]) for one in best)
    return _part("topics", value, seeker.own_topics, offer.topics, shared)


def _field(seeker: Seeker, offer: Offer) -> Part | None:
    if not seeker.fields:
        return None
    pairs = [(_same_digits(mine, theirs), mine, theirs) for mine in seeker.fields for theirs in offer.fields]
    digits, mine, theirs = max(pairs, default=(0, "", ""))
    shared = ((mine, theirs),) if digits in FIELD_VALUES else ()
    return _part("field", FIELD_VALUES.get(digits, 0.0), seeker.fields, offer.fields, shared)


def _kind(seeker: Seeker, offer: Offer) -> Part | None:
    return _choice("kind", seeker.kinds, (offer.kind,))


def _level(seeker: Seeker, offer: Offer) -> Part | None:
    if not seeker.levels:
        return None
    value, level = max(((seeker.levels.get(one, 0.0), one) for one in offer.levels), default=(0.0, ""))
    if seeker.degree:
        mine = f"{DEGREE}{seeker.degree}"
        return _part("level", value, (mine,), offer.levels, ((mine, level),) if value else ())
    return _part("level", value, tuple(seeker.levels), offer.levels, ((level, level),) if value else ())


def _country(seeker: Seeker, offer: Offer) -> Part | None:
    return _choice("country", seeker.countries, (offer.country,))


def _languages(seeker: Seeker, offer: Offer) -> Part | None:
    if not seeker.languages:
        return None
    value, language = max(((seeker.languages.get(one, 0.0), one) for one in offer.languages), default=(0.0, ""))
    shared = ((language, language),) if value else ()
    return _part("languages", value, tuple(seeker.languages), offer.languages, shared)


def _funding(seeker: Seeker, offer: Offer) -> Part | None:
    if seeker.funding is None:
        return None
    theirs = (offer.funding,) if offer.funding else ()
    value = FUNDING_VALUES[seeker.funding][offer.funding] if offer.funding else 0.0
    return _part("funding", value, (seeker.funding,), theirs)


def _period(seeker: Seeker, offer: Offer) -> Part | None:
    """When it starts and how long it is, each as far as both sides say it."""
    if seeker.starts is None and seeker.months is None:
        return None
    values = []
    if seeker.starts and offer.starts:
        values.append(max(0.0, 1.0 - _days_apart(seeker.starts, offer.starts) / NEAR_DAYS))
    if seeker.months and offer.months:
        apart = max(seeker.months[0] - offer.months[1], offer.months[0] - seeker.months[1], 0.0)
        values.append(max(0.0, 1.0 - apart / max(offer.months[1], 1.0)))
    mine, theirs = (tuple(_said(side.starts, side.months)) for side in (seeker, offer))
    return _part("period", sum(values) / len(values) if values else 0.0, mine, theirs if values else ())


def _mode(seeker: Seeker, offer: Offer) -> Part | None:
    return _choice("mode", seeker.modes, (offer.mode,))


_COMPARISONS = {
    "topics": _topics, "field": _field, "kind": _kind, "level": _level, "country": _country, "languages": _languages,
    "funding": _funding, "period": _period, "mode": _mode,
}  # fmt: skip


def _part(
    name: str, value: float, mine: tuple[str, ...], theirs: tuple[str, ...], shared: Sequence[tuple[str, str]] = ()
) -> Part:
    return Part(name, WEIGHTS[name], value if theirs else SILENT, mine, theirs, tuple(shared))


def _choice(name: str, wished: tuple[str, ...], theirs: tuple[str, ...]) -> Part | None:
    """A part that is met or not."""
    shared = tuple((one, one) for one in theirs if one in wished)
    return _part(name, 1.0 if shared else 0.0, wished, theirs, shared) if wished else None


def _reach(own: Iterable[str], thesaurus: Thesaurus) -> dict[str, tuple[float, str]]:
    """Every concept that has to do with one of the person's, its value, and that one."""
    reach: dict[str, tuple[float, str]] = {}
    for concept in own:
        near = {other: NARROWER**steps for other, steps in thesaurus.answers(concept).items()}
        near |= {other: WIDER**steps for other, steps in thesaurus.ancestors(concept).items()}
        for other, value in near.items():
            if value > reach.get(other, (0.0, ""))[0]:
                reach[other] = (value, concept)
    return reach


def _same_digits(first: str, second: str) -> int:
    return next((n for n in range(min(len(first), len(second)), 0, -1) if first[:n] == second[:n]), 0)


def _days_apart(first: tuple[date, date], second: tuple[date, date]) -> int:
    return max((first[0] - second[1]).days, (second[0] - first[1]).days, 0)


def _between(first: Any, last: Any, lowest: Any, highest: Any) -> Any:
    if first is None and last is None:
        return None
    return (lowest if first is None else first, highest if last is None else last)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _said(starts: tuple[date, date] | None, months: tuple[float, float] | None) -> Iterator[str]:
    if starts:
        yield f"{starts[0].isoformat()}/{starts[1].isoformat()}"
    if months:
        yield f"{months[0]:g}-{months[1]:g}"
