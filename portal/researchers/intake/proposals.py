"""What a file or another site says of a person, as proposals: nothing is saved before the person has chosen it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from itertools import product
from typing import Any

from portal.core.errors import Invalid
from portal.researchers.profile import PARTS, Degree, Language, Post, Profile, Publication, Skills
from portal.researchers.records import LISTS, MOST_ROWS, read_part, write_part
from search.analysis.cleaning import clean
from search.analysis.folding import fold

BROUGHT = tuple(part for part in PARTS if part != "wishes")  # no file says what somebody looks for
_ROWS = ("degrees", "posts", "publications")


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


class Gathered:
    """A profile into which proposals go one by one: rows are added, languages completed, other values replaced. It
    keeps the keys of its rows, so that many of them are not compared with each other."""

    def __init__(self, profile: Profile) -> None:
        self._parts: dict[str, Any] = {part: getattr(profile, part) for part in PARTS}
        self._rows: dict[str, list[Any]] = {part: list(self._parts[part]) for part in _ROWS}
        self._keys = {part: {key for row in rows for key in _keys_of(row)} for part, rows in self._rows.items()}

    def has(self, proposal: Proposal) -> bool:
        """Whether all of a proposal is there, or there is no room for it."""
        part, value = proposal.part, proposal.value
        if part in _ROWS:
            return len(self._rows[part]) >= MOST_ROWS or not self._keys[part].isdisjoint(_keys_asked(value))
        return bool(_with(self._parts[part], value) == self._parts[part])

    def add(self, proposal: Proposal) -> None:
        """Take a proposal over."""
        part, value = proposal.part, proposal.value
        if part not in _ROWS:
            self._parts[part] = _with(self._parts[part], value)
        elif not self.has(proposal):
            self._rows[part].append(value)
            self._keys[part].update(_keys_of(value))

    def profile(self) -> Profile:
        """What it is now."""
        return Profile(**{**self._parts, **{part: tuple(rows) for part, rows in self._rows.items()}})


@dataclass
class Finds:
    """Gathers what a source says; each proposal is checked by the reader of profiles, and kept once. `most`: proposals
    of a part; what is beyond is left out."""

    most: int = MOST_ROWS
    proposals: list[Proposal] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    _gathered: Gathered = field(default_factory=lambda: Gathered(Profile()))
    _counts: Counter[str] = field(default_factory=Counter)
    _languages: dict[str, int] = field(default_factory=dict)  # all that is said of one is one proposal: its place

    def add(self, part: str, value: Any, words: str = "") -> None:
        """Propose a value, unless the same was proposed already, or it says nothing."""
        try:
            read = read_part(part, write_part((value,) if part in LISTS else value))
        except Invalid as error:
            self.leave_out(part, words, str(error.parameters.get("reason", "")))
            return
        proposal = Proposal(part, read[0] if part in LISTS else read, words)
        if not write_part(proposal.value) or self._gathered.has(proposal):
            return
        place = self._languages.get(proposal.value.language) if part == "languages" else None
        if place is not None:
            before = self.proposals[place]
            self.proposals[place] = replace(before, value=_completed(before.value, proposal.value))
        elif self._counts[part] >= self.most:
            self.leave_out(part, words, "too-long")
            return
        else:
            self._append(proposal)
        self._gathered.add(proposal)

    def _append(self, proposal: Proposal) -> None:
        if proposal.part == "languages":
            self._languages[proposal.value.language] = len(self.proposals)
        self._counts[proposal.part] += 1
        self.proposals.append(proposal)

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
    """A profile with proposals taken over."""
    gathered = Gathered(profile)
    for proposal in proposals:
        gathered.add(proposal)
    return gathered.profile()


def changed_parts(before: Profile, after: Profile) -> dict[str, Any]:
    """Part → JSON, of those that differ."""
    return {part: write_part(getattr(after, part)) for part in PARTS if getattr(before, part) != getattr(after, part)}


def _with(part: Any, value: Any) -> Any:
    if isinstance(value, Language):
        return _with_language(part, value)
    if isinstance(value, Skills):
        return _with_skills(part, value)
    said = {one.name: getattr(value, one.name) for one in fields(value)}
    return replace(part, **{name: found for name, found in said.items() if found not in (None, "")})


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


def _keys_of(row: Any) -> set[tuple[Any, ...]]:
    """What a row is found by: another one is about the same degree, post or publication if it asks for any of these."""
    if isinstance(row, Publication):
        title = (title_key(row.title), row.year)
        return {("title", *title), ("doi", row.doi) if row.doi else ("no doi", *title)}
    if isinstance(row, Post):
        return {(row.since, fold(row.title))}
    return _keys_of_degree(row, *({fold(name), None} for name in (row.at.name, row.subject)))


def _keys_asked(row: Any) -> set[tuple[Any, ...]]:
    """Publications are the same by DOI where both have one, else by title and year; degrees if they are of one level
    and year, unless they name different places or subjects."""
    if isinstance(row, Publication):
        title = (title_key(row.title), row.year)
        return {("doi", row.doi), ("no doi", *title)} if row.doi else {("title", *title)}
    if isinstance(row, Post):
        return _keys_of(row)
    return _keys_of_degree(row, *({fold(name), ""} if name else {None} for name in (row.at.name, row.subject)))


def _keys_of_degree(degree: Degree, *names: Iterable[str | None]) -> set[tuple[Any, ...]]:
    """With each of the names that it goes by; None is any name."""
    year = degree.completed_on.year if degree.completed_on else None
    return {(degree.level, year, *pair) for pair in product(*names)}


def title_key(title: str) -> str:
    """A title as titles are compared: letters and digits alone, folded."""
    return "".join(letter for letter in fold(title) if letter.isalnum())
