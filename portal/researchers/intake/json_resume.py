"""A profile as a JSON Resume (schema 1.0.0, https://jsonresume.org/schema) and back.

The schema has free text where profiles have codes, and allows further keys everywhere: ours begin with `x-`. They say
what the free text cannot (the level of a degree, a test's result); without them the text is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from portal.core.errors import Invalid
from portal.listings import codes
from portal.researchers.identifiers import read_doi
from portal.researchers.intake.dates import read_day
from portal.researchers.intake.language_names import language_of
from portal.researchers.intake.outside import country, get, rows, text, web_address
from portal.researchers.intake.proposals import Brought, Finds
from portal.researchers.intake.wording import degree_level, find_cues, first_cue, folded
from portal.researchers.profile import (
    POST_KINDS,
    PUBLICATION_KINDS,
    SPOKEN,
    Degree,
    Language,
    Name,
    Place,
    Post,
    Profile,
    Publication,
    Skills,
    TestResult,
)  # fmt: skip
from portal.researchers.records import NAME, SUMMARY, write_part
from portal.vocabulary.cldr import language_name

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
LARGEST = 2 * 1024**2  # bytes
_SECTIONS = {"basics", "work", "education", "languages", "publications", "meta"}
_NATIVE = "Native speaker"
_Json = dict[str, Any]


def write_resume(profile: Profile, reader: str) -> _Json:
    """A profile as a JSON Resume; names of languages as readers of `reader` write them. Background and wishes have no
    place in it."""
    return _kept(
        {
            "$schema": SCHEMA,
            "basics": _basics(profile),
            "work": [_work(post) for post in profile.posts],
            "education": [_education(degree) for degree in profile.degrees],
            "publications": [_publication(one) for one in profile.publications],
            "languages": [_language(one, reader) for one in profile.languages],
            "meta": {"version": "v1.0.0"},
        }
    )


def _kept(value: Mapping[str, Any]) -> _Json:
    return {key: found for key, found in value.items() if found not in (None, "", [], {})}


def _basics(profile: Profile) -> _Json:
    name, skills = profile.name, profile.skills
    return _kept(
        {
            "name": f"{name.given} {name.family}".strip() or name.native, "summary": skills.summary,
            "x-given": name.given, "x-family": name.family, "x-native": name.native,
            "x-summary-language": skills.summary_language if skills.summary else None,
        }
    )  # fmt: skip


def _work(post: Post) -> _Json:
    return _kept(
        {
            "name": post.at.name, "position": post.title, "startDate": post.since.isoformat(),
            "endDate": post.until.isoformat() if post.until else None, "x-kind": post.kind,
            "x-country": post.at.country, "x-organisation": post.at.organisation_id,
        }
    )  # fmt: skip


def _education(degree: Degree) -> _Json:
    return _kept(
        {
            "institution": degree.at.name, "area": degree.subject, "studyType": degree.level,
            "endDate": degree.completed_on.isoformat() if degree.completed_on else None, "x-level": degree.level,
            "x-isced": degree.isced, "x-country": degree.at.country, "x-organisation": degree.at.organisation_id,
        }
    )  # fmt: skip


def _publication(one: Publication) -> _Json:
    return _kept(
        {
            "name": one.title, "publisher": one.venue, "releaseDate": str(one.year) if one.year else None,
            "url": one.url or (f"https://doi.org/{one.doi}" if one.doi else None), "x-kind": one.kind,
            "x-authors": list(one.authors), "x-doi": one.doi,
        }
    )  # fmt: skip


def _language(one: Language, reader: str) -> _Json:
    tests = write_part(one.tests)
    fluency = _NATIVE if one.level == "native" else one.level
    return _kept(
        {
            "language": language_name(one.language, reader),
            "fluency": fluency,
            "x-language": one.language,
            "x-tests": tests,
        }
    )


def read_resume(content: bytes) -> Brought:
    """What a JSON Resume says. Raises `Invalid` ("intake.large", "intake.json")."""
    if len(content) > LARGEST:
        raise Invalid("intake.large", field="file", megabytes=LARGEST // 1024**2)
    try:
        resume = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Invalid("intake.json", field="file") from error
    if not isinstance(resume, dict) or not _SECTIONS & set(resume):
        raise Invalid("intake.json", field="file")
    finds = Finds()
    _read_basics(get(resume, "basics"), finds)
    for reading, key in (
        (_read_education, "education"), (_read_work, "work"), (_read_publication, "publications"),
        (_read_language, "languages"),
    ):  # fmt: skip
        for row in rows(resume, key):
            reading(row, finds)
    return finds.brought()


def _read_basics(basics: Any, finds: Finds) -> None:
    whole = text(basics, "name", longest=NAME)
    parts = [text(basics, key, longest=NAME) for key in ("x-given", "x-family", "x-native")]
    name = Name(*parts) if any(parts) else Name(native=whole)  # which of them is the family name, nothing says
    finds.add("name", name, whole)
    summary = get(basics, "summary")
    if isinstance(summary, str) and summary.strip():
        language = text(basics, "x-summary-language", longest=10) or None
        finds.add("skills", Skills(summary=summary.strip()[:SUMMARY], summary_language=language))


def _read_work(row: Mapping[str, Any], finds: Finds) -> None:
    title, since = text(row, "position"), read_day(text(row, "startDate"))
    words = ", ".join(filter(None, (title, text(row, "name"))))
    if not title or since is None:
        finds.leave_out("posts", words, "missing-field")
        return
    kind = _code(row, "x-kind", POST_KINDS) or first_cue("posts", folded(title)) or "other"
    finds.add("posts", Post(kind, title, _at(row, "name"), since, read_day(text(row, "endDate"), last=True)), words)


def _read_education(row: Mapping[str, Any], finds: Finds) -> None:
    kind, area = text(row, "studyType"), text(row, "area")
    level = (
        _code(row, "x-level", codes.DEGREES) or degree_level(f"{kind} {area}") or _code(row, "studyType", codes.DEGREES)
    )
    words = ", ".join(filter(None, (kind, area, text(row, "institution"))))
    if level is None:
        finds.leave_out("degrees", words, "level")
        return
    isced = text(row, "x-isced", longest=4) or None
    finds.add(
        "degrees", Degree(level, area, isced, _at(row, "institution"), read_day(text(row, "endDate"), last=True)), words
    )


def _at(row: Mapping[str, Any], key: str) -> Place:
    return Place(text(row, "x-organisation", longest=40) or None, text(row, key), country(row, "x-country"))


def _read_publication(row: Mapping[str, Any], finds: Finds) -> None:
    day, url = read_day(text(row, "releaseDate")), web_address(row, "url")
    doi = read_doi(text(row, "x-doi")) or (read_doi(url) if url else None)
    authors = get(row, "x-authors")
    finds.add(
        "publications",
        Publication(
            title=text(row, "name", longest=1000), kind=_code(row, "x-kind", PUBLICATION_KINDS) or "other",
            year=day.year if day else None, venue=text(row, "publisher"),
            authors=tuple(dict.fromkeys(filter(None, (text({"": one}, "") for one in authors))))
            if isinstance(authors, list) else (),
            doi=doi, url=None if doi and url == f"https://doi.org/{doi}" else url,
        ),
        text(row, "name"),
    )  # fmt: skip


def _read_language(row: Mapping[str, Any], finds: Finds) -> None:
    tag = text(row, "x-language", longest=10) or language_of(text(row, "language"))
    words = " ".join(filter(None, (text(row, "language"), text(row, "fluency"))))
    if tag is None:
        finds.leave_out("languages", words, "unknown-code")
        return
    tests = tuple(
        TestResult(text(one, "test"), text(one, "result", longest=20), read_day(text(one, "taken_on")))
        for one in rows(row, "x-tests")
    )
    finds.add("languages", Language(tag, _level(text(row, "fluency")), tests), words)


def _level(fluency: str) -> str | None:
    if any(cue.meaning == "native" for cue in find_cues("levels", folded(fluency))):
        return "native"
    return next((level for level in SPOKEN if level in fluency.upper().split()), None)


def _code(row: Mapping[str, Any], key: str, known: tuple[str, ...]) -> str | None:
    found = text(row, key)
    return found if found in known else None
