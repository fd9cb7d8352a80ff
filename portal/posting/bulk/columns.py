"""The columns of files: which fact stands where, and in which form its cells are.

A code names a column for ever: the fact of a listing ("kind"), a part of one of several rows ("deadlines.1.zone"), a
parameter of a condition ("rules.age-max.age"), or a text in another language ("title.vi").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from portal.core.messages import N_
from portal.listings.codes import PROSE
from portal.listings.facts import BY_CODE, FACTS
from portal.locales import TAGS

TEXTS = PROSE
MACHINE = "machine_translated"
PARTS: Mapping[str, tuple[int, Mapping[str, str]]] = {
    "deadlines": (5, {"purpose": "code:deadline", "local_time": "clock", "zone": "code:zone"}),
    "money": (
        8,
        {
            "item": "code:money-item", "payer": "code:money-payer", "amount": "amount", "currency": "code:currency",
            "per": "code:money-period", "level": "code:level",
        },
    ),
    "documents": (
        8,
        {
            "kind": "code:document", "count": "whole", "due": "code:document-due", "languages": "codes:language",
            "notarised_translation": "flag", "pages_max": "whole", "words_max": "whole",
        },
    ),
    "criteria": (7, {"code": "code:criterion", "weight": "whole"}),
    "partners": (4, {"organisation_id": "code:organisation", "role": "code:partner-role"}),
    "joint_degrees": (2, {"degree": "code:degree", "organisation": "code:organisation"}),
}  # fmt: skip
RULES: Mapping[str, Mapping[str, str]] = {
    "citizenship": {"countries": "codes:any-country"},
    "citizenship-excluded": {"countries": "codes:any-country"},
    "age-max": {"age": "whole", "on": "day"},
    "degree-min": {"degree": "code:degree", "research_years": "whole"},
    "degree-within": {"years": "whole"},
    "employment": {"years": "whole", "proof": "flag"},
    "residence-max": {"country": "code:any-country", "months": "whole", "of_last": "whole"},
    "no-concurrent-award": {"asked": "flag", "country": "code:any-country"},
    "language-test": {"any_of": "tests"},
    "nomination": {"by": "code:nominator"},
}
_FORMS: Mapping[str, str] = {
    "kind": "code:kind", "source_language": "code:language", "scheme": "text", "funder": "text", "reference": "text",
    "source_url": "text", "source_checked_on": "day", "department": "text", "country": "code:country",
    "place": "code:place", "contact_name": "text", "contact_email": "text", "isced": "codes:isced",
    "concepts": "codes:topic", "concepts_refused": "codes:topic", "levels": "codes:level", "mode": "code:mode",
    "working_languages": "codes:language", "award": "code:award", "credits": "whole", "outputs": "codes:output",
    "starts_from": "day", "starts_until": "day", "months_min": "tenths", "months_max": "tenths", "rolling": "flag",
    "result_on": "day", "next_cycle_on": "day", "places_total": "whole", "places_per_country": "whole",
    "places_per_institution": "whole", "places_filled": "whole", "waiting_list": "flag", "stages": "codes:stage",
    "decided_by": "code:decider", "base_equipment": "codes:equipment", "base_seats": "whole",
    "base_courses_a_year": "whole", "base_certifications": "lines", "base_open_to_third_parties": "flag",
    "joint_months_home": "whole", "joint_months_host": "whole", "joint_approval": "text", "apply_url": "text",
    "apply_steps": "codes:apply-step",
}  # fmt: skip
SYSTEM = (
    "id", "version", "state", "demonstration", "organisation_id", "posted_at", "updated_at", "confirmed_at",
)  # fmt: skip
"""What the site itself keeps of a listing: no file changes it."""

PART_LABELS: Mapping[str, str] = {
    "deadlines": N_("Deadline"), "money": N_("Money"), "documents": N_("Document"), "criteria": N_("Criterion"),
    "partners": N_("Partner"), "joint_degrees": N_("Degree"),
    "deadlines.purpose": N_("what for"), "deadlines.local_time": N_("date and time"), "deadlines.zone": N_("time zone"),
    "money.item": N_("what for"), "money.payer": N_("who pays"), "money.amount": N_("amount"),
    "money.currency": N_("currency"), "money.per": N_("how often"), "money.level": N_("only for this level"),
    "documents.kind": N_("which"), "documents.count": N_("how many"), "documents.due": N_("when"),
    "documents.languages": N_("languages"), "documents.notarised_translation": N_("notarised translation"),
    "documents.pages_max": N_("most pages"), "documents.words_max": N_("most words"),
    "criteria.code": N_("which"), "criteria.weight": N_("percent"),
    "partners.organisation_id": N_("organisation"), "partners.role": N_("role"),
    "joint_degrees.degree": N_("which"), "joint_degrees.organisation": N_("organisation"),
    "rules.citizenship.countries": N_("countries"),
    "rules.citizenship-excluded.countries": N_("countries whose citizens may not apply"),
    "rules.age-max.age": N_("years"), "rules.age-max.on": N_("on this day"),
    "rules.degree-min.degree": N_("degree"), "rules.degree-min.research_years": N_("or years of research"),
    "rules.degree-within.years": N_("years"), "rules.employment.years": N_("years"),
    "rules.employment.proof": N_("proof"), "rules.residence-max.country": N_("country"),
    "rules.residence-max.months": N_("most months"), "rules.residence-max.of_last": N_("of the last months"),
    "rules.no-concurrent-award.asked": N_("asked for"), "rules.no-concurrent-award.country": N_("only of this country"),
    "rules.language-test.any_of": N_("tests and results"), "rules.nomination.by": N_("by"),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: its `code`, the `key` of the record that it is part of, its `form` with the `vocabulary` of its
    codes, and the group of `facts.GROUPS` that it belongs to. `number` counts the rows of a part from 1."""

    code: str
    key: str
    form: str
    vocabulary: str
    group: str
    part: str = ""
    number: int = 0
    language: str = ""

    @property
    def is_detail(self) -> bool:
        """Whether it is folded away at first: further rows of a part, other languages."""
        return self.number > 2 or bool(self.language)


