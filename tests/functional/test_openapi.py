"""Every answer of the API keeps to its own description, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator, FormatChecker
from schemathesis import Case

from portal.api import openapi
from portal.listings.facets import FACETS
from portal.listings.facts import columns


class Stage:
    """A WSGI application that is there when tests are collected; the site steps in when they run."""

    site: Flask

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        return self.site.wsgi_app(environ, start_response)


stage = Stage()
REFUSED = [400, 401, 403, 404, 405, 406, 409, 414, 415, 422, 428, 429, "5xx"]
# A schema cannot say for all texts at once that they have no null character, nor that together they are not too long.
TEXTS = schemathesis.Config.from_dict(
    {"generation": {"allow-x00": False}, "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
)
api = schemathesis.openapi.from_dict(openapi.describe(), config=TEXTS)
api.app = stage


def validator(name: str) -> Draft202012Validator:
    components = {"components": openapi.describe()["components"]}
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", **components}, format_checker=FormatChecker())


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
        case.query.pop("cursor", None)  # only the site can sign one; `test_reading_all` follows them
    case.call_and_validate(headers={"Accept-Encoding": "identity"})


def test_description_is_served_and_valid(client: FlaskClient) -> None:
    served = client.get("/api/v1/openapi.json")
    assert served.json == openapi.describe()
    api.validate()
    for name in openapi.describe()["components"]["schemas"]:
        Draft202012Validator.check_schema(validator(name).schema)


def test_every_route_is_described(app: Flask) -> None:
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    described = {f"/api/v1{path}" for path in openapi.describe()["paths"]}
    assert {rule.split("<")[0] for rule in routes} == {path.split("{")[0] for path in described}


def test_every_listing_keeps_to_the_description(client: FlaskClient) -> None:
    listing, results, number, seen = validator("Listing"), validator("SearchResults"), 1, 0
    while True:
        page = client.get(f"/api/v1/listings?closed=1&per_page=100&lang=km&page={number}").json
        assert page is not None
        results.validate(page)
        for hit in page["hits"]:
            listing.validate(client.get(f"/api/v1/listings/{hit['id']}").json)
            seen += 1
        if page["links"]["next"] is None:
            break
        number += 1
    assert seen == page["total"] > 0


def test_organisations_and_concepts_keep_to_the_description(client: FlaskClient) -> None:
    for path, schema in (("organisations", "Organisation"), ("concepts", "Concept")):
        one = validator(schema)
        for item in client.get(f"/api/v1/{path}?per_page=100").json["items"]:  # type: ignore[index]
            one.validate(client.get(f"/api/v1/{path}/{item['id']}?lang=lo").json)


def test_listing_has_all_facts_of_the_table() -> None:
    described = openapi.describe()["components"]["schemas"]["Listing"]["properties"]
    assert set(columns()) <= set(described)


def test_facets_are_those_of_the_search_page() -> None:
    results = openapi.describe()["components"]["schemas"]["SearchResults"]["properties"]
    assert set(results["facets"]["properties"]) == set(FACETS)
