"""The query parameters of the API: declared once, read strictly here, described from the same table in `openapi`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.core.errors import Invalid
from portal.listings import facets
from portal.locales import REGIONS, TAGS
from portal.organisations.labels import TYPES
from search.engine import MAX_QUERY_LENGTH, SORTS

MAX_PER_PAGE = 100
_MAX_PAGE = 999_999_999
_WHOLE_NUMBER = re.compile("0|[1-9][0-9]{0,8}")
_SHOWN = 80  # characters of a refused value that are told back


@dataclass(frozen=True)
class Parameter:
    """One query parameter. `schema` is the JSON Schema of one value; `known` looks up values too many for an enum."""

    name: str
    about: str
    schema: Mapping[str, Any]
    many: bool = False
    known: Callable[[str], bool] | None = None

    def read(self, texts: list[str]) -> tuple[str, ...]:
        """The values given, each once. Raises `Invalid` naming the parameter and the reason."""
        given = [text for text in texts if text]
        if self.many:
            given = [value for text in given for value in text.split(",") if value]
        elif len(given) > 1:
            raise self.refused("repeated", given[1])
        for value in given:
            self._check(value)
        return tuple(dict.fromkeys(given))

    def refused(self, reason: str, value: str, **more: Any) -> Invalid:
        """The error for a value that this parameter does not take."""
        return Invalid("parameter.invalid", parameter=self.name, reason=reason, value=value[:_SHOWN], **more)

    def _check(self, value: str) -> None:
        if "enum" in self.schema and value not in self.schema["enum"]:
            raise self.refused("unknown-value", value, allowed=list(self.schema["enum"]))
        if len(value) > self.schema.get("maxLength", len(value)):
            raise self.refused("too-long", value, longest=self.schema["maxLength"])
        if "pattern" in self.schema and not re.fullmatch(self.schema["pattern"], value):
            raise self.refused("malformed", value)
        if self.schema["type"] == "integer":
            self._check_number(value)
        if self.known is not None and not self.known(value):
            raise self.refused("unknown-value", value)

    def _check_number(self, value: str) -> None:
        low, high = self.schema["minimum"], self.schema["maximum"]
        if not _WHOLE_NUMBER.fullmatch(value):
            raise self.refused("malformed", value)
        if not low <= int(value) <= high:
            raise self.refused("out-of-range", value, minimum=low, maximum=high)


def read(arguments: MultiDict[str, str], declared: Iterable[Parameter]) -> dict[str, tuple[str, ...]]:
    """The values of all parameters that were given. Raises `Invalid` for the first that is unknown or refused."""
    table = {parameter.name: parameter for parameter in declared}
    for name in arguments:
        if name not in table:
            unknown = Parameter(name[:_SHOWN], "", {})
            raise unknown.refused("unknown-parameter", arguments[name], allowed=list(table))
    values = {name: parameter.read(arguments.getlist(name)) for name, parameter in table.items()}
    return {name: found for name, found in values.items() if found}


def _one_of(values: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _number(low: int, high: int, default: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high, "default": default}


YES, NO = ("true", "1"), ("false", "0")
_FLAG = _one_of((*YES, *NO))
_TEXT = {"type": "string", "maxLength": MAX_QUERY_LENGTH}
_CURSOR = {"type": "string", "maxLength": 4000}

Q = Parameter("q", "Words in any of the languages.", _TEXT)
LANG = Parameter(
    "lang", "Language of labels and texts; without it, what Accept-Language asks for, else English.", _one_of(TAGS)
)
PAGE = Parameter("page", "Page, from 1.", _number(1, _MAX_PAGE, 1))
PER_PAGE = Parameter("per_page", "Items on one page.", _number(1, MAX_PER_PAGE, 20))
CURSOR = Parameter("cursor", "Where to go on: from `links.next`. Not given: from the beginning.", _CURSOR)
LIMIT = Parameter("limit", "Most suggestions to give.", _number(1, 20, 8))

_ABOUT = {
    "kind": "Kind of listing.",
    "country": "Host country (ISO 3166-1 alpha-2).",
    "open_to": "Country whose citizens may apply.",
    "level": "Level it is for.",
    "funding": "How far it is funded.",
    "concept": "Topic the host has tagged, or what that is part of: id of a concept of the scheme “topic”.",
    "closes_at": "Deadline within so many days.",
    "mode": "On site, online or both.",
    "award": "What it ends with.",
    "working_language": "Working language (BCP 47).",
    "isced": "Narrow field of ISCED-F 2013, three digits.",
    "place": "Host city or province: id of a concept of the scheme “place”.",
    "organisation": "Id of the host or of a partner.",
    "source_language": "Language the listing was written in.",
}


def _facet(name: str, values: facets.Values) -> Parameter:
    coded = {"type": "string", "pattern": f"^{values.pattern}$", "maxLength": facets.LONGEST}
    schema = _one_of(values.codes) if values.codes else coded
    return Parameter(name, _ABOUT[name], schema, many=True, known=values.known)


FACETS = tuple(_facet(name, values) for name, values in facets.FACETS.items())

FUNDED = Parameter("funded", "true: fully or partly funded; false: not funded.", _FLAG)
SORT = Parameter("sort", "Order of the hits.", _one_of(SORTS))
CLOSED = Parameter("closed", "true: also those whose deadline has passed.", _FLAG)

_SEARCH = (Q, LANG, *FACETS, FUNDED, CLOSED, SORT)
LISTINGS = (*_SEARCH, PAGE, PER_PAGE)
ALL_LISTINGS = (*_SEARCH, PER_PAGE, CURSOR)
EXPORT = _SEARCH
COUNTRY = Parameter("country", "Country (ISO 3166-1 alpha-2).", _one_of(REGIONS))
TYPE = Parameter("type", "Type in the Research Organization Registry.", _one_of(TYPES))
ORGANISATIONS = (Q, LANG, COUNTRY, TYPE, PAGE, PER_PAGE)
SCHEME = Parameter("scheme", "Part of the thesaurus.", _one_of(("topic", "place", "facet")))
CONCEPTS = (Q, LANG, SCHEME, PAGE, PER_PAGE)
SUGGEST = (Q, LANG, LIMIT)
ONE = (LANG,)
DRAFT = Parameter("draft", "true: keep it as a draft, complete or not, and do not propose it for publication.", _FLAG)
WRITE = (DRAFT,)
POSTINGS = (PAGE, PER_PAGE)

BY_NAME = {parameter.name: parameter for parameter in LISTINGS}
