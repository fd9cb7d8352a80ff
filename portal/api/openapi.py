"""The description of the API (OpenAPI 3.1), put together from the tables that parameters are read by."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from portal.api import exports, parameters
from portal.api.listing_schema import LISTING, RECORD
from portal.api.schemas import SCHEMAS, Schema, named
from portal.locales import TAGS

ABOUT = """\
Exchange opportunities in digital fields between China and the states of ASEAN, for other programs.

- A parameter that is unknown, malformed or given twice is refused (400); nothing is silently ignored. An empty
  parameter counts as not given. Parameters with several values take them repeated or separated by commas. No text,
  in parameters and records, has the null character (400, code `text.null`).
- Labels are in `lang`, else in what `Accept-Language` asks for, else in English.
- Answers, files apart, have a strong `ETag`: send it back as `If-None-Match` and get 304 while nothing has changed.
- Errors are problem documents (RFC 9457).
- Pages lie within the first 10,000 hits. `/listings/all` goes through all of them, however many: follow `links.next`
  until it is null. A cursor is of one search in one language and may expire after some minutes (400, reason
  `expired`): begin again. A listing that changes, or changes its rank, while you read may come twice or not at all;
  `/listings.ndjson` and `/listings.csv` give all of them as one file, as they were at one moment.
- While the search engine is away, `/listings` answers from the database (200, `degraded: true`); `/listings/all` and
  the files, which promise to be complete, answer 503.
- Organisations write with a key of theirs (`Authorization: Bearer …`), which a manager of the team makes. A record is
  checked as in the form; 422 lists all that is wrong with it in `parameters.problems`. A trusted team publishes at
  once, the listings of others are looked at first: `outcome` says which.
- The same request with the same `Idempotency-Key` is done once within 24 hours, and gets the same answer; the key with
  another request is refused (409).
- A key may ask 120 times a minute; `RateLimit-*` tells what is left, 429 when to come back.
- Listings with `demonstration: true` are made up to show the site. They are not real offers.
"""
_ID = {"type": "string", "pattern": "^[0-9a-z-]+$", "maxLength": 60}
_ETAG = {"description": "Strong validator of these bytes.", "schema": {"type": "string"}}
_CACHE = {"description": "How long the answer may be kept.", "schema": {"type": "string"}}

_LEFT = {"description": "Requests that are left in this minute.", "schema": {"type": "string"}}
_KEY = {"type": "http", "scheme": "bearer", "description": "A key that a manager of the team made on this site."}
_IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Any name of this request: sent twice, it is done once.",
    "schema": {"type": "string", "maxLength": 100, "pattern": "^[!-~]*$"},
}
_IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag that the listing had when it was read; refused (412) if it has changed since.",
    "schema": {"type": "string", "pattern": '^("[0-9]{1,9}"|\\*)$'},
    "example": '"3"',
}
_REFUSALS = {
    "400": {"$ref": "#/components/responses/BadRequest"},
    "414": {"$ref": "#/components/responses/TooLong"},
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
        "components": {
            "schemas": {**SCHEMAS, "Listing": LISTING, "ListingRecord": RECORD},
            "responses": _problems(),
            "securitySchemes": {"key": _KEY},
        },
    }


def _paths() -> dict[str, Any]:
    listings, one = parameters.LISTINGS, parameters.ONE
    return {
        "/listings": {
            **_get("searchListings", "Search listings", "SearchResults", listings),
            "post": _write("addListing", "Add a listing", "201"),
        },
        "/listings/all": _get("walkListings", "All that a search finds", "Stretch", parameters.ALL_LISTINGS),
        "/listings.ndjson": _file("exportLines", "All that a search finds, a Hit on each line", exports.NDJSON),
        "/listings.csv": _file("exportTable", "All that a search finds, as a table", exports.CSV),
        "/listings/{id}": {
            **_get("getListing", "One listing in full", "Listing", one, "Its id."),
            "put": _write("replaceListing", "Replace the facts of a listing", "200", one_listing=True),
            "delete": _write("closeListing", "Close a listing", "200", one_listing=True, has_record=False),
        },
        "/postings": {"get": _own("listPostings", "Own listings, drafts too", "Postings", parameters.POSTINGS)},
        "/postings/{id}": {"get": _own("getPosting", "One of them with its record", "PostingInFull", (), True)},
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


def _write(name: str, summary: str, status: str, one_listing: bool = False, has_record: bool = True) -> dict[str, Any]:
    """Something that an organisation's program changes."""
    operation = _own(name, summary, "Written", parameters.WRITE if has_record else (), one_listing)
    operation["parameters"].append(_IDEMPOTENCY_KEY)
    operation["responses"] = {
        status: operation["responses"].pop("200"),
        **operation["responses"],
        "409": {"$ref": "#/components/responses/Conflict"},
        **({"422": {"$ref": "#/components/responses/Incomplete"}} if has_record else {}),
    }
    if one_listing:
        operation["parameters"].append(_IF_MATCH)
        operation["responses"]["412"] = {"$ref": "#/components/responses/Outdated"}
    if has_record:
        content = {"application/json": {"schema": named("ListingRecord")}}
        operation["requestBody"] = {"required": True, "content": content}
        operation["responses"]["413"] = {"$ref": "#/components/responses/TooLarge"}
    return operation


def _own(
    name: str, summary: str, schema: str, declared: Sequence[parameters.Parameter], one_listing: bool = False
) -> dict[str, Any]:
    """Something that only a program with a key may ask for."""
    described = [_parameter(parameter) for parameter in declared]
    if one_listing:
        described.insert(0, {"name": "id", "in": "path", "required": True, "description": "Its id.", "schema": _ID})
    responses = {
        "200": {
            "description": summary,
            "headers": {"RateLimit-Remaining": _LEFT},
            "content": {"application/json": {"schema": named(schema)}},
        },
        "401": {"$ref": "#/components/responses/NoKey"},
        "429": {"$ref": "#/components/responses/TooMany"},
        **({"404": {"$ref": "#/components/responses/NotFound"}} if one_listing or declared else {}),
        "400": _REFUSALS["400"],
        "414": _REFUSALS["414"],
    }
    security: list[dict[str, list[str]]] = [{"key": []}]
    own = {"operationId": name, "summary": summary, "security": security}
    return {**own, "parameters": described, "responses": responses}


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
        "NoKey": "There is no key in `Authorization`, or it does not work (any more).",
        "TooMany": "This key has asked too often; `Retry-After` tells when to come back.",
        "Conflict": "The listing is being reviewed, or the Idempotency-Key was of another request.",
        "Incomplete": "The record cannot be published; `parameters.problems` has all that is wrong with it.",
        "Outdated": "The listing has changed since; `parameters.revision` is the one it has now.",
        "TooLarge": "Larger than any listing.",
        "TooLong": "The address is longer than any search needs.",
    }
    content = {"application/problem+json": {"schema": named("Problem")}}
    return {name: {"description": about, "content": content} for name, about in reasons.items()}
