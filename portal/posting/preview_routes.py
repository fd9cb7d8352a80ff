"""A draft as readers would see it, and a new draft from an earlier listing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup

from portal.core.messages import N_
from portal.listings.importing import known_references
from portal.listings.models import Listing
from portal.listings.page import ListingPage, listing_page
from portal.locales import BY_TAG
from portal.organisations.queries import get_organisation
from portal.posting import policy
from portal.posting.blueprint import blueprint
from portal.posting.copy_service import copy_posting
from portal.posting.forms import OneField
from portal.posting.page import title_of
from portal.posting.preview import sketch
from portal.posting.queries import content_of, get_posting
from portal.web.current import site
from portal.web.forms import PortalForm, ValidationError, lazy
from portal.web.identity import allow, current_actor, signed_in
from portal.web.language import current_language, speaking
from portal.web.messages import gettext

WAYS = {
    "cycle": N_("The same again, a year later"),
    "anew": N_("Something like it, with new dates"),
}
WAY_NOTES = {
    "cycle": N_("All dates are moved by a year; the texts stay. Look at each date: weekdays are not kept."),
    "anew": N_("All but the dates is taken over. You are asked for these anew."),
}


class CopyForm(PortalForm):
    """How much of the dates is taken over."""

    way = OneField(lazy(N_("What do you want to write?")), lambda: [(way, gettext(name)) for way, name in WAYS.items()])

    def validate_way(self, field: Any) -> None:
        """One of the two."""
        if field.data not in WAYS:
            raise ValidationError(gettext("Please choose one."))


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


@blueprint.route("/postings/<string:listing_id>/copy", methods=["GET", "POST"])
@signed_in
def copy(listing_id: str) -> Any:
    """Begin a new draft from this one."""
    form = CopyForm()
    with site().sessions() as session:
        posting = get_posting(session, listing_id, current_actor())
        allow(policy.may_create(current_actor(), posting.organisation_id))
        title = title_of(content_of(session, posting), current_language().tag)
    if form.validate_on_submit():
        with site().unit_of_work().begin() as session:
            posting = get_posting(session, listing_id, current_actor())
            new = copy_posting(session, posting, form.way.data, current_actor(), site().clock())
        flash(
            gettext("This is the new draft. Begin with the dates; then look at the texts and their languages."), "done"
        )
        return redirect(url_for("posting.section", listing_id=new.listing_id, code="time"), 303)
    if not form.is_submitted():
        form.way.data = "cycle"
    shown = render_template("posting/copy.html", posting=posting, form=form, title=title, notes=WAY_NOTES)
    return shown, 422 if form.errors else 200


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
