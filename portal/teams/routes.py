"""Acting for an organisation: claims, the team's page, invitations, keys for programs."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_login import current_user
from flask_wtf import FlaskForm

from portal.core.errors import Conflict, Forbidden, Invalid, NotFound, PortalError
from portal.locales import BY_TAG, DEFAULT, TAGS
from portal.organisations.queries import OrganisationFilter, get_organisation, list_organisations
from portal.teams import claims, invitations, policy, queries, service
from portal.teams import keys as team_keys
from portal.teams.claims import Statement
from portal.teams.evidence import proves_place
from portal.teams.forms import ClaimForm, InvitationForm, KeyForm, ProposalForm
from portal.teams.labels import CLAIM_STATES, DUTIES, KEY_STOPS, PROBLEMS, PROOFS, ROLES
from portal.teams.papers import LARGEST, paper_content
from portal.teams.queries import ClaimInFull
from portal.web import identity
from portal.web.current import site
from portal.web.language import current_language, language_blueprint
from portal.web.limits import limit
from portal.web.messages import gettext as _
from portal.web.paging import asked_page, pages_at
from portal.web.public import address_of
from search.analysis.cleaning import clean

MAX_TEXT = 120
_WITH_PAPERS = ("teams.claim", "teams.propose")
_FOUND = 20  # organisations shown of a search

blueprint = language_blueprint("teams", __name__)


@blueprint.url_value_preprocessor
def let_papers_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """These pages alone take more than the site's limit; somewhat more than a paper, so that one that is too large gets
    an answer."""
    if endpoint in _WITH_PAPERS:
        request.max_content_length = 2 * LARGEST


@blueprint.context_processor
def add_words() -> dict[str, Any]:
    """Codes in words, for the pages of this feature."""
    return {
        "roles": ROLES, "duties": DUTIES, "claim_states": CLAIM_STATES, "proofs": PROOFS, "key_stops": KEY_STOPS,
    }  # fmt: skip


@blueprint.get("/account/organisations")
@identity.signed_in
def mine() -> str:
    """The organisations one acts for, and the requests one has sent."""
    user = identity.person()
    with site().sessions() as session:
        places = queries.list_places(session, user.id)
        made = queries.list_claims_of_person(session, user.id, asked_page())
    return render_template("teams/mine.html", places=places, claims=made, page_address=pages_at("teams.mine"))


@blueprint.get("/account/organisations/find")
@identity.signed_in
def find() -> str:
    """The organisation one wants to act for, by any of its names."""
    text = clean(request.args.get("q", "")[: 2 * MAX_TEXT])[:MAX_TEXT]
    with site().sessions() as session:
        tag = current_language().tag
        found = list_organisations(session, OrganisationFilter(text), tag, 1, _FOUND) if text else None
    return render_template("teams/find.html", text=text, found=found)


@blueprint.route("/organisations/<string:organisation_id>/claim", methods=["GET", "POST"])
@identity.signed_in
def claim(organisation_id: str) -> Any:
    """Asking to act for an organisation of the directory."""
    form, user = ClaimForm(), identity.person()
    with site().sessions() as session:
        organisation = get_organisation(session, organisation_id)
    if form.validate_on_submit():
        limit("claim-person", user.id)
        try:
            with site().unit_of_work().begin() as session:
                made = claims.claim_organisation(
                    session, organisation_id, _statement(form), user, site().clock(), _claim_address,
                    site().preferences.believes_domains,
                )  # fmt: skip
            return _done("teams.show_claim", _("Thank you. Your request has been sent."), claim_id=made.id)
        except (Conflict, Invalid) as error:
            form.take_error(error, PROBLEMS)
    strong = proves_place(user.email, organisation)
    page = render_template("teams/claim.html", form=form, organisation=organisation, user=user, strong=strong)
    return page, 422 if form.errors else 200


@blueprint.route("/account/organisations/new", methods=["GET", "POST"])
@identity.signed_in
def propose() -> Any:
    """Asking to act for an organisation that the directory lacks."""
    form = ProposalForm()
    if form.validate_on_submit():
        limit("claim-person", identity.person().id)
        try:
            with site().unit_of_work().begin() as session:
                made = claims.propose_organisation(
                    session, form.proposal, _statement(form), identity.person(), site().clock(), _claim_address
                )
            return _done("teams.show_claim", _("Thank you. Your request has been sent."), claim_id=made.id)
        except (Conflict, Invalid) as error:
            form.take_error(error, PROBLEMS)
    own = current_language().tag
    first = [tag for tag in TAGS if tag in (own, DEFAULT)]
    others = [tag for tag in TAGS if tag not in first]
    page = render_template("teams/propose.html", form=form, first=first, others=others, user=identity.person())
    return page, 422 if form.errors else 200


@blueprint.get("/claims/<string:claim_id>")
@identity.signed_in
def show_claim(claim_id: str) -> Any:
    """One's own request: what was said, and where it stands. Those who decide it have a page for that."""
    with site().sessions() as session:
        found = queries.get_claim(session, claim_id, identity.current_actor())
    if not policy.made_claim(identity.current_actor(), found.claim):
        return redirect(url_for("moderation.claim", claim_id=claim_id), 303)
    return _claim_page(found)


