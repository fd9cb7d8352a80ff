"""An organisation's listings: drafts, publication, versions."""

from __future__ import annotations

from portal.web.language import language_blueprint

blueprint = language_blueprint("posting", __name__)
