"""What the site's team decides: claims, teams, words; and an overview of all that waits.

`administration.py` has the addresses for administrators alone, `log.py` those of the audit log.
"""

from __future__ import annotations

from flask import render_template, request
from sqlalchemy.orm import Session

from portal.accounts.queries import names_of_people
from portal.core import tables
from portal.core.errors import Conflict, Invalid, PortalError
from portal.core.paging import slice_of
from portal.locales import LANGUAGES
from portal.moderation import administration, letters, log, policy, proposing, queries, service, words
from portal.moderation.blueprint import Answer, blueprint, done, moderators, problem, sentence_of
from portal.moderation.forms import AcceptanceForm, NamesForm, ReasonForm
from portal.moderation.listings import routes as listing_routes
from portal.moderation.merging import merge_organisations, what_moves
from portal.organisations.models import Organisation
from portal.organisations.queries import (
    OrganisationFilter,
    find_organisations,
    get_organisation,
    list_organisations,
)
from portal.posting.publication.trust import set_trust
from portal.teams.claims import approve_claim, refuse_claim
from portal.teams.queries import ClaimInFull, get_claim, list_claims_of_team, list_members, list_waiting_claims
from portal.web.current import site
from portal.web.downloads import download
from portal.web.identity import allow, current_actor, signed_in
from portal.web.language import current_language
from portal.web.messages import gettext as _
from portal.web.messages import ngettext
from portal.web.paging import asked_page, pages_at
from search.analysis.cleaning import clean

__all__ = [
    "administration",
    "blueprint",
    "letters",
    "listing_routes",
    "log",
    "proposing",
]  # the modules with the other addresses
MAX_TEXT, FOUND = 120, 20


@blueprint.get("/moderation")
@moderators
def index() -> Answer:
    """All that waits."""
    with site().sessions() as session:
        found = queries.overview(session)
    return render_template("moderation/index.html", found=found)


@blueprint.get("/moderation/claims")
@moderators
def claims() -> Answer:
    """People who say to act for an organisation, the longest waiting first."""
    with site().sessions() as session:
        found = list_waiting_claims(session, asked_page())
    return render_template("moderation/claims.html", found=found, page_address=pages_at("moderation.claims"))


@blueprint.get("/moderation/claims/<string:claim_id>")
@signed_in
def claim(claim_id: str) -> Answer:
    """One claim with all there is to judge it by, for moderators and the managers of the team it asks to join."""
    return _claim_page(claim_id, ReasonForm(formdata=None))


@blueprint.post("/moderation/claims/<string:claim_id>/approve")
@signed_in
def approve(claim_id: str) -> Answer:
    """Letting the person into the team."""
    try:
        with site().unit_of_work().begin() as session:
            found = _decidable(session, claim_id)
            role = request.form.get("role", "editor")  # of the first person of a team it is not asked
            address = site().pages.to("teams.show_claim", claim_id=claim_id)
            approve_claim(session, found, role, current_actor(), site().clock(), address)
    except Invalid as error:
        return _claim_page(claim_id, ReasonForm(formdata=None), error)
    except Conflict as error:
        return problem(error, "moderation.claim", claim_id=claim_id)
    return _decided(found, _("The request has been approved."))


@blueprint.post("/moderation/claims/<string:claim_id>/refuse")
@signed_in
def refuse(claim_id: str) -> Answer:
    """Refusing it, with a reason."""
    form = ReasonForm()
    if not form.validate_on_submit():
        with site().sessions() as session:
            _claim_to_decide(session, claim_id)  # who may not is told that, and not what is missing
        return _claim_page(claim_id, form)
    try:
        with site().unit_of_work().begin() as session:
            found = _decidable(session, claim_id)
            reason, address = form.reason.data, site().pages.to("teams.show_claim", claim_id=claim_id)
            refuse_claim(session, found, reason, current_actor(), site().clock(), address)
    except Conflict as error:
        return problem(error, "moderation.claim", claim_id=claim_id)
    return _decided(found, _("The request has been refused."))


@blueprint.get("/moderation/organisations")
@moderators
def organisations() -> Answer:
    """The teams there are, and any organisation of the directory by its name."""
    text = clean(request.args.get("q", "")[: 2 * MAX_TEXT])[:MAX_TEXT]
    with site().sessions() as session:
        teams = queries.list_teams(session, asked_page())
        tag = current_language().tag
        found = list_organisations(session, OrganisationFilter(text), tag, 1, FOUND) if text else None
    address = pages_at("moderation.organisations", q=text or None)
    return render_template("moderation/organisations.html", teams=teams, found=found, text=text, page_address=address)


@blueprint.get("/moderation/organisations/<string:organisation_id>")
@moderators
def organisation(organisation_id: str) -> Answer:
    """One organisation: its team, its names."""
    return _organisation_page(organisation_id, ReasonForm(formdata=None))


