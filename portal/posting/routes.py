"""An organisation's listings: beginning one, one as a whole, discarding; all other addresses stand in the
packages beside."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from portal.organisations.queries import get_organisation
from portal.posting import policy, service
from portal.posting.blueprint import blueprint
from portal.posting.copying import routes as copy_routes
from portal.posting.editing import page
from portal.posting.editing import routes as editing_routes
from portal.posting.editing.choices import organisation_names
from portal.posting.editing.forms import BeginForm
from portal.posting.partners import routes as partner_routes
from portal.posting.preview import routes as preview_routes
from portal.posting.publication import routes as publication_routes
from portal.posting.publication.page import listing_state
from portal.posting.queries import get_own_posting, get_posting, records_of
from portal.posting.shelf import routes as shelf_routes
from portal.posting.topics import routes as topic_routes
from portal.posting.translations import routes as translation_routes
from portal.posting.workflow import is_open
from portal.web.current import site
from portal.web.identity import allow, current_actor, signed_in
from portal.web.language import current_language
from portal.web.messages import gettext

# The modules with the other addresses.
__all__ = [
    "blueprint",
    "copy_routes",
    "editing_routes",
    "partner_routes",
    "preview_routes",
    "publication_routes",
    "shelf_routes",
    "topic_routes",
    "translation_routes",
]


@blueprint.route("/postings/new", methods=["GET", "POST"])
@signed_in
def new() -> Any:
    """Three questions, then the form."""
    form = _begin_form()
    if form.validate_on_submit():
        title, language = form.title.data, form.source_language.data
        text = {"language": language, "origin": "source", "title": title, "summary": "", "description": ""}
        organisation_id, now = form.organisation.data, site().clock()
        with site().unit_of_work().begin() as session:
            content = {
                "kind": form.kind.data, "source_language": language, "translations": [text],
                "country": get_organisation(session, organisation_id).country,
            }  # fmt: skip
            posting = service.begin_posting(session, organisation_id, content, current_actor(), now)
        return redirect(url_for("posting.section", listing_id=posting.listing_id, code="texts"), 303)
    return render_template("posting/new.html", form=form), 422 if form.errors else 200


@blueprint.get("/postings/<string:listing_id>")
@signed_in
def show(listing_id: str) -> str:
    """A posting as a whole: how far it is, what is wrong with it, what can be done."""
    with site().sessions() as session:
        posting = get_posting(session, listing_id, current_actor())
        content = records_of(session, [posting]).get(listing_id, {})
        organisation = get_organisation(session, posting.organisation_id)
        published = listing_state(session, listing_id)
    may_edit = policy.may_edit(current_actor(), posting)
    return render_template(
        "posting/show.html", posting=posting, page=page.overview(site(), content, current_language().tag),
        organisation=organisation, may_edit=may_edit, is_open=may_edit and is_open(posting), listing_state=published,
        form=FlaskForm(),
    )  # fmt: skip


@blueprint.post("/postings/<string:listing_id>/edit")
@signed_in
def edit(listing_id: str) -> Any:
    """Open a published listing for changes."""
    with site().unit_of_work().begin() as session:
        posting = get_own_posting(session, listing_id, current_actor())
        service.edit_posting(session, posting, current_actor(), site().clock())
    return redirect(url_for("posting.show", listing_id=listing_id), 303)


@blueprint.route("/postings/<string:listing_id>/discard", methods=["GET", "POST"])
@signed_in
def discard(listing_id: str) -> Any:
    """Throw a draft away, after a question."""
    form = FlaskForm()
    with site().unit_of_work().begin() as session:
        posting = get_own_posting(session, listing_id, current_actor())
        content = posting.content or {}
        if form.validate_on_submit():
            service.discard_draft(session, posting, current_actor(), site().clock())
            flash(gettext("The draft is thrown away."), "done")
            return redirect(url_for("posting.index", organisation_id=posting.organisation_id), 303)
    title = page.title_of(content, current_language().tag)
    return render_template("posting/discard.html", posting=posting, title=title, form=form)


def _begin_form() -> BeginForm:
    """The questions, with the organisations that the person may post for."""
    ids = [one for one in current_actor().roles if policy.may_create(current_actor(), one)]
    allow(bool(ids))
    form = BeginForm()
    form.offer_organisations([(one.id, one.label) for one in organisation_names(site(), ids)])
    if not form.is_submitted():
        asked = request.args.get("organisation", "")
        form.organisation.data = asked if asked in ids else ids[0]
        form.source_language.data = current_language().tag
    return form
