"""The blueprint that the pages of this feature share."""

from __future__ import annotations

from typing import Any

from portal.listings.codes import KINDS
from portal.locales import LANGUAGES
from portal.posting import labels
from portal.web.language import language_blueprint

blueprint = language_blueprint("posting", __name__)


@blueprint.context_processor
def add_labels() -> dict[str, Any]:
    """The labels of posting and what lists offer, for its pages."""
    return {"labels": labels, "kinds": KINDS, "all_languages": LANGUAGES}