@blueprint.get("/claims/<string:claim_id>/document")
@identity.signed_in
def document(claim_id: str) -> Any:
    """The paper of a request, to be saved and never shown inside a page."""
    with site().sessions() as session:
        found = queries.get_claim(session, claim_id, identity.current_actor())
    if found.paper is None or not policy.may_read_paper(identity.current_actor(), found.claim):
        raise NotFound("file.unknown", id=claim_id)
    content = BytesIO(paper_content(found.paper, site().settings.files_folder))
    answer = send_file(
        content, found.paper.media_type, as_attachment=True, download_name=found.paper.name, conditional=False,
        etag=False,
    )  # fmt: skip
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@blueprint.post("/claims/<string:claim_id>/withdraw")
@identity.signed_in
def withdraw(claim_id: str) -> Any:
    """Taking a request back."""
    actor = identity.current_actor()
    try:
        with site().unit_of_work().begin() as session:
            found = queries.get_claim(session, claim_id, actor)
            identity.allow(policy.may_withdraw_claim(actor, found.claim))
            claims.withdraw_claim(session, found, site().settings.files_folder, actor, site().clock())
    except Conflict as error:
        with site().sessions() as session:
            return _claim_page(queries.get_claim(session, claim_id, actor), error)
    return _done("teams.show_claim", _("Your request has been withdrawn."), claim_id=claim_id)


@blueprint.route("/organisations/<string:organisation_id>/team", methods=["GET", "POST"])
@identity.signed_in
def show(organisation_id: str) -> Any:
    """Who acts for an organisation; its managers invite others here."""
    form = InvitationForm(language=current_language().tag)
    if request.method == "POST":
        _manage(organisation_id)
    if form.validate_on_submit():
        limit("invitation-person", identity.person().id)
        try:
            with site().unit_of_work().begin() as session:
                invitations.invite_member(
                    session, organisation_id, form.email.data, form.role.data, form.language.data, identity.person(),
                    site().clock(), lambda token: _invitation_address(token, form.language.data),
                )  # fmt: skip
            return _done("teams.show", _("The invitation has been sent."), organisation_id=organisation_id)
        except (Conflict, Invalid) as error:
            form.take_error(error, PROBLEMS)
    return _team_page(organisation_id, form)


@blueprint.post("/organisations/<string:organisation_id>/team/invitations/<string:invitation_id>/cancel")
@identity.signed_in
def cancel_invitation(organisation_id: str, invitation_id: str) -> Any:
    """Taking an invitation back."""
    _manage(organisation_id)
    said = _("The invitation has been cancelled.")
    return _change(organisation_id, said, invitations.cancel_invitation, organisation_id, invitation_id)


