"""A new draft from an earlier listing: how much of it is taken over."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.core.messages import N_
from portal.posting import policy
from portal.posting.blueprint import blueprint
from portal.posting.copying.service import copy_posting
from portal.posting.editing.forms import OneField
from portal.posting.editing.page import title_of
from portal.posting.queries import content_of, get_posting
from portal.web.current import site
from portal.web.forms import PortalForm, ValidationError, lazy
from portal.web.identity import allow, current_actor, signed_in
from portal.web.language import current_language
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
