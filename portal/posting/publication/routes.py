"""Pages about publication: proposing, what becomes of it, versions, and the answer to “still right?”."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from portal.accounts.queries import names_of_people
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.messages import N_
from portal.listings.eligibility import rule_of
from portal.listings.importing import known_references
from portal.organisations.queries import get_organisation
from portal.posting import policy, service
from portal.posting.blueprint import blueprint
from portal.posting.models import Posting
from portal.posting.publication import page, reminders, versions
from portal.posting.publication import service as publication
from portal.posting.publication.forms import PLAN_ERRORS, MoveForm, PlanForm
from portal.posting.publication.reasons import ALL as REASONS
from portal.posting.publication.service import Plan
from portal.posting.queries import get_posting, list_versions
from portal.posting.workflow import BY_ACTION
from portal.web.current import site
from portal.web.identity import allow, current_actor, signed_in
from portal.web.language import current_language
from portal.web.messages import gettext

PROPOSED = {
    "in-review": N_("Proposed. The team of this site looks at it and writes to you."),
    "scheduled": N_("It is on the calendar and will be published then."),
    "none": N_("Published. The search finds it within a minute."),
}
MOVED = {
    "close": N_("Closed. Its page stays and says so; the search no longer finds it."),
    "archive": N_("Archived. Readers no longer see it; your team keeps it."),
    "show": N_("Readers see it again."),
    "confirm": N_("Thank you. Readers see that it was confirmed today."),
}


@blueprint.app_template_filter("reason")
def reason_in_words(code: str) -> str:
    """A prepared reason in the reader's language."""
    return gettext(REASONS.get(code, code))


@blueprint.app_template_global("may_see_postings")
def may_see_postings(organisation_id: str | None) -> bool:
    """Whether the reader belongs to the team of an organisation."""
    return organisation_id is not None and policy.may_see_postings(current_actor(), organisation_id)


@blueprint.route("/postings/<string:listing_id>/publication", methods=["GET", "POST"])
@signed_in
def publication_of(listing_id: str) -> Any:
    """How a posting stands; proposing it for publication."""
    form = _plan_form(listing_id)
    if form.validate_on_submit():
        with form.taking_errors(PLAN_ERRORS, field="when"):
            return _told(PROPOSED[_propose(listing_id, form)], listing_id)
    with site().sessions() as session:
        posting = _seen(session, listing_id)
        shown = page.standing(site(), session, posting, current_actor(), current_language().tag)
    status = 422 if form.is_submitted() else 200
    return render_template("posting/publication-show.html", page=shown, form=form, move=MoveForm(formdata=None)), status


@blueprint.post("/postings/<string:listing_id>/withdraw")
@signed_in
def withdraw(listing_id: str) -> Response:
    """Taking back what was proposed or scheduled."""
    with site().unit_of_work().begin() as session:
        posting = _seen(session, listing_id)
        _allow(posting, "withdraw")
        service.withdraw_posting(session, posting, current_actor(), site().clock())
    return _told(N_("It is a draft again."), listing_id)


@blueprint.post("/postings/<string:listing_id>/move")
@signed_in
def move(listing_id: str) -> Response:
    """Closing, archiving, showing again or confirming a published listing."""
    form = MoveForm()
    if not form.validate():
        raise Invalid("action.unknown", field="action")
    with site().unit_of_work().begin() as session:
        posting = _seen(session, listing_id)
        _allow(posting, form.action.data)
        _require_listing(session, posting)
        publication.move(session, posting, form.action.data, current_actor(), site().clock())
    return _told(MOVED[form.action.data], listing_id)


@blueprint.route("/postings/<string:listing_id>/confirmation/<string:token>", methods=["GET", "POST"])
@signed_in
def confirmation(listing_id: str, token: str) -> Any:
    """Where the letter “still right?” leads to: a page with a button, since programs follow links too."""
    with site().unit_of_work().begin() as session:
        posting = _seen(session, listing_id)
        _allow(posting, "confirm")
        if request.method == "POST":
            reminders.answer(session, posting, token, current_actor(), site().clock())
            return _told(MOVED["confirm"], listing_id)
        reminders.check_link(session, listing_id, token)
        shown = page.standing(site(), session, posting, current_actor(), current_language().tag)
    return render_template("posting/publication-confirm.html", page=shown, form=FlaskForm())


