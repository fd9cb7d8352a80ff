"""A person's invitations: who invites and why, and the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from portal.core.errors import Conflict
from portal.mail.pages import Address
from portal.matching.blueprint import blueprint
from portal.matching.invitations import service
from portal.matching.invitations.forms import AcceptForm, DeclineForm
from portal.matching.invitations.labels import PROBLEMS
from portal.matching.invitations.page import received
from portal.matching.invitations.queries import get_received, list_received, list_refused
from portal.matching.models import Invitation
from portal.organisations.queries import find_organisations
from portal.web.current import site
from portal.web.identity import current_actor, person, signed_in
from portal.web.language import current_language
from portal.web.messages import gettext

Answer = Callable[[Session, Invitation, Address], None]


@blueprint.get("/me/invitations")
@signed_in
def invitations() -> str:
    """All of them, those that wait first."""
    with site().sessions() as session:
        rows = received(site(), session, list_received(session, person().id), current_language().tag)
        refused = list_refused(session, person().id)
        hosts = find_organisations(session, list(refused))
    return render_template(
        "matching/invitations.html",
        rows=rows,
        refused=[hosts[one] for one in refused if one in hosts],
        form=FlaskForm(),
    )


@blueprint.get("/me/invitations/<string:invitation_id>")
@signed_in
def invitation(invitation_id: str) -> str:
    """One of them, and the ways to answer."""
    return _page(invitation_id, AcceptForm())


@blueprint.post("/me/invitations/<string:invitation_id>/accept")
@signed_in
def accept(invitation_id: str) -> Any:
    """Say yes, and who one is."""
    form, language, now = AcceptForm(), current_language().tag, site().clock()
    parts = form.parts.data
    return _answer(
        invitation_id, form,
        lambda session, own, address: service.accept_invitation(session, own, parts, language, now, address),
        gettext("Accepted. The host sees your name and what you ticked."),
    )  # fmt: skip


@blueprint.post("/me/invitations/<string:invitation_id>/interest")
@signed_in
def express_interest(invitation_id: str) -> Any:
    """Say yes, and not who one is."""
    now = site().clock()
    return _answer(
        invitation_id, AcceptForm(),
        lambda session, own, address: service.express_interest(session, own, now, address),
        gettext("The host learns that you are interested, and not who you are."),
    )  # fmt: skip


@blueprint.post("/me/invitations/<string:invitation_id>/decline")
@signed_in
def decline(invitation_id: str) -> Any:
    """Say no, or take a yes back."""
    form, language, now = DeclineForm(), current_language().tag, site().clock()

    def answer(session: Session, own: Invitation, address: Address) -> None:
        service.decline_invitation(session, own, language, now, address)
        if form.refuse.data:
            service.refuse_host(session, own.user_id, own.organisation_id, now)

    return _answer(invitation_id, AcceptForm(), answer, gettext("Declined. The host sees nothing of what you told it."))


@blueprint.post("/me/invitations/refused/<string:organisation_id>/admit")
@signed_in
def admit(organisation_id: str) -> Any:
    """Let an organisation find and invite one again."""
    with site().unit_of_work().begin() as session:
        service.admit_host(session, person().id, organisation_id)
    flash(gettext("This organisation may invite you again."), "done")
    return redirect(url_for("matching.invitations"), 303)


def _answer(invitation_id: str, form: Any, answer: Answer, said: str) -> Any:
    """Answer, and back to the invitation; what cannot be done any more is said on its page."""
    with form.taking_errors(PROBLEMS, Conflict, field="parts"), site().unit_of_work().begin() as session:
        own = get_received(session, invitation_id, current_actor(), hold=True)
        answer(session, own, site().pages.to("matching.people", listing_id=own.listing_id))
    if form.errors:
        return _page(invitation_id, form), 422
    flash(said, "done")
    return redirect(url_for("matching.invitation", invitation_id=invitation_id), 303)


def _page(invitation_id: str, form: AcceptForm) -> str:
    with site().sessions() as session:
        own = get_received(session, invitation_id, current_actor())
        (row,) = received(site(), session, [own], current_language().tag)
    return render_template(
        "matching/invitation.html", row=row, form=form, decline=DeclineForm(formdata=None), plain=FlaskForm()
    )