@blueprint.post("/organisations/<string:organisation_id>/team/<string:user_id>/role")
@identity.signed_in
def change_role(organisation_id: str, user_id: str) -> Any:
    """Giving a member another role."""
    _manage(organisation_id)
    role, address = request.form.get("role", ""), _team_address(organisation_id)
    said = _("The role has been changed.")
    return _change(organisation_id, said, service.change_role, organisation_id, user_id, role, address=address)


@blueprint.post("/organisations/<string:organisation_id>/team/<string:user_id>/remove")
@identity.signed_in
def remove(organisation_id: str, user_id: str) -> Any:
    """Taking a member out of the team."""
    _manage(organisation_id)
    said = _("This person does not belong to the team any more.")
    address, own = _team_address(organisation_id), _own_page
    return _change(organisation_id, said, service.remove_member, organisation_id, user_id, address=address, own=own)


@blueprint.post("/organisations/<string:organisation_id>/team/leave")
@identity.signed_in
def leave(organisation_id: str) -> Any:
    """Giving up one's own place."""
    with site().sessions() as session:
        queries.get_team(session, organisation_id, identity.current_actor())
    identity.allow(policy.may_leave_team(identity.current_actor(), organisation_id))
    said, address = _("You have left the team."), _team_address(organisation_id)
    return _change(organisation_id, said, service.leave_team, organisation_id, address=address, to="teams.mine")


@blueprint.post("/organisations/<string:organisation_id>/team/hand-over")
@identity.signed_in
def hand_over(organisation_id: str) -> Any:
    """Making another member manager and stepping down."""
    _manage(organisation_id)
    heir, address = clean(request.form.get("member", "")), _team_address(organisation_id)
    said = _("You have handed over. You are an editor now.")
    return _change(organisation_id, said, service.hand_over, organisation_id, heir, address=address)


@blueprint.route("/invitations/<string:token>", methods=["GET", "POST"])
def invitation(token: str) -> Any:
    """An invitation; whoever has no account makes one first and comes back."""
    form, user = FlaskForm(), current_user.user if current_user.is_authenticated else None
    try:
        if user and form.validate_on_submit():
            with site().unit_of_work().begin() as session:
                joined = invitations.accept_invitation(session, token, user, site().clock(), _team_address)
            return _done("teams.show", _("Welcome to the team."), organisation_id=joined)
        with site().sessions() as session:
            found = queries.get_invitation(session, token, site().clock())
            organisation = get_organisation(session, found.organisation_id)
    except (NotFound, Conflict, Forbidden) as error:
        status = 404 if isinstance(error, NotFound) else 403 if isinstance(error, Forbidden) else 410
        return render_template("teams/invitation.html", problem=_(PROBLEMS[error.code])), status
    wrong = _(PROBLEMS["invitation.other-address"]) if user and user.email != found.email else None
    return render_template("teams/invitation.html", problem=wrong, found=found, organisation=organisation, form=form)


@blueprint.route("/organisations/<string:organisation_id>/keys", methods=["GET", "POST"])
@identity.signed_in
def keys(organisation_id: str) -> Any:
    """Keys for programs. A new one is shown in the answer to the form, once: it must not stand in any address."""
    _manage(organisation_id)
    form, token = KeyForm(), None
    if form.validate_on_submit():
        try:
            with site().unit_of_work().begin() as session:
                _key, token = team_keys.create_key(
                    session, organisation_id, form.name.data, identity.person(), site().clock(),
                    lambda tag: address_of("teams.keys", organisation_id=organisation_id, language=tag),
                )  # fmt: skip
            form = KeyForm(formdata=None)
        except Conflict as error:
            form.take_error(error, PROBLEMS)
    with site().sessions() as session:
        organisation = get_organisation(session, organisation_id)
        found = queries.list_keys(session, organisation_id, asked_page())
    page = render_template(
        "teams/keys.html", form=form, keys=found, organisation=organisation, token=token,
        page_address=pages_at("teams.keys", organisation_id=organisation_id),
    )  # fmt: skip
    return page, 422 if form.errors else 201 if token else 200


