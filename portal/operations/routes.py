"""`/healthz` and `/readyz`."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from portal.operations.queries import readiness
from portal.web.current import site

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def health() -> Response:
    """Whether the process answers; nothing else is asked."""
    return _unkept(jsonify(status="ok"))


@blueprint.get("/readyz")
def ready() -> Response:
    """Whether the site can do its work: 503 while the database cannot be used."""
    found = readiness(site())
    response = _unkept(jsonify(database=found.database, search=found.search))
    response.status_code = 200 if found.ready else 503
    return response


def _unkept(response: Response) -> Response:
    response.cache_control.no_store = True
    return response
