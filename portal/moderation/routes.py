"""What the site's team decides."""

from __future__ import annotations

from portal.web.language import language_blueprint

blueprint = language_blueprint("moderation", __name__)
