"""Every answer of the API keeps to its own description, whatever is asked."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis import Case

from portal.api import parameters
from portal.listings import codes
from portal.listings.facts import columns


@pytest.fixture(scope="session")
def description(app: Flask) -> Any:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return schema


api = schemathesis.pytest.from_fixture("description")


@api.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_answers_keep_to_the_description(case: Case) -> None:
    case.call_and_validate()