@blueprint.post("/moderation/organisations/<string:organisation_id>/trust")
@moderators
def trust(organisation_id: str) -> Answer:
    """Letting a team publish without being looked at first, or no longer."""
    trusted = request.form.get("trusted") == "1"
    with site().unit_of_work().begin() as session:
        _acting(session, organisation_id)
        team = queries.get_team(session, organisation_id)
        held = set_trust(session, team, trusted, current_actor(), site().clock(), site().pages)
    said = _("The team publishes by itself now.") if trusted else _("The team’s listings are looked at first now.")
    if held:
        drafts = ngettext(
            "One draft that was on its calendar waits for a decision now.",
            "%(num)s drafts that were on its calendar wait for a decision now.", held,
        )  # fmt: skip
        said = f"{said} {drafts}"
    return done(said, "moderation.organisation", organisation_id=organisation_id)


@blueprint.post("/moderation/organisations/<string:organisation_id>/suspend")
@moderators
def suspend_team(organisation_id: str) -> Answer:
    """Keeping a team from acting, with a reason."""
    form = ReasonForm()
    if not form.validate_on_submit():
        return _organisation_page(organisation_id, form)
    try:
        with site().unit_of_work().begin() as session:
            own, address = _acting(session, organisation_id), site().pages.to("teams.mine")
            service.suspend_team(session, own, form.reason.data, current_actor(), site().clock(), address)
    except Conflict as error:
        return problem(error, "moderation.organisation", organisation_id=organisation_id)
    return done(_("The team has been suspended."), "moderation.organisation", organisation_id=organisation_id)


@blueprint.post("/moderation/organisations/<string:organisation_id>/restore")
@moderators
def restore_team(organisation_id: str) -> Answer:
    """Letting a suspended team act again."""
    try:
        with site().unit_of_work().begin() as session:
            own = _acting(session, organisation_id)
            service.restore_team(session, own, current_actor(), site().clock(), site().pages.to("teams.mine"))
    except Conflict as error:
        return problem(error, "moderation.organisation", organisation_id=organisation_id)
    return done(_("The team may act again."), "moderation.organisation", organisation_id=organisation_id)


@blueprint.route("/moderation/organisations/<string:organisation_id>/names", methods=["GET", "POST"])
@moderators
def names(organisation_id: str) -> Answer:
    """Correcting the names of an organisation that no registry knows."""
    with site().sessions() as session:
        own = get_organisation(session, organisation_id)
    form = NamesForm(names={name.language or "": name.value for name in own.names if name.kind == "label"})
    if form.validate_on_submit():
        try:
            with site().unit_of_work().begin() as session:
                changed = get_organisation(session, organisation_id)
                given = form.names.texts
                service.correct_names(session, changed, given, current_actor(), site().clock())
        except Conflict as error:
            return problem(error, "moderation.organisation", organisation_id=organisation_id)
        return done(_("The names have been corrected."), "moderation.organisation", organisation_id=organisation_id)
    page = render_template("moderation/names.html", form=form, organisation=own, languages=LANGUAGES)
    return page, 422 if form.errors else 200


