"""Parts of a profile ↔ their JSON. One reader checks what comes from forms, files and other sites alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.errors import Invalid
from portal.listings import codes, language_tests
from portal.listings.answers import Stay
from portal.listings.shapes import Reader
from portal.researchers.profile import (
    FUNDING_NEEDS,
    PARTS,
    POST_KINDS,
    PUBLICATION_KINDS,
    SPOKEN,
    Background,
    Degree,
    Language,
    Name,
    Place,
    Post,
    Profile,
    Publication,
    Skills,
    TestResult,
    Wishes,
)
from portal.vocabulary.isced import load_isced
from search.analysis.cleaning import clean

LISTS = ("degrees", "posts", "publications", "languages")
"""Parts whose JSON is a list; that of the others is an object."""
MOST_ROWS = 500
NAME, TITLE, SUMMARY = 120, 300, 5000  # characters
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+", re.ASCII)  # DOI Handbook, 2.2


def read_profile(contents: Mapping[str, Any]) -> Profile:
    """A profile from the JSON of its parts; absent parts are empty. Raises `Invalid`, naming the field."""
    return Profile(**{part: read_part(part, contents[part]) for part in PARTS if contents.get(part) is not None})


def read_part(part: str, content: Any) -> Any:
    """One part from its JSON, as `Profile` has it. Raises `Invalid` ("record.broken"), naming the field."""
    if part not in LISTS:
        return _finished(_READERS[part], Reader(content, part))
    rows = Reader({part: content}).children(part)
    if len(rows) > MOST_ROWS:
        raise Invalid("record.broken", reason="too-long", field=part, longest=MOST_ROWS)
    return tuple(_finished(_READERS[part], row) for row in rows)


def empty_part(part: str) -> Any:
    """The JSON of a part in which nothing is said."""
    return [] if part in LISTS else {}


def write_part(part: Any) -> Any:
    """The JSON of a part, without what is empty; `read_part` gives the part back."""
    if isinstance(part, tuple):
        return [write_part(row) for row in part]
    if is_dataclass(part):
        written = ((one.name, write_part(getattr(part, one.name))) for one in fields(part))
        kept = {name: value for name, value in written if value not in (None, "", {})}
        return {name: value for name, value in kept.items() if value != [] or _says_none(part, name)}
    if isinstance(part, date):
        return part.isoformat()
    return str(part) if isinstance(part, Decimal) else part


def _says_none(part: Any, name: str) -> bool:
    """Whether an empty list is an answer there ("none") and not the lack of one."""
    return isinstance(part, Background) and name in ("stays", "awards_from")


def _finished(read: Callable[[Reader], Any], reader: Reader) -> Any:
    value = read(reader)
    reader.finish()
    return value


def _text(reader: Reader, key: str, longest: int) -> str:
    return reader.optional(lambda asked: _line(reader, asked, longest), key) or ""


def _line(reader: Reader, key: str, longest: int) -> str:
    """A text in one line, without anything invisible."""
    return _not_too_long(clean(reader.text(key, longest)), reader.at(key), longest)


def _title(reader: Reader, longest: int) -> str:
    """A title: a line that says something."""
    title = _line(reader, "title", longest)
    if not title:
        raise Invalid("record.broken", reason="missing-field", field=reader.at("title"))
    return title


def _lines(reader: Reader, key: str, longest: int) -> str:
    """A text that keeps its lines."""
    lines = (reader.optional(reader.short_text(longest), key) or "").splitlines()
    return _not_too_long("\n".join(map(clean, lines)).strip(), reader.at(key), longest)


def _not_too_long(text: str, field: str, longest: int) -> str:
    """Cleaning takes some letters apart."""
    if len(text) > longest:
        raise Invalid("record.broken", reason="too-long", field=field, longest=longest)
    return text


def _name(reader: Reader) -> Name:
    return Name(*(_text(reader, key, NAME) for key in ("given", "family", "native")))


def _background(reader: Reader) -> Background:
    return Background(
        citizenships=tuple(_countries(reader, "citizenships")) or None,
        born_on=reader.optional(reader.day, "born_on"),
        residence=reader.optional(lambda key: _country(reader, key), "residence"),
        stays=reader.optional(lambda key: tuple(map(_stay, reader.children(key))), "stays"),
        awards_from=reader.optional(lambda key: tuple(_countries(reader, key)), "awards_from"),
    )


def _stay(reader: Reader) -> Stay:
    stay = Stay(_country(reader, "country"), reader.day("since"), reader.optional(reader.day, "until"))
    _in_order(reader, stay.since, stay.until, "until")
    reader.finish()
    return stay


def _place(reader: Reader) -> Place:
    found = Place(
        reader.optional(reader.short_text(40), "organisation_id"),
        _text(reader, "name", TITLE),
        reader.optional(lambda key: _country(reader, key), "country"),
    )
    reader.finish()
    return found


def _at(reader: Reader) -> Place:
    return reader.optional(lambda key: _place(Reader(reader.mapping(key), reader.at(key))), "at") or Place()


def _degree(reader: Reader) -> Degree:
    return Degree(
        reader.code("level", codes.DEGREES), _text(reader, "subject", TITLE), reader.optional(_isced(reader), "isced"),
        _at(reader), reader.optional(reader.day, "completed_on"),
    )  # fmt: skip


def _post(reader: Reader) -> Post:
    post = Post(
        reader.code("kind", POST_KINDS), _title(reader, TITLE), _at(reader), reader.day("since"),
        reader.optional(reader.day, "until"),
    )  # fmt: skip
    _in_order(reader, post.since, post.until, "until")
    return post


def _publication(reader: Reader) -> Publication:
    return Publication(
        title=_title(reader, 1000),
        kind=reader.optional(reader.code_of(PUBLICATION_KINDS), "kind") or "article",
        year=reader.optional(lambda key: _between(reader, key, 1900, 2100), "year"),
        venue=_text(reader, "venue", TITLE),
        authors=tuple(dict.fromkeys(_authors(reader))),
        doi=reader.optional(lambda key: _doi(reader, key), "doi"),
        url=reader.optional(lambda key: _address(reader, key), "url"),
    )


def _authors(reader: Reader) -> Iterable[str]:
    for position, value in enumerate(reader.codes("authors", None)):
        if author := _not_too_long(clean(value), f"{reader.at('authors')}[{position}]", TITLE):
            yield author


def _doi(reader: Reader, key: str) -> str:
    value = reader.text(key, 200).lower()
    if not _DOI.fullmatch(value):
        raise Invalid("record.broken", reason="wrong-type", field=reader.at(key), expected="DOI")
    return value


def _language(reader: Reader) -> Language:
    return Language(
        reader.text("language", 10), reader.optional(reader.code_of(SPOKEN), "level"),
        tuple(map(_result, reader.children("tests"))),
    )  # fmt: skip


def _result(reader: Reader) -> TestResult:
    found = TestResult(
        reader.code("test", codes.LANGUAGE_TESTS), reader.text("result", 20), reader.optional(reader.day, "taken_on")
    )
    if language_tests.position(found.test, found.result) is None:
        raise Invalid("record.broken", reason="unknown-code", field=reader.at("result"), value=found.result)
    reader.finish()
    return found


def _skills(reader: Reader) -> Skills:
    isced = reader.codes("isced", None)
    for position, code in enumerate(isced):
        _known_isced(code, f"{reader.at('isced')}[{position}]")
    return Skills(
        tuple(reader.codes("concepts", None)), tuple(reader.codes("concepts_refused", None)), tuple(isced),
        _lines(reader, "summary", SUMMARY), reader.optional(reader.short_text(10), "summary_language"),
        reader.optional(lambda key: _between(reader, key, 0, 80), "research_years"),
    )  # fmt: skip


def _wishes(reader: Reader) -> Wishes:
    wishes = Wishes(
        kinds=tuple(reader.codes("kinds", codes.KINDS)),
        levels=tuple(reader.codes("levels", codes.LEVELS)),
        countries=tuple(_countries(reader, "countries")),
        concepts=tuple(reader.codes("concepts", None)),
        modes=tuple(reader.codes("modes", codes.MODES)),
        starts_from=reader.optional(reader.day, "starts_from"),
        starts_until=reader.optional(reader.day, "starts_until"),
        months_min=reader.optional(reader.tenths, "months_min"),
        months_max=reader.optional(reader.tenths, "months_max"),
        funding=reader.optional(reader.code_of(FUNDING_NEEDS), "funding"),
    )
    _in_order(reader, wishes.starts_from, wishes.starts_until, "starts_until")
    _in_order(reader, wishes.months_min, wishes.months_max, "months_max")
    return wishes


def _countries(reader: Reader, key: str) -> Iterable[str]:
    for position, value in enumerate(reader.codes(key, None)):
        yield _checked_country(value, f"{reader.at(key)}[{position}]")


def _country(reader: Reader, key: str) -> str:
    return _checked_country(reader.text(key), reader.at(key))


def _checked_country(value: str, field: str) -> str:
    if not (len(value) == 2 and value.isascii() and value.isalpha() and value.isupper()):
        raise Invalid("record.broken", reason="unknown-code", field=field, value=value)
    return value


def _isced(reader: Reader) -> Callable[[str], str]:
    return lambda key: _known_isced(reader.text(key, 4), reader.at(key))


def _known_isced(code: str, field: str) -> str:
    if not load_isced().exists(code):
        raise Invalid("record.broken", reason="unknown-code", field=field, value=code)
    return code


def _address(reader: Reader, key: str) -> str:
    value = reader.text(key, 500)
    if not value.startswith(("http://", "https://")) or " " in value or not value.isprintable():
        raise Invalid("record.broken", reason="wrong-type", field=reader.at(key), expected="web address")
    return value


def _between(reader: Reader, key: str, low: int, high: int) -> int:
    value = reader.whole(key)
    if not low <= value <= high:
        raise Invalid("record.broken", reason="out-of-range", field=reader.at(key), value=value)
    return value


def _in_order(reader: Reader, first: Any, last: Any, key: str) -> None:
    if first is not None and last is not None and last < first:
        raise Invalid("record.broken", reason="out-of-range", field=reader.at(key), value=str(last))


_READERS: Mapping[str, Callable[[Reader], Any]] = {
    "name": _name, "background": _background, "degrees": _degree, "posts": _post, "publications": _publication,
    "languages": _language, "skills": _skills, "wishes": _wishes,
}  # fmt: skip
