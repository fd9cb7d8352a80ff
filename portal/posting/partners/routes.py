"""What other organisations ask a team: whether it takes part in their listings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from portal.core.messages import N_
from portal.organisations.queries import find_organisations
from portal.posting.blueprint import blueprint
from portal.posting.partners.service import LONGEST_REASON, Request, answer_request, get_request, list_requests
from portal.web.current import site
from portal.web.forms import PortalForm, at_most, cleaned, lazy, needed
from portal.web.identity import current_actor, signed_in
from portal.web.messages import gettext


class DeclineForm(PortalForm):
    """Why an organisation does not take part; the host reads it."""

    reason = TextAreaField(
        lazy(N_("Why not?")), filters=[cleaned], validators=[needed(), at_most(LONGEST_REASON)],
        render_kw={"rows": 3, "class": "low"},
    )  # fmt: skip


@blueprint.get("/partner-requests")
@signed_in
def partner_requests() -> str:
    """All that the reader's teams are asked."""
    return _page()


@blueprint.post("/partner-requests/<string:listing_id>/<string:organisation_id>/confirm")
@signed_in
def confirm_partner(listing_id: str, organisation_id: str) -> Any:
    """Say that an organisation takes part."""
    _answer(listing_id, organisation_id, "confirmed")
    flash(gettext("Confirmed. Readers see it, and the host is told."), "done")
    return redirect(url_for("posting.partner_requests"), 303)


@blueprint.post("/partner-requests/<string:listing_id>/<string:organisation_id>/decline")
@signed_in
def decline_partner(listing_id: str, organisation_id: str) -> Any:
    """Say that it does not, and why."""
    form = DeclineForm()
    if not form.validate():
        with site().sessions() as session:
            get_request(session, listing_id, organisation_id, current_actor())
        return _page((listing_id, organisation_id), form), 422
    _answer(listing_id, organisation_id, "declined", form.reason.data)
    flash(gettext("Declined. Readers no longer see your organisation there, and the host is told."), "done")
    return redirect(url_for("posting.partner_requests"), 303)


def _answer(listing_id: str, organisation_id: str, state: str, reason: str = "") -> None:
    with site().unit_of_work().begin() as session:
        found = get_request(session, listing_id, organisation_id, current_actor())
        now = site().clock()
        address = site().pages.to("posting.show", listing_id=listing_id)
        answer_request(session, found, state, reason, current_actor(), now, address)


def _page(wrong: tuple[str, str] | None = None, form: DeclineForm | None = None) -> str:
    """The requests; `form` is the one that was sent for the request `wrong`."""
    with site().sessions() as session:
        requests: Sequence[Request] = list_requests(session, current_actor())
        ids = {one for found in requests for one in (found.host_id, found.confirmation.organisation_id)}
        organisations = find_organisations(session, list(ids))
    return render_template(
        "posting/partner-requests.html", requests=requests, organisations=organisations, wrong=wrong, sent=form,
        form=FlaskForm(), typed=request.form.get("reason", ""),
    )  # fmt: skip