@blueprint.post("/organisations/<string:organisation_id>/keys/<string:key_id>/revoke")
@identity.signed_in
def revoke_key(organisation_id: str, key_id: str) -> Any:
    """Making a key work no more."""
    _manage(organisation_id)
    with site().unit_of_work().begin() as session:
        team_keys.revoke_key(session, organisation_id, key_id, identity.current_actor(), site().clock())
    return _done("teams.keys", _("The key does not work any more."), organisation_id=organisation_id)


def _manage(organisation_id: str) -> None:
    """Only for managers: others of the team may not, and nobody else learns that there is one."""
    actor = identity.current_actor()
    with site().sessions() as session:
        queries.get_team(session, organisation_id, actor)
    identity.allow(policy.may_manage_team(actor, organisation_id))


def _change(
    organisation_id: str, said: str, change: Callable[..., Any], *values: Any, to: str = "teams.show", **more: Any
) -> Any:
    """Make one change of a team; where it is not possible, the team's page says why."""
    try:
        with site().unit_of_work().begin() as session:
            change(session, *values, actor=identity.current_actor(), now=site().clock(), **more)
    except (Conflict, Invalid, NotFound) as error:
        return _team_page(organisation_id, InvitationForm(formdata=None), error)
    return _done(to, said, **({"organisation_id": organisation_id} if to == "teams.show" else {}))


def _team_page(organisation_id: str, form: InvitationForm, error: PortalError | None = None) -> Any:
    actor = identity.current_actor()
    with site().sessions() as session:
        queries.get_team(session, organisation_id, actor)
        page = {
            "organisation": get_organisation(session, organisation_id),
            "members": queries.list_members(session, organisation_id, asked_page()),
            "invitations": queries.list_invitations(session, organisation_id, asked_page("invitations")),
            "claims": queries.list_claims_of_team(session, organisation_id, asked_page("requests")),
            "stopped": queries.list_stopped_keys(session, organisation_id),
            "page_address": pages_at("teams.show", organisation_id=organisation_id),
            "invitations_address": pages_at("teams.show", "invitations", organisation_id=organisation_id),
            "requests_address": pages_at("teams.show", "requests", organisation_id=organisation_id),
        }
    manages = policy.may_manage_team(actor, organisation_id)
    problem = _(PROBLEMS[error.code]) if error else None
    shown = render_template("teams/show.html", form=form, problem=problem, manages=manages, now=site().clock(), **page)
    return shown, 422 if form.errors or isinstance(error, Invalid) else 409 if error else 200


def _claim_page(found: ClaimInFull, error: PortalError | None = None) -> Any:
    problem = _(PROBLEMS[error.code]) if error else None
    page = render_template(
        "teams/show_claim.html", found=found, claim=found.claim, problem=problem, form=FlaskForm(formdata=None)
    )
    return page, 409 if error else 200


def _statement(form: ClaimForm) -> Statement:
    return Statement(form.message.data, form.paper, site().settings.files_folder)


def _claim_address(claim_id: str) -> Callable[[str], str]:
    return lambda tag: address_of("teams.show_claim", claim_id=claim_id, language=tag)


def _team_address(organisation_id: str) -> Callable[[str], str]:
    return lambda tag: address_of("teams.show", organisation_id=organisation_id, language=tag)


def _own_page(tag: str) -> str:
    return address_of("teams.mine", language=tag)


def _invitation_address(token: str, tag: str) -> str:
    return address_of("teams.invitation", token=token, language=tag if tag in BY_TAG else None)


def _done(endpoint: str, said: str, **values: Any) -> Any:
    flash(said, "done")
    return redirect(url_for(endpoint, **values), 303)
