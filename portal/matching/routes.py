"""The listings "for you", and what pages of listings say of how they fit; other addresses stand beside."""

from __future__ import annotations

from flask import render_template, request
from flask_login import current_user

from portal.eligibility.visitor import answers_of_request
from portal.listings.models import Listing
from portal.matching import explained, page, queries
from portal.matching.blueprint import blueprint
from portal.matching.fit import Fit
from portal.matching.invitations import routes as invitation_routes
from portal.matching.people import routes as people_routes
from portal.researchers.page import undecided_topics
from portal.web.current import site
from portal.web.identity import person, signed_in
from portal.web.language import current_language
from portal.web.paging import asked_page, pages_at

__all__ = ["blueprint", "invitation_routes", "people_routes"]  # the modules with the other addresses

blueprint.add_app_template_global(explained.explained, "explained")


@blueprint.app_template_global()
def fit_of(listing: Listing) -> Fit | None:
    """How a listing fits the person of this request; None for visitors, and for those who have said nothing yet."""
    return queries.fit_of_listing(site(), person().id, listing) if current_user.is_authenticated else None


@blueprint.get("/me/matches")
@signed_in
def for_you() -> str:
    """The listings that fit the person best; with `unmet`, those that they may not apply for."""
    closed_off = request.args.get("unmet") == "1"
    shown = page.for_you(site(), person().id, current_language().tag, answers_of_request(), asked_page(), closed_off)
    address = pages_at("matching.for_you", unmet="1" if closed_off else None)
    undecided = undecided_topics(site(), person().id)
    return render_template("matching/for_you.html", page=shown, page_address=address, undecided=undecided)
