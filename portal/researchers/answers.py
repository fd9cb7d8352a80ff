"""A profile as answers to the rules on who may apply: for the check, the match and the application alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from portal.listings.answers import Answers, Day, LanguageResult
from portal.researchers.profile import Profile, highest_of

# Answer → the part of the profile that gives it.
PART_OF: Mapping[str, str] = {
    "citizenships": "background", "born": "background", "degree": "degrees", "degree_on": "degrees",
    "research_years": "skills", "employed": "posts", "work_years": "posts", "stays": "background",
    "awards_from": "background", "tests": "languages",
}  # fmt: skip
_DAYS_A_YEAR = 365.2425


def answers_of(profile: Profile, today: date) -> Answers:
    """What a profile says to rules. What was never written is an open question, not a no."""
    background = profile.background
    highest = highest_of(one for one in profile.degrees if one.completed_on and one.completed_on <= today)
    tests = [LanguageResult(one.language, test.test, test.result) for one in profile.languages for test in one.tests]
    return Answers(
        citizenships=background.citizenships,
        born=Day.exactly(background.born_on) if background.born_on else None,
        degree=highest.level if highest else None,
        degree_on=Day(*highest.completed_between) if highest and highest.completed_between else None,
        research_years=profile.skills.research_years,
        employed=any(_is_held(one.since, one.until, today) for one in profile.posts) if profile.posts else None,
        work_years=_work_years(profile, today),
        stays=background.stays,
        awards_from=background.awards_from,
        tests=tuple(tests) or None,
    )


def _is_held(since: date, until: date | None, today: date) -> bool:
    return since <= today and (until is None or until >= today)


def _work_years(profile: Profile, today: date) -> int | None:
    """Full years in posts, those held at once counted once."""
    if not profile.posts:
        return None
    days, counted_to = 0, date.min
    for since, until in sorted((one.since, min(one.until or today, today)) for one in profile.posts):
        start = max(since, counted_to)
        if until > start:
            days += (until - start).days
            counted_to = until
    return int(days / _DAYS_A_YEAR)
