"""What is kept of people is declared: forgetting a column, a label or a period fails here."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
import sqlalchemy as sa

import portal
from portal.core import retention
from portal.core.database import Base
from portal.core.holding import Holding
from portal.rights.jobs import JOBS
from portal.rights.labels import FIELDS
from portal.rights.registry import HOLDINGS, NOBODYS

PEOPLE = {"users.id", "researchers.user_id"}
LIKE_A_PERSON = re.compile(r"(^|_)(by|email|address|owner)$|^(user|actor|owner|object|person)_id$")
SECRET = re.compile(r"digest|hash|secret|token|public_key|credential|parameters")


def all_columns() -> dict[str, sa.Column[object]]:
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        if module.name.endswith(".models") or module.name.startswith("portal.core."):
            importlib.import_module(module.name)
    return {f"{table.name}.{column.name}": column for table in Base.metadata.tables.values() for column in table.c}


def names_a_person(column: sa.Column[object]) -> bool:
    if column.table.name == "users":  # the row is the person
        return column.name == "id"
    points_at = {key.target_fullname for key in column.foreign_keys}
    return bool(points_at & PEOPLE) or (not points_at and bool(LIKE_A_PERSON.search(column.name)))


DECLARED = {f"{rows.table.name}.{rows.column.key}" for one in HOLDINGS for rows in one.rows}


def test_every_column_that_names_a_person_is_declared() -> None:
    named = {name for name, column in all_columns().items() if names_a_person(column)}
    assert named - DECLARED - set(NOBODYS) == set(), "say in the feature's holdings.py what it is"
    assert set(NOBODYS) <= named, "no longer there"


def test_whatever_refers_to_a_person_goes_with_it_or_lets_go() -> None:
    keys = [key for column in all_columns().values() for key in column.foreign_keys if key.target_fullname in PEOPLE]
    assert len(keys) > 15
    assert {key.ondelete for key in keys} == {"CASCADE", "SET NULL"}


def test_what_stays_can_let_go_of_its_person() -> None:
    for holding in HOLDINGS:
        for rows in holding.rows if holding.stays else ():
            assert rows.aliased or rows.table.columns[rows.column.key].nullable, (holding.code, rows.column.key)
            assert not (rows.aliased and rows.table.columns[rows.column.key].foreign_keys), holding.code


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda one: one.code)
def test_nobody_reads_a_secret_and_every_column_has_a_name(holding: Holding) -> None:
    shown = {column.key for rows in holding.rows for column in rows.shown}
    assert not [name for name in shown if SECRET.search(name)]
    assert shown <= set(FIELDS)
    for rows in holding.rows:
        assert {*rows.hidden, *rows.only} <= set(rows.table.columns.keys()), "a column that is not there"


def test_every_name_is_used() -> None:
    shown = {column.key for one in HOLDINGS for rows in one.rows for column in rows.shown}
    assert set(FIELDS) == shown


def test_codes_name_one_holding_each_and_every_period_has_a_job() -> None:
    codes = [one.code for one in HOLDINGS]
    assert len(codes) == len(set(codes))
    assert {period for one in HOLDINGS for period in one.periods} == set(retention.PERIODS)
    assert set(JOBS) == {f"periods of {one.code}" for one in HOLDINGS if one.expire}
    unkept = {one.code for one in HOLDINGS if one.periods and not one.expire}
    assert unkept <= {"looks"}, "their lines are those of `views`"
