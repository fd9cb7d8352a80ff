"""What a file or another site says of a person, as proposals: nothing is saved before the person has chosen it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from portal.core.errors import Invalid
from portal.researchers.profile import PARTS, Background, Degree, Language, Name, Post, Profile, Publication, Skills
from portal.researchers.records import LISTS, MOST_ROWS, read_part, write_part
from search.analysis.cleaning import clean
from search.analysis.folding import fold


@dataclass(frozen=True)
class Proposal:
    """One thing to add to a part: a row of a list, or an object with only what is proposed filled in. `words`: what was
    read, where that says more than the value."""

    part: str
    value: Any
    words: str = ""


@dataclass(frozen=True)
class LeftOut:
    """Something that was read and lacks what a profile needs (`reason`: the reader's, such as "missing-field")."""

    part: str
    words: str
    reason: str


@dataclass(frozen=True)
class Brought:
    """All that one source says."""

    proposals: tuple[Proposal, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass
class Finds:
    """Gathers what a source says; each proposal is checked by the reader of profiles, and kept once."""

    proposals: list[Proposal] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def add(self, part: str, value: Any, words: str = "") -> None:
        """Propose a value, unless the same was proposed already, or it says nothing."""
        try:
            read = read_part(part, write_part((value,) if part in LISTS else value))
        except Invalid as error:
            self.leave_out(part, words, str(error.parameters.get("reason", "")))
            return
        proposal = Proposal(part, read[0] if part in LISTS else read, words)
        if isinstance(proposal.value, Language) and (place := self._place_of(proposal.value)) is not None:
            before = self.proposals[place]
            self.proposals[place] = replace(before, value=_completed(before.value, proposal.value))
        elif write_part(proposal.value) and not is_there(joined(Profile(), self.proposals), proposal):
            self.proposals.append(proposal)

    def _place_of(self, language: Language) -> int | None:
        """Where the same language is proposed already: all that is said of it is one proposal."""
        said = (getattr(one.value, "language", None) for one in self.proposals)
        return next((place for place, one in enumerate(said) if one == language.language), None)

    def leave_out(self, part: str, words: str, reason: str) -> None:
        """Note what cannot be proposed."""
        self.left_out.append(LeftOut(part, short(words, 200), reason))

    def brought(self) -> Brought:
        """All of it."""
        return Brought(tuple(self.proposals), tuple(self.left_out))


def short(text: object, longest: int = 300) -> str:
    """A text from outside in one line, without anything invisible; what is too long ends in an ellipsis."""
    cleaned = clean(text) if isinstance(text, str) else ""
    return cleaned if len(cleaned) <= longest else cleaned[: longest - 1].rstrip() + "…"


def joined(profile: Profile, proposals: Iterable[Proposal]) -> Profile:
    """A profile with proposals taken over: rows are added, languages completed, other values replaced."""
    for proposal in proposals:
        part = _with(getattr(profile, proposal.part), proposal.value)
        profile = replace(profile, **{proposal.part: part})
    return profile


def is_there(profile: Profile, proposal: Proposal) -> bool:
    """Whether a profile says already what is proposed."""
    return joined(profile, [proposal]) == profile


def changed_parts(before: Profile, after: Profile) -> dict[str, Any]:
    """Part → JSON, of those that differ."""
    return {part: write_part(getattr(after, part)) for part in PARTS if getattr(before, part) != getattr(after, part)}


def _with(part: Any, value: Any) -> Any:
    if isinstance(value, Language):
        return _with_language(part, value)
    if isinstance(value, Skills):
        return _with_skills(part, value)
    if isinstance(value, (Name, Background)):
        said = {one.name: getattr(value, one.name) for one in fields(value)}
        return replace(part, **{name: found for name, found in said.items() if found not in (None, "")})
    return part if len(part) >= MOST_ROWS or any(same(one, value) for one in part) else (*part, value)


def _with_language(languages: tuple[Language, ...], value: Language) -> tuple[Language, ...]:
    if value.language not in {one.language for one in languages}:
        return (*languages, value)
    return tuple(_completed(one, value) if one.language == value.language else one for one in languages)


def _completed(language: Language, value: Language) -> Language:
    new = (test for test in value.tests if (test.test, test.result) not in {(t.test, t.result) for t in language.tests})
    return replace(language, level=value.level or language.level, tests=(*language.tests, *new))


def _with_skills(skills: Skills, value: Skills) -> Skills:
    """What was refused before is not taken over again."""
    concepts = dict.fromkeys((*skills.concepts, *(one for one in value.concepts if one not in skills.concepts_refused)))
    said = {name: found for name in ("summary", "summary_language", "research_years")
            if (found := getattr(value, name)) not in (None, "")}  # fmt: skip
    return replace(skills, concepts=tuple(concepts), isced=tuple(dict.fromkeys((*skills.isced, *value.isced))), **said)


def same(one: Any, other: Any) -> bool:
    """Whether two rows are about the same degree, post or publication."""
    if isinstance(one, Publication):
        return _same_publication(one, other)
    if isinstance(one, Post):
        return one.since == other.since and fold(one.title) == fold(other.title)
    return _same_degree(one, other)


def _same_publication(one: Publication, other: Publication) -> bool:
    """By DOI where both have one, else by title and year."""
    if one.doi and other.doi:
        return one.doi == other.doi
    return title_key(one.title) == title_key(other.title) and one.year == other.year


def _same_degree(one: Degree, other: Degree) -> bool:
    """Of one level and year, unless they name different places or subjects."""
    years = {degree.completed_on.year if degree.completed_on else None for degree in (one, other)}
    pairs = ((one.at.name, other.at.name), (one.subject, other.subject))
    apart = any(mine and theirs and fold(mine) != fold(theirs) for mine, theirs in pairs)
    return one.level == other.level and len(years) == 1 and not apart


def title_key(title: str) -> str:
    """A title as titles are compared: letters and digits alone, folded."""
    return "".join(letter for letter in fold(title) if letter.isalnum())
