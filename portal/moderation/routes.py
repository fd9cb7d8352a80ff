"""What the site's team decides."""

from __future__ import annotations

from portal.web.language import language_blueprint

blueprint = language_blueprint("moderation", __name__)


from portal.moderation import listing_routes  # noqa: E402, F401 - adds its pages to the blueprint