@cache
def columns() -> tuple[Column, ...]:
    """All columns, in the order of the file: what every listing has comes first, translations last."""
    found = [_column("id", "id", "text", "identity")]
    found += [_column(name, "translations", "text", "identity") for name in TEXTS]
    for key in dict.fromkeys(fact.column for fact in FACTS if fact.column):
        found += _of_key(key)
    for tag in TAGS:
        found += [_column(f"{name}.{tag}", "translations", "text", "identity", language=tag) for name in TEXTS]
    return (*found, _column(MACHINE, "translations", "codes:language", "identity"))


@cache
def by_code() -> Mapping[str, Column]:
    """The columns by their codes."""
    return {column.code: column for column in columns()}


@cache
def by_key() -> Mapping[str, tuple[Column, ...]]:
    """The columns of each fact. Which language the texts are in has to be known before the texts are read."""
    keys = dict.fromkeys(("source_language", *(column.key for column in columns() if column.key != "id")))
    return {key: tuple(column for column in columns() if column.key == key) for key in keys}


@cache
def codes_of(key: str) -> tuple[str, ...]:
    """The codes of the columns of a fact."""
    return tuple(column.code for column in by_key()[key])


@lru_cache(100)
def keys_of(codes: tuple[str, ...]) -> list[str]:
    """The facts that some columns are of, in the order of `by_key`."""
    wanted = {by_code()[code].key for code in codes}
    return [key for key in by_key() if key in wanted]


def _of_key(key: str) -> list[Column]:
    group = next(fact.group for fact in FACTS if fact.column == key)
    if key in _FORMS:
        return [_column(key, key, _FORMS[key], group)]
    if key == "rules":
        return [
            _column(f"rules.{kind}.{name}", key, form, group, part=f"{kind}.{name}")
            for kind, parameters in RULES.items()
            for name, form in parameters.items()
        ]
    most, parts = PARTS.get(key, (0, {}))
    return [
        _column(f"{key}.{number}.{name}", key, form, group, part=name, number=number)
        for number in range(1, most + 1)
        for name, form in parts.items()
    ]


def _column(code: str, key: str, form: str, group: str, part: str = "", number: int = 0, language: str = "") -> Column:
    form, _, vocabulary = form.partition(":")
    return Column(code, key, form, vocabulary or ("flag" if form == "flag" else ""), group, part, number, language)


def label_of(key: str) -> str:
    """The message id of a fact by its key in the record."""
    fact = BY_CODE.get(key) or next(fact for fact in FACTS if fact.column == key)
    return fact.label
