"""The queue of listings: what waits, one draft at a time as readers would see it, the decision; suspending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from portal.accounts.queries import names_of_people
from portal.core.errors import Conflict, NotFound
from portal.listings.codes import KINDS
from portal.listings.importing import known_references
from portal.moderation import service
from portal.moderation.blueprint import Answer, blueprint, done, moderators
from portal.moderation.listings import page
from portal.moderation.listings.forms import DECISION_ERRORS, DecisionForm, ReasonForm
from portal.moderation.listings.labels import CHANGED, DECISIONS, DONE
from portal.moderation.listings.queries import DAYS, STATES, QueueFilter
from portal.posting.labels import STATES as DRAFT_LABELS
from portal.posting.models import Posting
from portal.posting.publication import service as publication
from portal.web.current import site
from portal.web.identity import current_actor
from portal.web.language import current_language
from portal.web.messages import gettext
from portal.web.paging import asked_page


@blueprint.get("/moderation/listings")
@moderators
def listings() -> str:
    """What waits for a decision, or is in another state, the longest first."""
    wanted, reader = QueueFilter.read(request.args), current_language().tag
    with site().sessions() as session:
        found = page.queue(session, wanted, asked_page(), reader, _now())
        organisations = page.organisations_in(session, wanted.state, reader)

    def address(**other: Any) -> str:
        return url_for("moderation.listings", **{**wanted.asked, **other})

    return render_template(
        "moderation/listings.html", found=found, wanted=wanted, organisations=organisations, address=address,
        states=STATES, days=DAYS, kinds=KINDS, draft_labels=DRAFT_LABELS,
    )  # fmt: skip


@blueprint.route("/moderation/listings/<string:listing_id>", methods=["GET", "POST"])
@moderators
def listing(listing_id: str) -> Answer:
    """One listing as readers would see it, the checklist, and the decision."""
    form = DecisionForm()
    valid = form.validate_on_submit() and form.is_decidable()
    if valid:
        try:
            with form.taking_errors(DECISION_ERRORS, field="decision"):
                return _decide(listing_id, form)
        except (Conflict, NotFound):
            return _told_who(listing_id)
    return _shown(listing_id, form, ReasonForm(formdata=None)), 422 if form.is_submitted() else 200


@blueprint.post("/moderation/listings/<string:listing_id>/suspend")
@moderators
def suspend(listing_id: str) -> Answer:
    """Taking a listing from readers' eyes, with a reason."""
    form = ReasonForm()
    if not (form.validate() and form.is_given()):
        return _shown(listing_id, DecisionForm(formdata=None), form), 422
    with site().unit_of_work().begin() as session:
        posting = _decidable(session, listing_id)
        reason = form.reason(page.language_of(session, posting))
        publication.suspend(session, posting, reason, current_actor(), _now(), site().pages)
    return done(gettext(DONE["suspend"]), "moderation.listing", listing_id=listing_id)


@blueprint.post("/moderation/listings/<string:listing_id>/reinstate")
@moderators
def reinstate(listing_id: str) -> Answer:
    """Ending a suspension: it is again what it was before."""
    with site().unit_of_work().begin() as session:
        posting = _decidable(session, listing_id)
        publication.reinstate(session, posting, current_actor(), _now(), site().pages)
    return done(gettext(DONE["reinstate"]), "moderation.listing", listing_id=listing_id)


def _decide(listing_id: str, form: DecisionForm) -> Answer:
    actor, seen, checks = current_actor(), form.seen_revision(), form.checks()
    with site().unit_of_work().begin() as session:
        posting = _decidable(session, listing_id)
        if form.decision.data == "accept":
            known = known_references(session, site().thesaurus)
            publication.accept(session, posting, seen, checks, form.trust.data, known, actor, _now(), site().pages)
        else:
            reason = form.reason(page.language_of(session, posting))
            publication.send_back(session, posting, seen, checks, reason, actor, _now(), site().pages)
    return done(gettext(DONE["accept" if form.decision.data == "accept" else "return"]), "moderation.listings")


def _decidable(session: Session, listing_id: str) -> Posting:
    """A posting of another team than the actor's own. Raises `Forbidden`."""
    posting = page.get_posting(session, listing_id)
    service.check_interest(session, current_actor(), posting.organisation_id, ("listing", listing_id), _now())
    return posting


def _shown(listing_id: str, form: DecisionForm, why: ReasonForm) -> str:
    reader = current_language().tag
    with site().sessions() as session:
        posting = page.get_posting(session, listing_id)
        shown = page.looked_at(site(), session, posting, current_actor(), reader, request.args.get("text", ""))
    if not form.is_submitted():
        form.revision.data = str(posting.revision)
    return render_template("moderation/listing.html", look=shown, form=form, why=why, plain=FlaskForm())


def _told_who(listing_id: str) -> Answer:
    """Tell the second of two who was first."""
    with site().sessions() as session:
        event, posting = publication.latest_decision(session, listing_id), session.get(Posting, listing_id)
        if event is None:
            raise NotFound("posting.unknown", id=listing_id)
        name = names_of_people(session, [event.actor_id]).get(event.actor_id or "", "")
    again = posting is not None and posting.state == "in-review"
    flash(gettext(CHANGED if again else DECISIONS[event.event], name=name), "warning")
    return redirect(url_for("moderation.listings"), 303)


def _now() -> datetime:
    return site().clock()
