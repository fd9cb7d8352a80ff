"""The description of the API (OpenAPI 3.1), put together from the tables that parameters are read by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from portal.api import exports, parameters
from portal.api.listing_schema import LISTING
from portal.api.schemas import SCHEMAS, Schema, named
from portal.locales import TAGS

ABOUT = """\
Exchange opportunities in digital fields between China and the states of ASEAN, for other programs.

- A parameter that is unknown, malformed or given twice is refused (400); nothing is silently ignored. An empty
  parameter counts as not given. Parameters with several values take them repeated or separated by commas.
- Labels are in `lang`, else in what `Accept-Language` asks for, else in English.
- Answers, files apart, have a strong `ETag`: send it back as `If-None-Match` and get 304 while nothing has changed.
- Errors are problem documents (RFC 9457).
- Pages lie within the first 10,000 hits. `/listings/all` goes through all of them, however many: follow `links.next`
  until it is null. A cursor is of one search in one language and may expire after some minutes (400, reason
  `expired`): begin again. A listing that changes, or changes its rank, while you read may come twice or not at all;
  `/listings.ndjson` and `/listings.csv` give all of them as one file, as they were at one moment.
- While the search engine is away, `/listings` answers from the database (200, `degraded: true`); `/listings/all` and
  the files, which promise to be complete, answer 503.
- Listings with `demonstration: true` are made up to show the site. They are not real offers.
"""
_ID = {"type": "string", "pattern": "^[0-9a-z-]+$", "maxLength": 60}
_ETAG = {"description": "Strong validator of these bytes.", "schema": {"type": "string"}}
_CACHE = {"description": "How long the answer may be kept.", "schema": {"type": "string"}}

_REFUSALS = {
    "400": {"$ref": "#/components/responses/BadRequest"},
    "503": {"$ref": "#/components/responses/Unavailable"},
}


@cache
def describe() -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "China–ASEAN Digital Talent Exchange",
            "version": "1.0.0",
            "description": ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/api/v1"}],
        "paths": _paths(),
        "components": {"schemas": {**SCHEMAS, "Listing": LISTING}, "responses": _problems()},
    }


def _paths() -> dict[str, Any]:
    listings, one = parameters.LISTINGS, parameters.ONE
    return {
        "/listings": _get("searchListings", "Search listings", "SearchResults", listings),
        "/listings/all": _get("walkListings", "All that a search finds", "Stretch", parameters.ALL_LISTINGS),
        "/listings.ndjson": _file("exportLines", "All that a search finds, a Hit on each line", exports.NDJSON),
        "/listings.csv": _file("exportTable", "All that a search finds, as a table", exports.CSV),
        "/listings/{id}": _get("getListing", "One listing in full", "Listing", one, "Its id."),
        "/organisations": _get("listOrganisations", "The directory", "Organisations", parameters.ORGANISATIONS),
        "/organisations/{id}": _get("getOrganisation", "One organisation", "Organisation", one, "Its id."),
        "/concepts": _get("listConcepts", "The thesaurus", "Concepts", parameters.CONCEPTS),
        "/concepts/{id}": _get("getConcept", "One concept in all languages", "Concept", one, "Its id."),
        "/suggest": _get("suggest", "Complete what is being typed", "Suggestions", parameters.SUGGEST),
        "/openapi.json": {"get": _operation("describe", "This description", {"type": "object"}, [], paged=False)},
    }


def _get(
    name: str, summary: str, schema: str, declared: Sequence[parameters.Parameter], path_id: str = ""
) -> dict[str, Any]:
    described = [_parameter(parameter) for parameter in declared] + [_ACCEPT_LANGUAGE]
    if path_id:
        described.insert(0, {"name": "id", "in": "path", "required": True, "description": path_id, "schema": _ID})
    paged = bool(path_id) or parameters.PAGE in declared
    return {"get": _operation(name, summary, named(schema), described, paged)}


def _operation(name: str, summary: str, schema: Schema, described: list[dict[str, Any]], paged: bool) -> dict[str, Any]:
    """`paged`: there may be nothing at the address (an unknown id, a page past the end)."""
    responses = {
        "200": {
            "description": summary,
            "headers": {"ETag": _ETAG, "Cache-Control": _CACHE},
            "content": {"application/json": {"schema": schema}},
        },
        "304": {"description": "Nothing has changed since the answer with this ETag."},
        **({"404": {"$ref": "#/components/responses/NotFound"}} if paged else {}),
        **_REFUSALS,
    }
    return {"operationId": name, "summary": summary, "parameters": described, "responses": responses}


def _file(name: str, summary: str, media_type: str) -> dict[str, Any]:
    described = [*(_parameter(parameter) for parameter in parameters.EXPORT), _ACCEPT_LANGUAGE]
    content = {media_type.partition(";")[0]: {"schema": {"type": "string"}}}
    responses = {"200": {"description": summary, "content": content}, **_REFUSALS}
    return {"get": {"operationId": name, "summary": summary, "parameters": described, "responses": responses}}


def _parameter(parameter: parameters.Parameter) -> dict[str, Any]:
    schema: Schema = dict(parameter.schema)
    several = {}
    if parameter.many:
        schema = {"type": "array", "items": schema}
        several = {"style": "form", "explode": True}
    common = {"name": parameter.name, "in": "query", "description": parameter.about, "schema": schema}
    return {**common, **several, "allowEmptyValue": True}


_ACCEPT_LANGUAGE: dict[str, Any] = {
    "name": "Accept-Language",
    "in": "header",
    "description": "Counts where `lang` is not given.",
    "schema": {"type": "string"},
    "example": ", ".join(TAGS[:2]),
}


def _problems() -> dict[str, Any]:
    reasons = {
        "BadRequest": "A parameter is unknown or its value is refused; `parameters` names it and says why.",
        "NotFound": "There is nothing with this id, or the page is past the end.",
        "Unavailable": "The search cannot be asked at present.",
    }
    content = {"application/problem+json": {"schema": named("Problem")}}
    return {name: {"description": about, "content": content} for name, about in reasons.items()}
