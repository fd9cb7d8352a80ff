"""People who fit a listing, for editors and managers of its host."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm

from portal.core.errors import Conflict, NotFound
from portal.listings.document import to_card
from portal.listings.models import Listing
from portal.matching.blueprint import blueprint
from portal.matching.invitations.forms import InviteForm
from portal.matching.invitations.labels import PROBLEMS
from portal.matching.invitations.queries import get_own_listing, list_sent
from portal.matching.invitations.service import invite_person, withdraw_invitation
from portal.matching.people.handles import Handles
from portal.matching.people.page import headline, people_page, person_page
from portal.web.cards import Card, card
from portal.web.current import site
from portal.web.identity import current_actor, signed_in
from portal.web.language import current_language
from portal.web.limits import limit, limit_within
from portal.web.messages import gettext
from portal.web.paging import asked_page, pages_at


@blueprint.get("/postings/<string:listing_id>/people")
@signed_in
def people(listing_id: str) -> str:
    """People who agreed to be found and may fit."""
    limit("people-person", str(current_actor().user_id))
    with site().unit_of_work().begin() as session:
        listing = get_own_listing(session, listing_id, current_actor())
        page = people_page(site(), session, listing, current_actor(), _handles(listing), asked_page())
        shown, is_open = _card(listing), listing.state == "published"
    address = pages_at("matching.people", listing_id=listing_id)
    return render_template(
        "matching/people.html", listing=shown, page=page, headline=headline, address=address, open=is_open
    )


@blueprint.route("/postings/<string:listing_id>/people/<string:handle>", methods=["GET", "POST"])
@signed_in
def person(listing_id: str, handle: str) -> Any:
    """One of them as far as shown, and the form to invite."""
    form = InviteForm()
    if form.validate_on_submit():
        with form.taking_errors(PROBLEMS, Conflict):
            _invite(listing_id, handle, form.message.data)
            flash(gettext("The invitation is sent. You are told what the answer is."), "done")
            return redirect(url_for("matching.person", listing_id=listing_id, handle=handle), 303)
    with site().unit_of_work().begin() as session:
        listing = get_own_listing(session, listing_id, current_actor())
        page = person_page(site(), session, listing, current_actor(), _handles(listing), handle)
        shown = _card(listing)
    return render_template(
        "matching/person.html", listing=shown, page=page, headline=headline, form=form, plain=FlaskForm()
    ), 422 if form.errors else 200


@blueprint.post("/postings/<string:listing_id>/people/<string:handle>/withdraw")
@signed_in
def withdraw(listing_id: str, handle: str) -> Any:
    """Take back an invitation that nobody has answered."""
    with site().unit_of_work().begin() as session:
        listing = get_own_listing(session, listing_id, current_actor())
        invitation = list_sent(session, listing.id).get(_handles(listing).public_id(handle))
        if invitation is None:
            raise NotFound("person.unknown", id=handle)
        withdraw_invitation(session, invitation, current_actor(), site().clock())
    flash(gettext("The invitation is taken back."), "done")
    return redirect(url_for("matching.people", listing_id=listing_id), 303)


def _invite(listing_id: str, handle: str, message: str) -> None:
    """Invite, and count it for the team and for the person: only what succeeds counts."""
    actor, address = current_actor(), site().pages.to("matching.invitations")
    with site().unit_of_work().begin() as session:
        listing = get_own_listing(session, listing_id, actor)
        public_id = _handles(listing).public_id(handle)
        sent = invite_person(session, listing, public_id, message, actor, site().clock(), address)
        limit_within(session, "listing-invitation-team", sent.organisation_id)
        limit_within(session, "listing-invitation-person", sent.user_id)


def _handles(listing: Listing) -> Handles:
    """How the host of a listing knows people."""
    return Handles.of(str(current_app.config["SECRET_KEY"]), listing.organisation_id or "")


def _card(listing: Listing) -> Card:
    return card(listing.id, to_card(listing), current_language().tag, site().clock())
