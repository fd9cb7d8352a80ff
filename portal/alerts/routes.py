"""What a person saved; the links of the letters about it; the calendar; listings side by side."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from portal.alerts import page, queries, service, stopping
from portal.alerts.comparing import MOST, compare
from portal.alerts.forms import NoteForm, SearchForm
from portal.alerts.labels import FREQUENCIES, PROBLEMS, SORTS
from portal.alerts.models import QUERY_LENGTH
from portal.alerts.shared_searches import canonical, parse
from portal.core.errors import Conflict
from portal.discovery.cards import reason_sentence
from portal.discovery.query import Query
from portal.eligibility.visitor import answers_of_request
from portal.listings.document import to_card
from portal.listings.queries import get_listing
from portal.web import calendar
from portal.web.addresses import listing_address, own_address
from portal.web.cards import card
from portal.web.current import site
from portal.web.identity import csrf, current_actor, person, signed_in, signed_in_for_this
from portal.web.language import current_language, language_blueprint
from portal.web.messages import gettext as _
from portal.web.public import address_of
from portal.web.security import keep_nothing
from search.results import Reason

blueprint = language_blueprint("alerts", __name__)
blueprint.after_request(keep_nothing)


@blueprint.app_template_global("is_saved")
def is_saved(listing_id: str) -> bool:
    """Whether the reader keeps a listing; all that are kept are read once for a page."""
    user_id = current_actor().user_id
    if user_id is None:
        return False
    if "saved_ids" not in g:
        with site().sessions() as session:
            g.saved_ids = queries.saved_ids(session, user_id)
    return listing_id in g.saved_ids


@blueprint.app_template_filter("why_found")
def why_found(reason: dict[str, Any]) -> str:
    """A reason that was kept with an alert, as a sentence."""
    return reason_sentence(Reason(**reason), current_language().tag) or ""


@blueprint.get("/me/saved")
@signed_in
def saved() -> str:
    """All that a person keeps."""
    reader, sort = current_language().tag, request.args.get("sort", "saved")
    with site().sessions() as session:
        kept = queries.list_kept(session, person().id)
        searches = queries.list_searches(session, person().id)
    cards = page.saved_cards(kept, reader, site().clock(), sort)
    rows = page.search_rows(site(), searches, reader)
    return render_template(
        "alerts/saved.html", cards=cards, rows=rows, sort=sort if sort in SORTS else "saved", sorts=SORTS,
        frequencies=FREQUENCIES, form=FlaskForm(), most=MOST,
    )  # fmt: skip


@blueprint.get("/me/saved/new")
@signed_in
def new_listing() -> Any:
    """Where visitors come to once they have signed in to save a listing: then it is saved. Nothing is written by
    following a link."""
    with site().sessions() as session:
        listing = get_listing(session, request.args.get("listing", ""))
    if signed_in_for_this():
        return _save(listing.id, listing_address(listing.id))
    reader = current_language().tag
    shown = card(listing.id, to_card(listing), reader, site().clock())
    return render_template("alerts/new_listing.html", card=shown, form=FlaskForm())


@blueprint.post("/me/saved")
@signed_in
def save_listing() -> Any:
    """Saving a listing; back to where the button was."""
    return _save(request.form.get("listing", ""), own_address(request.form.get("next")))


def _save(listing_id: str, back: str | None) -> Any:
    now = site().clock()
    try:
        with site().unit_of_work().begin() as session:
            listing = service.save_listing(session, person().id, listing_id, now)
    except Conflict as error:
        return _done(_(PROBLEMS[error.code]) % error.parameters, "wrong")
    if listing is not None and listing.organisation_id not in current_actor().roles:
        site().tally.count("save", [listing_id], current_language().tag, now.date())
    return redirect(f"{back}#keep-{listing_id}", 303) if back else _done(_("The listing is saved."))


@blueprint.route("/me/saved/<string:listing_id>", methods=["GET", "POST"])
@signed_in
def listing(listing_id: str) -> Any:
    """The note about a saved listing, and the wish to hear when it takes applications again."""
    with site().sessions() as session:
        kept = queries.get_kept(session, person().id, listing_id)
    form = NoteForm(obj=kept.saved)
    if form.validate_on_submit():
        with site().unit_of_work().begin() as session:
            service.note_listing(session, person().id, listing_id, form.note.data or "", form.tell.data)
        return _done(_("Your note is saved."))
    (row,) = page.saved_cards([kept], current_language().tag, site().clock(), "saved")
    return render_template("alerts/listing.html", row=row, form=form), 422 if form.errors else 200


@blueprint.post("/me/saved/<string:listing_id>/remove")
@signed_in
def forget_listing(listing_id: str) -> Any:
    """Taking a listing out; back to where the button was."""
    with site().unit_of_work().begin() as session:
        service.forget_listing(session, person().id, listing_id)
    back = own_address(request.form.get("next"))
    return redirect(f"{back}#keep-{listing_id}", 303) if back else _done(_("The listing is taken out."))


@blueprint.route("/me/searches/new", methods=["GET", "POST"])
@signed_in
def new_search() -> Any:
    """Saving the search of the address: it has the parameters of the search page."""
    reader, query = current_language().tag, Query.read(request.args)
    form, text = SearchForm(), canonical(query)
    if form.validate_on_submit():
        try:
            with site().unit_of_work().begin() as session:
                service.save_search(
                    session, site(), person(), text[:QUERY_LENGTH], reader, form.name.data, form.frequency.data
                )
        except Conflict as error:
            form.take_error(error, PROBLEMS)
        else:
            return _done(_("The search is saved."))
    elif not form.is_submitted():
        form.name.data = page.made_name(site(), query, reader)
    return _search_page(form, query)


@blueprint.route("/me/searches/<string:search_id>", methods=["GET", "POST"])
@signed_in
def search(search_id: str) -> Any:
    """Name and letters of a saved search."""
    with site().sessions() as session:
        found = queries.get_search(session, person().id, search_id)
    form = SearchForm(obj=found)
    if form.validate_on_submit():
        with site().unit_of_work().begin() as session:
            service.change_search(
                session, person(), search_id, form.name.data, form.frequency.data, site().clock()
            )  # fmt: skip
        return _done(_("The search is saved."))
    return _search_page(form, parse(found.query), search=found)


@blueprint.post("/me/searches/<string:search_id>/remove")
@signed_in
def forget_search(search_id: str) -> Any:
    """Taking a search out."""
    with site().unit_of_work().begin() as session:
        service.forget_search(session, person().id, search_id)
    return _done(_("The search is taken out."))


@blueprint.route("/me/calendar", methods=["GET", "POST"])
@signed_in
def own_calendar() -> Any:
    """The address of one's own calendar: a new one is shown in the answer to the form, once."""
    form, address = FlaskForm(), None
    if form.validate_on_submit():
        with site().unit_of_work().begin() as session:
            token = service.open_calendar(session, person().id, site().clock())
        address = address_of("alerts.calendar_feed", token=token)
    with site().sessions() as session:
        feed = queries.find_calendar(session, person().id)
    shown = render_template("alerts/calendar.html", form=form, address=address, feed=feed, reminded=calendar.REMINDED)
    return shown, 201 if address else 200


