"""The blueprint that the pages of this feature share."""

from __future__ import annotations

from typing import Any

from portal.matching.invitations import labels
from portal.researchers import labels as profile_labels
from portal.web.language import language_blueprint

blueprint = language_blueprint("matching", __name__)


@blueprint.context_processor
def add_labels() -> dict[str, Any]:
    """The labels of invitations and of profiles, for its pages."""
    return {"labels": labels, "profile_labels": profile_labels}