@blueprint.get("/postings/<string:listing_id>/versions")
@signed_in
def versions_of(listing_id: str) -> str:
    """The versions of a listing, the newest first."""
    with site().sessions() as session:
        posting = _of_team(session, listing_id)
        found = list_versions(session, listing_id)
        people = names_of_people(session, (version.published_by for version in found))
        shown = page.standing(site(), session, posting, current_actor(), current_language().tag)
    return render_template(
        "posting/publication-versions.html", page=shown, versions=found, people=people, form=FlaskForm()
    )


@blueprint.get("/postings/<string:listing_id>/versions/compare")
@signed_in
def compare(listing_id: str) -> str:
    """What differs between two versions; the earlier one first, whichever was named first."""
    asked = [request.args.get(name, 0, int) for name in ("from", "to")]
    reader = current_language().tag
    with site().sessions() as session:
        posting = _of_team(session, listing_id)
        old, new = (versions.get_version(session, listing_id, number) for number in sorted(asked))
        names = page.party_names(session, (old.record, new.record), reader)
        people = names_of_people(session, (old.published_by, new.published_by))
        title = page.standing(site(), session, posting, current_actor(), reader).title
    found = versions.differences(old.record, new.record)
    pair = (page.as_listing(old.record), page.as_listing(new.record))
    return render_template(
        "posting/publication-compare.html", posting=posting, title=title, old=old, new=new, found=found, pair=pair,
        names=names, people=people, rule_of=rule_of,
    )  # fmt: skip


@blueprint.post("/postings/<string:listing_id>/versions/<int:version>/restore")
@signed_in
def restore(listing_id: str, version: int) -> Response:
    """Making a former version the draft."""
    with site().unit_of_work().begin() as session:
        posting = _of_team(session, listing_id)
        _allow(posting, "restore")
        versions.restore_version(session, posting, version, current_actor(), site().clock())
    return _told(N_("This version is the draft now. The published one stays until you publish."), listing_id)


def _seen(session: Session, listing_id: str) -> Posting:
    return get_posting(session, listing_id, current_actor())


def _of_team(session: Session, listing_id: str) -> Posting:
    """A posting of the actor's own team: what was changed when is nobody else's business."""
    posting = _seen(session, listing_id)
    if not policy.may_see_postings(current_actor(), posting.organisation_id):
        raise NotFound("posting.unknown", id=listing_id)
    return posting


def _allow(posting: Posting, action: str) -> None:
    allow(policy.may_take(current_actor(), posting, BY_ACTION[action]))


def _require_listing(session: Session, posting: Posting) -> None:
    if page.listing_state(session, posting.listing_id) is None:
        raise Conflict("posting.unpublished", id=posting.listing_id)


def _plan_form(listing_id: str) -> PlanForm:
    """The form with the plan there is; the zone is by default one of the organisation's country."""
    with site().sessions() as session:
        posting = _seen(session, listing_id)
        country = get_organisation(session, posting.organisation_id).country
    form = PlanForm(country, Plan(posting.publish_at, posting.expire_at, posting.zone))
    if form.is_submitted():
        _allow(posting, "submit")
    return form


def _propose(listing_id: str, form: PlanForm) -> str:
    with site().unit_of_work().begin() as session:
        posting, known = _seen(session, listing_id), known_references(session, site().thesaurus)
        return publication.propose(session, posting, form.plan(), known, current_actor(), site().clock())


def _told(message: str, listing_id: str) -> Response:
    flash(gettext(message), "done")
    answer: Response = redirect(url_for("posting.publication_of", listing_id=listing_id), 303)  # type: ignore[assignment]
    return answer
