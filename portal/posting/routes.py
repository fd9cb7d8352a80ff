"""An organisation's listings: drafts, publication, versions."""

from __future__ import annotations

from flask import Response, redirect, url_for

from portal.web.language import language_blueprint

blueprint = language_blueprint("posting", __name__)


@blueprint.get("/postings/<string:listing_id>")
def show(listing_id: str) -> Response:
    """A posting: how it stands."""
    answer: Response = redirect(url_for("posting.publication_of", listing_id=listing_id), 303)  # type: ignore[assignment]
    return answer


from portal.posting import publication_routes  # noqa: E402, F401 - adds its pages to the blueprint
