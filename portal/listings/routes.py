"""The page of one listing."""

from __future__ import annotations

from flask import render_template, request, url_for
from markupsafe import Markup

from portal.listings import queries
from portal.listings.page import listing_page
from portal.listings.structured import embeddable, json_ld
from portal.web.counting import count_seen
from portal.web.current import site
from portal.web.language import current_language, language_blueprint

blueprint = language_blueprint("listings", __name__)


@blueprint.get("/listings/<string:listing_id>")
def show(listing_id: str) -> str:
    """One listing: its facts in the reader's language, its prose in theirs or in the one asked for by `text`."""
    reader = current_language().tag
    with site().sessions() as session:
        listing = queries.get_listing(session, listing_id)
    page = listing_page(site(), listing, reader, request.args.get("text", ""))
    address = site().settings.site_url + url_for("listings.show", listing_id=listing_id)
    structured = Markup(embeddable(json_ld(listing, reader, address)))  # noqa: S704 - made safe for script elements
    count_seen("view", {listing.id: listing.organisation_id}, reader)
    names = {party.id: party.name for party in page.parties}
    if listing.organisation_id and page.card.organisation:
        names[listing.organisation_id] = page.card.organisation
    return render_template("listings/show.html", page=page, listing=listing, structured=structured, party_names=names)
