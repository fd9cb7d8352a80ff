"""The table of facts, the models, the search document, the labels and the import format say the same."""

from __future__ import annotations

import sqlalchemy as sa

from portal.demo.builders import new_listing
from portal.listings import codes
from portal.listings.document import SCHEMA
from portal.listings.facets import FACETS
from portal.listings.facts import FACTS, GROUPS, RECORD, columns
from portal.listings.labels import LABELS, label
from portal.listings.models import Listing
from portal.listings.record_parts import PARTS, part_columns
from portal.listings.records import DERIVED, to_record
from portal.locales import TAGS
from search.documents import Role

CODES = {
    "kind": codes.KINDS,
    "kind-plural": codes.KINDS,
    "state": codes.STATES,
    "level": codes.LEVELS,
    "mode": codes.MODES,
    "award": codes.AWARDS,
    "funding": codes.FUNDINGS,
    "origin": codes.ORIGINS,
    "partner-role": codes.PARTNER_ROLES,
    "deadline": codes.DEADLINE_PURPOSES,
    "money-item": codes.MONEY_ITEMS,
    "money-payer": codes.MONEY_PAYERS,
    "money-period": codes.MONEY_PERIODS,
    "degree": codes.DEGREES,
    "rule": codes.RULE_KINDS,
    "nominator": codes.NOMINATORS,
    "document": codes.DOCUMENTS,
    "document-due": codes.DOCUMENT_DUES,
    "criterion": codes.CRITERIA,
    "stage": codes.STAGES,
    "decider": codes.DECIDERS,
    "apply-step": codes.APPLY_STEPS,
    "equipment": codes.EQUIPMENT,
    "output": codes.OUTPUTS,
    "group": GROUPS,
}


def test_every_code_has_a_label_and_every_label_a_code() -> None:
    for vocabulary, known in CODES.items():
        assert tuple(LABELS[vocabulary]) == known, vocabulary
    assert label("kind", "joint-programme") == "Joint programme"
    assert label("kind", "no longer there") == "no longer there"


def test_every_column_and_part_of_a_listing_is_a_fact() -> None:
    mapper = sa.inspect(Listing)
    stored = {*mapper.column_attrs.keys(), *mapper.relationships.keys()} - {"organisation"}
    assert set(columns()) == stored
    assert set(RECORD) < stored


def test_every_fact_is_in_a_section_and_its_codes_have_labels() -> None:
    assert {fact.group for fact in FACTS} == set(GROUPS)
    assert len({fact.code for fact in FACTS}) == len(FACTS)
    for fact in FACTS:
        assert fact.vocabulary is None or fact.vocabulary in LABELS, fact.code
        assert fact.role is not None or fact.column is not None, f"{fact.code} is neither stored nor searched"
        assert not fact.facet or fact.role in (Role.FACET, Role.NUMBER), fact.code


def test_every_facet_has_its_values() -> None:
    assert set(FACETS) == {fact.code for fact in FACTS if fact.facet}
    for name, values in FACETS.items():
        assert bool(values.codes) != bool(values.pattern), name
        assert all(map(values.allow, values.codes)), name
        assert not any(map(values.allow, ("", "Ω", "x" * 99, "a b"))), name


def test_a_facet_takes_concepts_of_its_own_kind() -> None:
    assert FACETS["concept"].allow("artificial-intelligence")
    assert not FACETS["concept"].allow("guangxi")
    assert FACETS["place"].allow("guangxi")
    assert not FACETS["place"].allow("artificial-intelligence")


def test_the_schema_has_the_searched_facts_and_nothing_else() -> None:
    assert [field.name for field in SCHEMA.fields] == [fact.code for fact in FACTS if fact.role]
    assert SCHEMA.languages == TAGS
    assert {field.name: field.weight for field in SCHEMA.of_role(Role.TEXT)} == {
        "title": 3.0,
        "summary": 1.5,
        "description": 1.0,
    }
    windows = {field.name: field.windows for field in SCHEMA.of_role(Role.NUMBER) if field.windows}
    assert windows == {"closes_at": (7, 30, 90)}


def test_the_import_format_has_every_stored_fact() -> None:
    record = to_record(new_listing("x"))
    assert tuple(record) == columns()
    for name, part in PARTS.items():
        for row in record[name]:
            assert tuple(row) == part_columns(part)
    assert DERIVED.isdisjoint(record)
    assert {"funding", "open_to", "closes_at"} <= DERIVED
