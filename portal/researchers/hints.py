"""What a person might add, only where it changes which listings are found for them: the parts of the score, and the
rules on who may apply. Each goes by the name of what it changes; `labels.HINTS` has the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.researchers.profile import Profile


@dataclass(frozen=True)
class Hint:
    """Something that is not said yet: the part of the profile to say it in; whether `rules` ask for it."""

    name: str
    part: str
    is_open: Callable[[Profile], bool]
    rules: bool = False


HINTS = (
    Hint("citizenship", "background", lambda one: one.background.citizenships is None, rules=True),
    Hint("age", "background", lambda one: one.background.born_on is None, rules=True),
    Hint("stays", "background", lambda one: one.background.stays is None, rules=True),
    Hint("award", "background", lambda one: one.background.awards_from is None, rules=True),
    Hint("degree", "degrees", lambda one: not any(degree.completed_on for degree in one.degrees), rules=True),
    Hint("work", "posts", lambda one: not one.posts, rules=True),
    Hint("test", "languages", lambda one: not any(language.tests for language in one.languages), rules=True),
    Hint("topics", "skills", lambda one: not (one.skills.concepts or one.wishes.concepts)),
    Hint("field", "skills", lambda one: not (one.skills.isced or any(degree.isced for degree in one.degrees))),
    Hint("kind", "wishes", lambda one: not one.wishes.kinds),
    Hint("level", "wishes", lambda one: not (one.wishes.levels or one.degrees)),
    Hint("country", "wishes", lambda one: not one.wishes.countries),
    Hint("languages", "languages", lambda one: not one.languages),
    Hint("funding", "wishes", lambda one: one.wishes.funding is None),
    Hint("period", "wishes", lambda one: not _has_period(one)),
    Hint("mode", "wishes", lambda one: not one.wishes.modes),
)


def open_hints(profile: Profile) -> Mapping[str, list[Hint]]:
    """Part → what might be added there."""
    found: dict[str, list[Hint]] = {}
    for hint in HINTS:
        if hint.is_open(profile):
            found.setdefault(hint.part, []).append(hint)
    return found


def _has_period(profile: Profile) -> bool:
    wishes = profile.wishes
    said = (wishes.starts_from, wishes.starts_until, wishes.months_min, wishes.months_max)
    return any(value is not None for value in said)
