"""A draft as readers would see it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from markupsafe import Markup

from portal.listings.importing import known_references
from portal.listings.models import Listing
from portal.listings.page import ListingPage, listing_page
from portal.locales import BY_TAG
from portal.organisations.queries import get_organisation
from portal.posting.blueprint import blueprint
from portal.posting.editing.page import title_of
from portal.posting.preview.sketch import sketch
from portal.posting.queries import content_of, get_posting
from portal.web.current import site
from portal.web.identity import current_actor, signed_in
from portal.web.language import current_language, speaking
from portal.web.messages import gettext


@blueprint.get("/postings/<string:listing_id>/preview")
@signed_in
def preview(listing_id: str) -> str:
    """A posting as its page would be, for readers of the language `lang`, with the text asked for by `text`."""
    asked = request.args.get("lang", "")
    frame = current_language().tag
    tag = asked if asked in BY_TAG else frame
    with site().sessions() as session:
        posting = get_posting(session, listing_id, current_actor())
        content, known = content_of(session, posting), known_references(session, site().thesaurus)
        country = get_organisation(session, posting.organisation_id).country
        listing = sketch(session, content, known, country, site().clock())
    with speaking(tag):
        article, card = _as_seen(listing, tag, frame, request.args.get("text", ""))
    return render_template(
        "posting/preview.html", posting=posting, tag=tag, article=article, card=card, languages=BY_TAG.values(),
        written=[text.language for text in listing.translations], title=title_of(content, frame),
    )  # fmt: skip


def _as_seen(listing: Listing, tag: str, frame: str, text: str) -> tuple[Markup, Markup]:
    """The article and the card, in the language that is spoken, on a page in the language of the frame."""
    page = _filled(listing_page(site(), listing, tag, text, similar=False))
    here: dict[str, Any] = {"language": frame, "lang": tag}
    names = {party.id: party.name for party in page.parties}
    if listing.organisation_id and page.card.organisation:
        names[listing.organisation_id] = page.card.organisation
    article = render_template(
        "listings/article.html", listing=listing, page=page, party_names=names, preview=True, heading="h2",
        text_endpoint="posting.preview", text_values=here,
    )  # fmt: skip
    address = url_for("posting.preview", listing_id=listing.id, **here)
    card = render_template("posting/preview-card.html", card=replace(page.card, address=address))
    return Markup(article), Markup(card)  # noqa: S704 - templates escape


def _filled(page: ListingPage) -> ListingPage:
    """Say where a text lacks."""
    title = page.title if page.title.value else page.title._replace(value=gettext("Without a title"), language=None)
    card = page.card if page.card.title.value else replace(page.card, title=title)
    return replace(page, title=title, card=card)
