"""The shapes of the API's answers as JSON Schema (draft 2020-12, the dialect of OpenAPI 3.1).

Every key is always there; what is not known is null. Codes are listed where they are few.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.api import parameters
from portal.api.pushing import OUTCOMES
from portal.listings import codes
from portal.locales import COUNTRIES, REGIONS, TAGS
from portal.posting.models import STATES
from search.plan import LIMITS

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
WHOLE: Schema = {"type": "integer", "minimum": 0}
WHOLE_OR_NULL: Schema = {"type": ["integer", "null"], "minimum": 0}
NUMBER_OR_NULL: Schema = {"type": ["number", "null"], "minimum": 0}
FLAG: Schema = {"type": "boolean"}
ADDRESS: Schema = {"type": "string", "format": "uri"}
ADDRESS_OR_NULL: Schema = {"type": ["string", "null"], "format": "uri"}
DATE_OR_NULL: Schema = {"type": ["string", "null"], "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MOMENT_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
LOCAL_TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"}
AMOUNT: Schema = {"type": "string", "pattern": r"^\d+\.\d\d$"}
CURRENCY: Schema = {"type": "string", "pattern": "^[A-Z]{3}$"}


def one_of(values: Iterable[str]) -> Schema:
    """A code from a short list."""
    return {"type": "string", "enum": list(values)}


def or_null(schema: Schema) -> Schema:
    """The same, or nothing."""
    return {"anyOf": [schema, {"type": "null"}]}


def items(schema: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": schema}


def record(**properties: Schema) -> Schema:
    """An object whose keys are all there, and no others."""
    schema: Schema = {"type": "object", "properties": properties, "required": list(properties)}
    return {**schema, "additionalProperties": False}


def about(text: str, schema: Schema) -> Schema:
    """The same with a description."""
    return {"description": text, **schema}


def named(name: str) -> Schema:
    """Another schema of this description."""
    return {"$ref": f"#/components/schemas/{name}"}


def page(**properties: Schema) -> Schema:
    """One page of a list, with its neighbours."""
    at_least_one = {"type": "integer", "minimum": 1}
    paging = {
        "total": WHOLE,
        "page": at_least_one,
        "pages": at_least_one,
        "per_page": at_least_one,
        "links": record(self=ADDRESS, next=ADDRESS_OR_NULL, prev=ADDRESS_OR_NULL),
    }
    return record(**paging, **properties)


LANGUAGE = about("BCP 47 tag of one of the languages of the site.", one_of(TAGS))
COUNTRY = about("ISO 3166-1 alpha-2.", one_of(COUNTRIES))
LANGUAGES, LEVELS = items(one_of(TAGS)), items(one_of(codes.LEVELS))
ISCED = about("Codes of ISCED-F 2013.", items(TEXT))
DEMONSTRATION = about("true: made up to show the site; not a real offer.", FLAG)
OPEN_TO = about("Countries whose citizens may apply.", items(one_of(COUNTRIES)))
OWN_WORDS = about("The query’s own words.", TEXT)
MENDED = about("The typing of `text` was put right to find it.", FLAG)
REFERENCE = named("ConceptReference")

_UNDERSTOOD_TOPIC = record(id=TEXT, label=TEXT, text=OWN_WORDS, mended=MENDED)
_UNDERSTOOD_FILTER = record(id=TEXT, label=TEXT, text=OWN_WORDS, mended=MENDED, field=TEXT, values=items(TEXT))
_LIMIT = record(
    name=about(
        "months; starts, closes and open in seconds since 1970; stipend a month in `unit`; age, not searched by.",
        one_of((*LIMITS, "age")),
    ),
    minimum=NUMBER_OR_NULL,
    maximum=NUMBER_OR_NULL,
    unit=about("ISO 4217 currency of a stipend.", TEXT_OR_NULL),
    text=OWN_WORDS,
)
_UNDERSTOOD = record(
    text=about("The query, cleaned; in Unicode.", TEXT),
    converted=about("The query was typed in Zawgyi.", FLAG),
    concepts=about("Topics; one finds what is narrower too.", items(_UNDERSTOOD_TOPIC)),
    places=about("Host countries, provinces and cities.", items(_UNDERSTOOD_FILTER)),
    kinds=about("Kinds of listing.", items(_UNDERSTOOD_FILTER)),
    filters=about("Other facts that must hold: money, level, language, organisation …", items(_UNDERSTOOD_FILTER)),
    limits=about(
        "Numbers and dates: a duration, a start, a deadline, a stipend, an age between two bounds.", items(_LIMIT)
    ),
    not_used=about("What was negated: neither asked for nor excluded.", items(TEXT)),
    words=about("What is left; searched as text.", items(TEXT)),
)
_REASON = record(
    kind=one_of(("concept", "word", "filter", "meaning")),
    sentence=about("The cause in words, in the language asked for.", TEXT_OR_NULL),
    asked=OWN_WORDS,
    concept=about(
        "The concept that was met; it may be narrower than the one asked for, or broader where `widened` says so.",
        or_null(REFERENCE),
    ),
    asked_concept=about("Id of the concept asked for.", TEXT_OR_NULL),
    distance=about("Steps in the thesaurus from the concept asked for to the one met.", WHOLE),
    source=about("Where it was met: tag (set by the host), title, summary or description.", TEXT_OR_NULL),
    language=about("Language of the text it was met in.", TEXT_OR_NULL),
    surface=about("The words that stood there.", TEXT_OR_NULL),
    field=TEXT_OR_NULL,
    value=TEXT_OR_NULL,
)
_DECIDING = record(
    purpose=one_of(codes.DEADLINE_PURPOSES),
    local_time=about("The clock on the wall in `zone`; no offset.", LOCAL_TIME),
    zone=about("IANA time zone.", TEXT),
    at=about("The same moment in UTC.", MOMENT),
)
_STIPEND = record(
    amount=AMOUNT,
    lowest=about("What the lowest-paid level gets.", AMOUNT),
    currency=CURRENCY,
    per=or_null(one_of(codes.MONEY_PERIODS)),
)
_HIT = record(
    id=TEXT,
    url=about("Its page in the language asked for.", ADDRESS),
    title=about("In the language asked for where there is a translation, else as written.", TEXT),
    summary=TEXT,
    text_language=about("Language of `title` and `summary`.", one_of(TAGS)),
    languages=about("Languages its text can be read in.", LANGUAGES),
    host_country=COUNTRY,
    organisation=or_null(named("OrganisationReference")),
    concepts=about("Topics the host has tagged, the main one first.", items(named("ConceptInContext"))),
    kind=one_of(codes.KINDS),
    source_language=LANGUAGE,
    place=about("Id of a concept of the scheme “place”.", TEXT_OR_NULL),
    isced=ISCED,
    levels=LEVELS,
    mode=one_of(codes.MODES),
    award=one_of(codes.AWARDS),
    funding=one_of(codes.FUNDINGS),
    stipend=about("The highest one.", or_null(_STIPEND)),
    benefits=about("What the participant does not pay.", items(one_of(codes.MONEY_ITEMS))),
    working_languages=LANGUAGES,
    open_to=OPEN_TO,
    deadline=about("The one that counts for the applicant.", or_null(_DECIDING)),
    rolling=about("Applications at any time.", FLAG),
    posted_at=MOMENT,
    updated_at=MOMENT,
    confirmed_at=about("When the host last said that it is still right.", MOMENT_OR_NULL),
    demonstration=DEMONSTRATION,
    reasons=about("Why it was found.", items(_REASON)),
    score={"type": "number"},
    score_parts=about("Addends of the score.", items(record(name=TEXT, value={"type": "number"}))),
)
_FACET = about("Most frequent values first.", items(record(value=TEXT, label=TEXT, count=WHOLE, chosen=FLAG)))
_ORGANISATION = {
    "id": TEXT,
    "url": ADDRESS,
    "name": TEXT,
    "country": one_of(REGIONS),
    "city": TEXT_OR_NULL,
    "types": items(TEXT),
    "ror_id": ADDRESS_OR_NULL,
}
_NAME = record(value=TEXT, language=TEXT_OR_NULL, kind=one_of(("label", "alias", "acronym")))
_SUGGESTION = record(
    kind=one_of(("topic", "place", "facet", "organisation", "listing")),
    id=TEXT,
    label=about("In the language asked for.", TEXT),
    matched=about("The label that begins with what was typed.", TEXT),
    language=about("Language of `matched`.", TEXT_OR_NULL),
    url=about("Where it leads: a search, an organisation or a listing.", ADDRESS),
)
_POSTING = {
    "id": TEXT,
    "state": about("Of the draft; `none`: there is none.", one_of(STATES)),
    "listing_state": about("Of what is published; null: nothing is.", or_null(one_of(codes.STATES))),
    "revision": about("Grows with every change; send it back as `If-Match`.", WHOLE),
    "saved_at": MOMENT,
    "url": about("Its page; null: it has none.", ADDRESS_OR_NULL),
}
_PROBLEM_OF_FIELD = {
    "type": "object",
    "properties": {"field": about("As “deadlines[0].zone”.", TEXT), "reason": TEXT},
    "required": ["field", "reason"],
}
_REASONS = "unknown-parameter, unknown-value, malformed, out-of-range, too-long, repeated, other-search or expired"

_ANSWER = {
    "understood": about("How the words of the query were read; every part of it once.", _UNDERSTOOD),
    "relaxed": about("No listing has all topics or words: these have some of them.", FLAG),
    "widened": about("Broader topics, used because those asked for found nothing.", items(REFERENCE)),
    "hits": items(named("Hit")),
}

SCHEMAS: dict[str, Schema] = {
    "SearchResults": page(
        degraded=about("The search engine could not be asked: the newest listings with these facts, unranked.", FLAG),
        by_meaning=about("A language model of this site took part in the order.", FLAG),
        facets=about("Counts for each value.", record(**{facet.name: _FACET for facet in parameters.FACETS})),
        **_ANSWER,
    ),
    "Stretch": record(
        total=WHOLE, links=record(self=ADDRESS, next=about("null at the end.", ADDRESS_OR_NULL)), **_ANSWER
    ),
    "Hit": _HIT,
    "ConceptReference": record(id=TEXT, label=TEXT),
    "ConceptInContext": record(id=TEXT, label=TEXT, broader=about("Labels, nearest first.", items(TEXT))),
    "OrganisationReference": record(id=TEXT, name=TEXT, url=ADDRESS),
    "Organisations": page(items=items(named("OrganisationSummary"))),
    "OrganisationSummary": record(**_ORGANISATION),
    "Organisation": record(
        **_ORGANISATION,
        names=items(_NAME),
        subdivision=TEXT_OR_NULL,
        subdivision_code=TEXT_OR_NULL,
        latitude={"type": ["number", "null"], "minimum": -90, "maximum": 90},
        longitude={"type": ["number", "null"], "minimum": -180, "maximum": 180},
        geonames_id=WHOLE_OR_NULL,
        links=items(record(type=TEXT, value=ADDRESS)),
        domains=items(TEXT),
        established=WHOLE_OR_NULL,
        wikidata=TEXT_OR_NULL,
        relationships=items({"type": "object", "additionalProperties": TEXT}),
        ror_release=TEXT_OR_NULL,
        complete=about("false: the registry gave no place, links or year.", FLAG),
        updated_at=MOMENT,
    ),
    "Concepts": page(items=items(named("ConceptSummary"))),
    "ConceptSummary": record(id=TEXT, scheme=TEXT, label=TEXT, broader=about("Ids.", items(TEXT))),
    "Concept": record(
        id=TEXT,
        scheme=TEXT,
        label=TEXT,
        labels=about(
            "By language; the first label of each is the preferred one.",
            {"type": "object", "propertyNames": one_of(TAGS), "additionalProperties": items(TEXT)},
        ),
        broader=items(REFERENCE),
        narrower=items(REFERENCE),
        related=items(REFERENCE),
        filter=about(
            "The parameter of /listings it stands for, and its values.",
            {"type": ["object", "null"], "additionalProperties": items(TEXT)},
        ),
    ),
    "Posting": record(**_POSTING),
    "PostingInFull": record(
        **_POSTING,
        record=about("As `ListingRecord`, as far as it is filled in.", {"type": "object"}),
        problems=about("What keeps the draft from being published.", items(_PROBLEM_OF_FIELD)),
    ),
    "Postings": record(
        total=WHOLE,
        page={"type": "integer", "minimum": 1},
        pages={"type": "integer", "minimum": 1},
        per_page={"type": "integer", "minimum": 1},
        items=items(named("Posting")),
    ),
    "Written": {
        **record(outcome=about("What became of it.", one_of(OUTCOMES)), **_POSTING),
        "description": "`in-review`: the team of the site looks at it first; `published`: everybody sees it.",
    },
    "Suggestions": record(suggestions=items(_SUGGESTION)),
    "Problem": {
        "type": "object",
        "description": "What went wrong (RFC 9457): `code` and `parameters` for programs, `title` for people.",
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": TEXT,
            "status": WHOLE,
            "code": TEXT,
            "parameters": about(
                f"For the code parameter.invalid: `parameter`, `value`, `reason` ({_REASONS}) and what is allowed.",
                {"type": "object"},
            ),
        },
        "required": ["type", "title", "status", "code"],
    },
}
