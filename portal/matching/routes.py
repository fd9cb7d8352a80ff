"""Addresses of matching; they stand in the packages beside."""

from __future__ import annotations

from portal.matching import explained
from portal.matching.blueprint import blueprint
from portal.matching.invitations import routes as invitation_routes
from portal.matching.people import routes as people_routes

__all__ = ["blueprint", "invitation_routes", "people_routes"]

blueprint.add_app_template_global(explained.explained, "explained")
