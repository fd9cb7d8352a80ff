"""The one table of facts: it feeds the search schema, the facets, the listing page's labels, the API and the import.

A new fact is a column of the model, an entry here and, where people choose from codes, labels; a test fails on the
forgotten one.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.messages import N_
from search.documents import Role

GROUPS = (
    "identity", "provider", "content", "time", "places", "money", "eligibility", "documents", "selection", "base",
    "joint", "apply",
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One fact of a listing.

    `code` is its name in searches and addresses, `label` its message id, `group` the section of the listing page.
    `role` is how the search keeps it (None: not at all), `facet` whether it is offered beside the results.
    `column` is the attribute of the model and the key in the API's detail and in import files (None: derived).
    `vocabulary` names the table of `labels.LABELS` that its codes are from; `windows` are days for a deadline facet.
    """

    code: str
    label: str
    group: str
    role: Role | None = None
    facet: bool = False
    column: str | None = None
    vocabulary: str | None = None
    windows: tuple[int, ...] = ()


FACTS: tuple[Fact, ...] = (
    # what it says, in the reader's language or its own
    Fact("title", N_("Title"), "identity", Role.TEXT, column="translations"),
    Fact("summary", N_("Summary"), "identity", Role.TEXT, column="translations"),
    Fact("description", N_("Description"), "identity", Role.TEXT, column="translations"),
    # identity
    Fact("kind", N_("Kind"), "identity", Role.FACET, facet=True, column="kind", vocabulary="kind"),
    Fact("state", N_("State"), "identity", column="state", vocabulary="state"),
    Fact("demonstration", N_("Demonstration"), "identity", column="demonstration"),
    Fact("source_language", N_("Original language"), "identity", Role.FACET, facet=True, column="source_language"),
    Fact("scheme", N_("Scheme"), "identity", column="scheme"),
    Fact("funder", N_("Funder"), "identity", column="funder"),
    Fact("reference", N_("Reference number"), "identity", column="reference"),
    Fact("source_url", N_("Source"), "identity", column="source_url"),
    Fact("source_checked_on", N_("Source checked on"), "identity", column="source_checked_on"),
    Fact("posted_at", N_("Posted on"), "identity", Role.NUMBER, column="posted_at"),
    Fact("updated_at", N_("Updated on"), "identity", column="updated_at"),
    Fact("confirmed_at", N_("Confirmed by the host on"), "identity", Role.NUMBER, column="confirmed_at"),
    # provider
    Fact("organisation", N_("Organisation"), "provider", Role.FACET, facet=True, column="organisation_id"),
    Fact("department", N_("Department"), "provider", column="department"),
    Fact("country", N_("Host country"), "provider", Role.FACET, facet=True, column="country"),
    Fact("place", N_("City or province"), "provider", Role.FACET, facet=True, column="place"),
    Fact("partners", N_("Partners"), "provider", column="partners", vocabulary="partner-role"),
    Fact("contact_name", N_("Contact"), "provider", column="contact_name"),
    Fact("contact_email", N_("E-mail"), "provider", column="contact_email"),
    # content
    Fact("isced", N_("Field of study"), "content", Role.FACET, facet=True, column="isced"),
    Fact("concepts", N_("Topics and skills"), "content", Role.CONCEPT, column="concepts"),
    Fact("concepts_refused", N_("Topics taken out by the host"), "content", column="concepts_refused"),
    Fact("concept", N_("Topic"), "content", Role.FACET, facet=True),
    Fact("level", N_("Level"), "content", Role.FACET, facet=True, column="levels", vocabulary="level"),
    Fact("mode", N_("Mode"), "content", Role.FACET, facet=True, column="mode", vocabulary="mode"),
    Fact("working_language", N_("Working language"), "content", Role.FACET, facet=True, column="working_languages"),
    Fact("award", N_("Award"), "content", Role.FACET, facet=True, column="award", vocabulary="award"),
    Fact("credits", N_("Credits"), "content", column="credits"),
    Fact("outputs", N_("Expected outputs"), "content", column="outputs", vocabulary="output"),
    # time
    Fact("starts_from", N_("Start"), "time", Role.NUMBER, column="starts_from"),
    Fact("starts_until", N_("Latest start"), "time", Role.NUMBER, column="starts_until"),
    Fact("months_min", N_("Shortest duration in months"), "time", Role.NUMBER, column="months_min"),
    Fact("months_max", N_("Longest duration in months"), "time", Role.NUMBER, column="months_max"),
    Fact("rolling", N_("Applications at any time"), "time", Role.FILTER, column="rolling"),
    Fact("deadlines", N_("Deadlines"), "time", column="deadlines", vocabulary="deadline"),
    Fact("closes_at", N_("Deadline"), "time", Role.NUMBER, facet=True, windows=(7, 30, 90)),
    Fact("open_until", N_("Open until"), "time", Role.NUMBER),
    Fact("result_on", N_("Result expected on"), "time", column="result_on"),
    Fact("next_cycle_on", N_("Next round expected on"), "time", column="next_cycle_on"),
    # places
    Fact("places_total", N_("Places"), "places", column="places_total"),
    Fact("places_per_country", N_("Places for each country"), "places", column="places_per_country"),
    Fact("places_per_institution", N_("Places for each home institution"), "places", column="places_per_institution"),
    Fact("places_filled", N_("Places filled"), "places", column="places_filled"),
    Fact("waiting_list", N_("Waiting list"), "places", column="waiting_list"),
    # money
    Fact("funding", N_("Funding"), "money", Role.FACET, facet=True, vocabulary="funding"),
    Fact("money", N_("Who pays what"), "money", column="money", vocabulary="money-item"),
    Fact("benefit", N_("Costs covered"), "money", Role.FILTER, vocabulary="money-item"),
    Fact("stipend", N_("Stipend"), "money", Role.NUMBER),
    Fact("currency", N_("Currency"), "money", Role.FILTER),
    # eligibility
    Fact("open_to", N_("Open to citizens of"), "eligibility", Role.FACET, facet=True),
    Fact("rules", N_("Conditions"), "eligibility", column="rules", vocabulary="rule"),
    Fact("rule", N_("Conditions"), "eligibility", Role.FILTER),
    Fact("language_test", N_("Language test"), "eligibility", Role.FILTER),
    Fact("nomination", N_("Nomination"), "eligibility", Role.FILTER),
    # documents
    Fact("documents", N_("Documents wanted"), "documents", column="documents", vocabulary="document"),
    Fact("document", N_("Documents wanted"), "documents", Role.FILTER, vocabulary="document"),
    # selection
    Fact("criteria", N_("Criteria"), "selection", column="criteria", vocabulary="criterion"),
    Fact("stages", N_("Stages"), "selection", column="stages", vocabulary="stage"),
    Fact("decided_by", N_("Decided by"), "selection", column="decided_by", vocabulary="decider"),
    # training base
    Fact("base_equipment", N_("Equipment and rooms"), "base", column="base_equipment", vocabulary="equipment"),
    Fact("base_seats", N_("Training seats"), "base", column="base_seats"),
    Fact("base_courses_a_year", N_("Courses a year"), "base", column="base_courses_a_year"),
    Fact("base_certifications", N_("Certifications"), "base", column="base_certifications"),
    Fact("base_open_to_third_parties", N_("Open to third parties"), "base", column="base_open_to_third_parties"),
    # joint programme
    Fact("joint_months_home", N_("Months at the home institution"), "joint", column="joint_months_home"),
    Fact("joint_months_host", N_("Months at the host institution"), "joint", column="joint_months_host"),
    Fact("joint_degrees", N_("Degrees awarded by"), "joint", column="joint_degrees", vocabulary="degree"),
    Fact("joint_approval", N_("Approval number"), "joint", column="joint_approval"),
    # how to apply
    Fact("apply_url", N_("Where to apply"), "apply", column="apply_url"),
    Fact("apply_steps", N_("Steps in order"), "apply", column="apply_steps", vocabulary="apply-step"),
)
BY_CODE: dict[str, Fact] = {fact.code: fact for fact in FACTS}

# Attributes of a listing that tell of the record, not of the opportunity.
RECORD = ("id", "version")


def columns() -> tuple[str, ...]:
    """The keys of a listing in import files and in the API's detail, in order."""
    return (*RECORD, *dict.fromkeys(fact.column for fact in FACTS if fact.column))
