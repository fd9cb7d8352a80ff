"""Proposals as a page shows them, side by side with what the profile has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.listings.labels import label
from portal.researchers.intake.labels import REASONS
from portal.researchers.intake.proposals import BROUGHT, Brought, Gathered
from portal.researchers.labels import PARTS
from portal.researchers.profile import (
    Background,
    Degree,
    Language,
    Name,
    Place,
    Post,
    Profile,
    Publication,
    Skills,
)  # fmt: skip
from portal.vocabulary.cldr import country_name, language_name
from portal.vocabulary.thesaurus import load_thesaurus
from portal.web import formats
from portal.web.language import current_language
from portal.web.messages import gettext as _
from portal.web.text import capitalised


@dataclass(frozen=True)
class Shown:
    """One thing in words: what it is, and what else is known of it."""

    title: str
    note: str = ""


@dataclass(frozen=True)
class Choice:
    """A proposal with its place among all; `ticked` unless it would replace something."""

    place: int
    shown: Shown
    words: str
    ticked: bool


@dataclass(frozen=True)
class Section:
    """One part: what the profile has, and what is proposed."""

    part: str
    name: str
    there: list[Shown]
    choices: list[Choice]
    known: int  # proposals that the profile has already


def sections(profile: Profile, brought: Brought, ticked: set[int] | None = None) -> list[Section]:
    """The parts for which something is proposed."""
    known = Gathered(profile)
    new = {place for place, one in enumerate(brought.proposals) if not known.has(one)}
    found = (_section(part, profile, brought, new, ticked) for part in BROUGHT)
    return [section for section in found if section.choices or section.known]


def _section(part: str, profile: Profile, brought: Brought, new: set[int], ticked: set[int] | None) -> Section:
    own = [(place, one) for place, one in enumerate(brought.proposals) if one.part == part]
    there = list(_shown_part(getattr(profile, part)))
    replaces = part in ("name", "background") and bool(there)
    choices = [
        Choice(place, show(one.value), one.words, place in ticked if ticked is not None else not replaces)
        for place, one in own
        if place in new
    ]
    return Section(part, _(PARTS[part]), there, choices, len(own) - len(choices))


def left_out(brought: Brought) -> list[Shown]:
    """What could not be taken, and why."""
    return [
        Shown(one.words or _(PARTS[one.part]), _(REASONS.get(one.reason, REASONS["other"]))) for one in brought.left_out
    ]


def _shown_part(value: Any) -> Iterator[Shown]:
    if isinstance(value, tuple):
        yield from map(show, value)
    elif isinstance(value, Skills):
        yield from (show(Skills(concepts=(one,))) for one in value.concepts)
        if value.summary:
            yield show(Skills(summary=value.summary))
    elif (shown := show(value)).title:
        yield shown


def show(value: Any) -> Shown:
    """A value of a part in the reader's language."""
    return _SHOWN[type(value)](value)


def _name(name: Name) -> Shown:
    latin = " ".join(filter(None, (name.given, name.family)))
    return Shown(latin or name.native, name.native if latin else "")


def _background(background: Background) -> Shown:
    tag = current_language().tag
    nations = formats.joined(tuple(country_name(one, tag) for one in background.citizenships or ()), tag)
    told = [
        _("Citizenship: %(countries)s", countries=nations) if nations else "",
        _("Lives in: %(country)s", country=country_name(background.residence, tag)) if background.residence else "",
        _("Born on %(date)s", date=_day(background.born_on)) if background.born_on else "",
    ]
    first, *others = [one for one in told if one] or [""]
    return Shown(first, _joined(*others))


def _degree(degree: Degree) -> Shown:
    between = degree.completed_between
    until = formats.period(*between, current_language().tag) if between else _("not completed, or no date")
    return Shown(
        degree.subject or _level(degree), _joined(_level(degree) if degree.subject else "", _place(degree.at), until)
    )


def _level(degree: Degree) -> str:
    return _(label("degree", degree.level)) if degree.level else ""


def _post(post: Post) -> Shown:
    until = _day(post.until) if post.until else _("now")
    return Shown(post.title, _joined(_place(post.at), f"{_day(post.since)} – {until}"))


def _publication(one: Publication) -> Shown:
    doi = f"doi:{one.doi}" if one.doi and one.doi != one.title else ""
    return Shown(one.title, _joined(one.venue, str(one.year) if one.year else "", doi))


def _language(one: Language) -> Shown:
    level = _("native language") if one.level == "native" else one.level or ""
    tests = (f"{test.test} {test.result}" for test in one.tests)
    return Shown(capitalised(language_name(one.language, current_language().tag)), _joined(level, *tests))


def _skills(skills: Skills) -> Shown:
    if skills.concepts:
        return Shown(capitalised(load_thesaurus().label(skills.concepts[0], current_language().tag)))
    return Shown(_("In own words"), skills.summary)


def _place(at: Place) -> str:
    return _joined(at.name, country_name(at.country, current_language().tag) if at.country else "")


def _day(day: date) -> str:
    return formats.day(day, current_language().tag)


def _joined(*pieces: str) -> str:
    return " · ".join(piece for piece in pieces if piece)


_SHOWN: Mapping[type, Callable[[Any], Shown]] = {
    Name: _name, Background: _background, Degree: _degree, Post: _post, Publication: _publication,
    Language: _language, Skills: _skills,
}  # fmt: skip