@blueprint.post("/me/calendar/revoke")
@signed_in
def close_calendar() -> Any:
    """Ending the address of one's calendar."""
    with site().unit_of_work().begin() as session:
        service.close_calendar(session, person().id)
    flash(_("The address of your calendar does not work any more."), "done")
    return redirect(url_for("alerts.own_calendar"), 303)


@blueprint.get("/calendar/<string:token>.ics")
def calendar_feed(token: str) -> Response:
    """The deadlines of what a person saved, for whoever knows the secret address."""
    with site().sessions() as session:
        owner = queries.get_owner_of_calendar(session, token)
        listings = [kept.listing for kept in queries.list_kept(session, owner)]
    body = calendar.build(listings, name=_("Deadlines of saved listings"), rings=True)
    response = Response(body, content_type=calendar.MEDIA_TYPE)
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"  # asked for again each time, and kept by no proxy
    response.make_conditional(request)
    return response


@blueprint.route("/unsubscribe/<string:token>", methods=["GET", "POST"])
def stop(token: str) -> Any:
    """Ending letters by the link in one, without signing in. Mail programs send the form by themselves (RFC 8058): the
    link is all that is asked for. Following it changes nothing."""
    now = site().clock()
    with site().sessions() as session:
        link = stopping.get_stop_link(session, token, now)
        name = queries.get_search(session, link.user_id, link.search_id).name if link.search_id else None
        done = request.method == "POST" or stopping.has_ended(session, link)
    if request.method == "POST":
        with site().unit_of_work().begin() as session:
            stopping.stop_letters(session, token, request.form.get("what") == "all", now)
    return render_template("alerts/stop.html", name=name, done=done, token=token)


csrf.exempt(stop)


@blueprint.get("/compare", endpoint="comparison")
def comparison() -> str:
    """Listings side by side; the address can be passed on."""
    found = compare(site(), request.args.getlist("id"), current_language().tag, answers_of_request())
    return render_template("alerts/compare.html", found=found, most=MOST)


def _search_page(form: SearchForm, query: Query, **values: Any) -> tuple[str, int]:
    parts = list(page.parts_of(site(), query, current_language().tag))
    undecided = page.is_undecided(site(), query, person().id)
    shown = render_template("alerts/search.html", form=form, parts=parts, query=query, undecided=undecided, **values)
    return shown, 422 if form.errors else 200


def _done(said: str, category: str = "done") -> Response:
    flash(said, category)
    return redirect(url_for("alerts.saved"), 303)  # type: ignore[return-value]