@blueprint.route("/moderation/organisations/<string:organisation_id>/merge", methods=["GET", "POST"])
@moderators
def merge(organisation_id: str) -> Answer:
    """Making an organisation that is there twice part of the other: search, look at what moves, then do it."""
    text = clean(request.args.get("q", "")[: 2 * MAX_TEXT])[:MAX_TEXT]
    into = request.values.get("into", "")
    with site().sessions() as session:
        own = get_organisation(session, organisation_id)
        found = (
            list_organisations(session, OrganisationFilter(text), current_language().tag, 1, FOUND) if text else None
        )
        other = find_organisations(session, [into]).get(into) if into else None
        moving = what_moves(session, organisation_id)
    if request.method == "POST" and other is not None:
        return _merged(organisation_id, other.id)
    page = render_template(
        "moderation/merge.html", organisation=own, found=found, text=text, other=other, moving=moving,
        missing=bool(into) and other is None,
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


@blueprint.get("/moderation/words")
@moderators
def proposals() -> Answer:
    """Words that were proposed: those that wait, and those that were taken and are not in the thesaurus yet."""
    with site().sessions() as session:
        waiting = queries.list_waiting_words(session, asked_page())
        missing = words.missing(queries.all_taken_words(session), site().thesaurus)
        taken = slice_of(missing, asked_page("taken"), queries.PER_PAGE)
        people = names_of_people(session, {one.proposed_by for one in (*waiting.items, *taken.items)})
    return render_template(
        "moderation/words.html", waiting=waiting, taken=taken, people=people,
        waiting_address=pages_at("moderation.proposals"), taken_address=pages_at("moderation.proposals", "taken"),
    )  # fmt: skip


@blueprint.route("/moderation/words/<string:proposal_id>", methods=["GET", "POST"])
@moderators
def proposal(proposal_id: str) -> Answer:
    """One word, and its decision."""
    state = "refused" if request.form.get("state") == "refused" else "taken"
    form = ReasonForm() if state == "refused" else AcceptanceForm()
    if form.validate_on_submit():
        reason, address = form.reason.data or "", site().pages.to("discovery.topics")
        try:
            with site().unit_of_work().begin() as session:
                word = queries.get_proposal(session, proposal_id)
                service.decide_word(session, word, state, reason, current_actor(), site().clock(), address)
        except Conflict as error:
            return problem(error, "moderation.proposals")
        said = _("The word has been taken.") if state == "taken" else _("The word has been refused.")
        return done(said, "moderation.proposals")
    return _proposal_page(proposal_id, form)


@blueprint.get("/moderation/words.csv")
@moderators
def words_table() -> Answer:
    """The words that were taken, as `portal thesaurus import` reads them."""
    with site().sessions() as session:
        taken = queries.all_taken_words(session)
    return download("".join(words.table(taken, site().thesaurus)), tables.CSV, "words.csv")


def _proposal_page(proposal_id: str, form: ReasonForm | AcceptanceForm) -> Answer:
    with site().sessions() as session:
        word = queries.get_proposal(session, proposal_id)
        people = names_of_people(session, {word.proposed_by, word.decided_by})
    concept = site().thesaurus.concepts.get(word.concept or "")
    page = render_template("moderation/word.html", form=form, word=word, concept=concept, people=people)
    return page, 422 if form.errors else 200


def _merged(organisation_id: str, into: str) -> Answer:
    try:
        with site().unit_of_work().begin() as session:
            old, new = get_organisation(session, organisation_id), get_organisation(session, into)
            merge_organisations(session, old, new, current_actor(), site().clock(), site().pages.to("teams.mine"))
    except (Conflict, Invalid) as error:
        return problem(error, "moderation.organisation", organisation_id=organisation_id)
    return done(_("The two are one organisation now."), "moderation.organisation", organisation_id=into)


def _claim_page(claim_id: str, form: ReasonForm, error: PortalError | None = None) -> Answer:
    actor = current_actor()
    with site().sessions() as session:
        found = get_claim(session, claim_id, actor)
        allow(policy.may_look_into_claim(actor, found.claim))
        others = queries.list_other_claims(session, found.claim, asked_page()) if actor.is_moderator else None
        interest = queries.interest_of(session, actor, found.claim.organisation_id)
    page = render_template(
        "moderation/claim.html", found=found, claim=found.claim, others=others, form=form, interest=interest,
        problem=sentence_of(error) if error else None,
        may_decide=policy.may_decide_claim(actor, found.claim, interest),
        page_address=pages_at("moderation.claim", claim_id=claim_id),
    )  # fmt: skip
    return page, 422 if form.errors or error else 200


def _claim_to_decide(session: Session, claim_id: str) -> ClaimInFull:
    """A claim that the actor may decide. Raises `NotFound` and `Forbidden`."""
    actor = current_actor()
    found = get_claim(session, claim_id, actor)
    own = found.claim.organisation_id
    interest = service.see_interest(session, actor, own) if actor.is_moderator else policy.NONE
    allow(policy.may_decide_claim(actor, found.claim, interest))
    return found


def _decidable(session: Session, claim_id: str) -> ClaimInFull:
    """The same, to decide it now: where it is for the own team, that is noted."""
    actor, found = current_actor(), _claim_to_decide(session, claim_id)
    if actor.is_moderator:
        of = ("claim", claim_id)
        service.check_interest(session, actor, found.claim.organisation_id, of, site().clock())
    return found


def _decided(found: ClaimInFull, said: str) -> Answer:
    """On to what else waits: for moderators everything, for a manager the own team."""
    if current_actor().is_moderator:
        return done(said, "moderation.claims")
    return done(said, "teams.show", organisation_id=found.claim.organisation_id)


def _organisation_page(organisation_id: str, form: ReasonForm) -> Answer:
    with site().sessions() as session:
        own = get_organisation(session, organisation_id)
        team = queries.find_team(session, organisation_id)
        members = list_members(session, organisation_id, asked_page())
        claims = list_claims_of_team(session, organisation_id, asked_page("requests"))
        interest = queries.interest_of(session, current_actor(), organisation_id)
    page = render_template(
        "moderation/organisation.html", organisation=own, team=team, members=members, claims=claims, form=form,
        may_decide=policy.may_decide_about(current_actor(), interest),
        page_address=pages_at("moderation.organisation", organisation_id=organisation_id),
        requests_address=pages_at("moderation.organisation", "requests", organisation_id=organisation_id),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _acting(session: Session, organisation_id: str) -> Organisation:
    """An organisation with a team about which the actor may decide. Raises `NotFound` for one without a team, and
    `Forbidden`."""
    queries.get_team(session, organisation_id)
    service.check_interest(session, current_actor(), organisation_id, ("team", organisation_id), site().clock())
    return get_organisation(session, organisation_id)
