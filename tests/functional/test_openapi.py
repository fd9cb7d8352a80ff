"""Every answer of the API keeps to its own description, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis import Case

from portal.api import openapi


class Stage:
    """A WSGI application that is there when tests are collected; the site steps in when they run."""

    site: Flask

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        return self.site.wsgi_app(environ, start_response)


stage = Stage()
api = schemathesis.openapi.from_dict(openapi.describe())
api.app = stage


@pytest.fixture(autouse=True)
def _site_on_stage(app: Flask) -> None:
    stage.site = app


# What a pattern cannot tell: these have to exist. (A well-formed id that does not is refused all the same.)
KNOWN = {"concept": "artificial-intelligence", "place": "guangxi", "isced": "061", "organisation": "03z391397"}


@api.parametrize()
@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_answers_keep_to_the_description(case: Case) -> None:
    if case.meta and case.meta.generation.mode.is_positive:
        case.query.update({name: [known] for name, known in KNOWN.items() if name in case.query})
    case.call_and_validate(headers={"Accept-Encoding": "identity"})
