"""Claims, teams, invitations."""

from __future__ import annotations

from portal.web.language import language_blueprint

blueprint = language_blueprint("teams", __name__)
