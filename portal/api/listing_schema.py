"""The shape of one listing in full: the record of import files (`portal.listings.records`) and what follows from it."""

from __future__ import annotations

from portal.api.schemas import (
    ADDRESS,
    ADDRESS_OR_NULL,
    AMOUNT,
    COUNTRY,
    CURRENCY,
    DATE_OR_NULL,
    DEMONSTRATION,
    FLAG,
    ISCED,
    LANGUAGE,
    LANGUAGES,
    LEVELS,
    LOCAL_TIME,
    MOMENT,
    MOMENT_OR_NULL,
    NUMBER_OR_NULL,
    OPEN_TO,
    TEXT,
    TEXT_OR_NULL,
    WHOLE,
    WHOLE_OR_NULL,
    Schema,
    about,
    items,
    named,
    one_of,
    or_null,
    record,
)
from portal.listings import codes
from portal.listings.records import DERIVED
from portal.posting.bulk.columns import SYSTEM

_PARTS = {
    "translations": record(
        language=LANGUAGE, origin=one_of(codes.ORIGINS), title=TEXT, summary=TEXT,
        description=about("A subset of Markdown.", TEXT),
    ),
    "partners": record(organisation_id=TEXT, role=one_of(codes.PARTNER_ROLES)),
    "deadlines": record(purpose=one_of(codes.DEADLINE_PURPOSES), local_time=LOCAL_TIME, zone=TEXT),
    "money": record(
        item=one_of(codes.MONEY_ITEMS), payer=one_of(codes.MONEY_PAYERS),
        amount=or_null(AMOUNT), currency=or_null(CURRENCY), per=or_null(one_of(codes.MONEY_PERIODS)),
        level=or_null(one_of(codes.LEVELS)),
    ),
    "rules": record(kind=one_of(codes.RULE_KINDS), parameters={"type": "object"}),
    "documents": record(
        kind=one_of(codes.DOCUMENTS), count=WHOLE, languages=LANGUAGES, notarised_translation=FLAG,
        pages_max=WHOLE_OR_NULL, words_max=WHOLE_OR_NULL, due=one_of(codes.DOCUMENT_DUES),
    ),
    "criteria": record(code=one_of(codes.CRITERIA), weight=about("Percent.", WHOLE_OR_NULL)),
}  # fmt: skip

LISTING: Schema = record(
    id=TEXT,
    version=WHOLE,
    translations=items(_PARTS["translations"]),
    kind=one_of(codes.KINDS),
    state=one_of(codes.STATES),
    demonstration=DEMONSTRATION,
    source_language=LANGUAGE,
    scheme=TEXT_OR_NULL,
    funder=TEXT_OR_NULL,
    reference=TEXT_OR_NULL,
    source_url=ADDRESS_OR_NULL,
    source_checked_on=DATE_OR_NULL,
    posted_at=MOMENT,
    updated_at=MOMENT,
    confirmed_at=MOMENT_OR_NULL,
    organisation_id=TEXT_OR_NULL,
    department=TEXT_OR_NULL,
    country=COUNTRY,
    place=TEXT_OR_NULL,
    partners=items(_PARTS["partners"]),
    contact_name=TEXT_OR_NULL,
    contact_email=TEXT_OR_NULL,
    isced=ISCED,
    concepts=about("Ids, the main one first.", items(TEXT)),
    concepts_refused=about("Ids of topics that were found in the text and taken out by the host.", items(TEXT)),
    levels=LEVELS,
    mode=one_of(codes.MODES),
    working_languages=LANGUAGES,
    award=one_of(codes.AWARDS),
    credits=WHOLE_OR_NULL,
    outputs=items(one_of(codes.OUTPUTS)),
    starts_from=DATE_OR_NULL,
    starts_until=DATE_OR_NULL,
    months_min=NUMBER_OR_NULL,
    months_max=NUMBER_OR_NULL,
    rolling=FLAG,
    deadlines=items(_PARTS["deadlines"]),
    result_on=DATE_OR_NULL,
    next_cycle_on=DATE_OR_NULL,
    places_total=WHOLE_OR_NULL,
    places_per_country=WHOLE_OR_NULL,
    places_per_institution=WHOLE_OR_NULL,
    places_filled=WHOLE,
    waiting_list=FLAG,
    money=about("Who pays what; no amount: in kind.", items(_PARTS["money"])),
    rules=items(_PARTS["rules"]),
    documents=items(_PARTS["documents"]),
    criteria=items(_PARTS["criteria"]),
    stages=items(one_of(codes.STAGES)),
    decided_by=or_null(one_of(codes.DECIDERS)),
    base_equipment=items(one_of(codes.EQUIPMENT)),
    base_seats=WHOLE_OR_NULL,
    base_courses_a_year=WHOLE_OR_NULL,
    base_certifications=items(TEXT),
    base_open_to_third_parties={"type": ["boolean", "null"]},
    joint_months_home=WHOLE_OR_NULL,
    joint_months_host=WHOLE_OR_NULL,
    joint_degrees=items(record(degree=one_of(codes.DEGREES), organisation=TEXT)),
    joint_approval=TEXT_OR_NULL,
    apply_url=ADDRESS_OR_NULL,
    apply_steps=items(one_of(codes.APPLY_STEPS)),
    url=about("Its page in the language asked for.", ADDRESS),
    organisation=or_null(named("OrganisationReference")),
    funding=about("Derived from `money`.", one_of(codes.FUNDINGS)),
    open_to=OPEN_TO,
)

_KEPT_BY_SITE = (*SYSTEM, *DERIVED, "url", "organisation")


def _may_lack(schema: Schema) -> Schema:
    """The same record, of which any part may be missing."""
    loose = {key: value for key, value in schema.items() if key != "required"}
    if "properties" in schema:
        loose["properties"] = {name: _may_lack(part) for name, part in schema["properties"].items()}
    if "items" in schema:
        loose["items"] = _may_lack(schema["items"])
    return loose


RECORD: Schema = {
    **_may_lack(LISTING),
    "description": "A listing as its host gives it. A key that is missing counts as null. Whole listings, as"
    " `/listings/{id}` gives them, are taken too: what the site itself keeps or works out is not read.",
    "properties": {key: _may_lack(value) for key, value in LISTING["properties"].items() if key not in _KEPT_BY_SITE},
    "required": ["kind", "source_language", "country", "mode", "translations"],
    "additionalProperties": True,
}
