"""Passkeys: added, named, listed, removed; and signing in with one. What a device answers comes as a field of a form,
written by the script of the page; without scripts none of this is offered, and passwords do."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from portal.accounts import forms, queries
from portal.accounts.blueprint import blueprint, form_page, go_on, me, offer_ways_in, page_of
from portal.accounts.browsers import browser_of
from portal.accounts.labels import SENTENCES
from portal.accounts.models import User
from portal.accounts.passkeys import service
from portal.accounts.ways_in import WayIn
from portal.core.errors import Invalid
from portal.core.messages import N_
from portal.web import identity
from portal.web.addresses import own_address
from portal.web.current import site
from portal.web.limits import limit
from portal.web.messages import gettext as _
from portal.web.public import site_name

# Kept in the browser's session: what a device has to sign, and the name of the passkey that may be added.
_CHALLENGE, _ALLOWED = "passkey-challenge", "passkey-allowed"


@blueprint.context_processor
def add_origin() -> dict[str, str]:
    """Where alone passkeys work: elsewhere the script of the page offers none."""
    return {"passkey_origin": _party().origin}


@blueprint.post("/sign-in/passkey/options")
def sign_in_options() -> Response:
    """What a browser needs to ask for a passkey; the same for everybody, whoever that will be."""
    return _json(service.request_options(_party(), _new_challenge()))


@blueprint.route("/sign-in/passkey", methods=["GET", "POST"])
def sign_in_with_passkey() -> Any:
    """Signing in with what a device answered. It has made sure of the person, so that no code is asked for."""
    if current_user.is_authenticated:
        return go_on()
    form = forms.CredentialForm()
    if not form.is_submitted():
        return redirect(url_for("accounts.sign_in", next=own_address(request.args.get("next"))), 303)
    if form.validate():
        limit("sign-in-network")
        with form.taking_errors(SENTENCES):
            challenge = _take_challenge()
            with site().unit_of_work().begin() as work:
                user = service.authenticate(work, _party(), challenge, form.credential.data, site().clock())
        if not form.errors:
            identity.sign_in(user.id)
            return go_on()
    return render_template("accounts/sign_in.html", form=forms.SignInForm(formdata=None), passkey=form), 422


@blueprint.get("/account/passkeys")
@identity.signed_in
def list_passkeys() -> str:
    """The passkeys that open the account."""
    with site().sessions() as read:
        found = queries.list_passkeys(read, identity.person().id)
    return render_template("accounts/list_passkeys.html", passkeys=found, most=service.MOST)


@blueprint.route("/account/passkeys/add", methods=["GET", "POST"])
@identity.signed_in
def add_passkey() -> Any:
    """Naming a new passkey, and showing that it is one's own account."""
    form = forms.AddPasskeyForm(name=browser_of(request.user_agent.string))
    if form.validate_on_submit():
        limit("password-person", identity.person().id)
        with form.taking_errors(SENTENCES), site().sessions() as read:
            service.check_may_add(read, me(read), form.present.data)
        if not form.errors:
            identity.keep_for_minutes(_ALLOWED, form.name.data)
            return redirect(url_for("accounts.make_passkey"), 303)
    return form_page("add_passkey", form, user=identity.person())


@blueprint.post("/account/passkeys/options")
@identity.signed_in
def passkey_options() -> Any:
    """What a browser needs to let a device make a passkey, for whom the password was asked just now."""
    if identity.kept(_ALLOWED) is None:
        return redirect(url_for("accounts.add_passkey"), 303)
    challenge = _new_challenge(identity.person().id)
    with site().sessions() as read:
        return _json(service.creation_options(read, identity.person(), _party(), site_name(), challenge))


@blueprint.route("/account/passkeys/make", methods=["GET", "POST"])
@identity.signed_in
def make_passkey() -> Any:
    """Letting the device make the passkey that was named."""
    name = identity.kept(_ALLOWED)
    if name is None:
        return redirect(url_for("accounts.add_passkey"), 303)
    form = forms.CredentialForm()
    if form.validate_on_submit():
        with form.taking_errors(SENTENCES):
            challenge = _take_challenge(identity.person().id)
            with site().unit_of_work().begin() as work:
                service.add_passkey(
                    work, me(work), _party(), challenge, form.credential.data, name, site().clock(),
                    page_of("list_passkeys"),
                )  # fmt: skip
        if not form.errors:
            del session[_ALLOWED]
            return _listed(_("The passkey is added. You can sign in with it from now on."))
    return form_page("make_passkey", form, called=name)


@blueprint.route("/account/passkeys/<string:passkey_id>/name", methods=["GET", "POST"])
@identity.signed_in
def name_passkey(passkey_id: str) -> Any:
    """Another name."""
    with site().sessions() as read:
        form = forms.PasskeyNameForm(obj=queries.get_passkey(read, identity.person().id, passkey_id))
    if form.validate_on_submit():
        with site().unit_of_work().begin() as work:
            service.rename_passkey(work, identity.person().id, passkey_id, form.name.data, site().clock())
        return _listed(_("The name is saved."))
    return form_page("name_passkey", form, passkey_id=passkey_id)


@blueprint.route("/account/passkeys/<string:passkey_id>/remove", methods=["GET", "POST"])
@identity.signed_in
def remove_passkey(passkey_id: str) -> Any:
    """Letting a passkey open the account no more."""
    with site().sessions() as read:
        passkey = queries.get_passkey(read, identity.person().id, passkey_id)
    form = forms.PresentPasswordForm()
    if form.validate_on_submit():
        limit("password-person", identity.person().id)
        with form.taking_errors(SENTENCES), site().unit_of_work().begin() as work:
            service.remove_passkey(
                work, me(work), passkey_id, form.present.data, site().clock(), page_of("list_passkeys")
            )
        if not form.errors:
            return _listed(_("The passkey is removed."))
    return form_page("remove_passkey", form, passkey=passkey, user=identity.person())


def _ways_in(session: Session, user: User) -> list[WayIn]:
    page = page_of("list_passkeys")
    return [
        WayIn(
            f"passkey-{one.id}", N_("Passkey"), one.name, one.created_at,
            partial(service.end_passkey, passkey_id=one.id, page=page),
        )
        for one in queries.list_passkeys(session, user.id)
    ]  # fmt: skip


blueprint.record_once(offer_ways_in(_ways_in))


def _party() -> service.RelyingParty:
    return service.RelyingParty.at(site().settings.site_url)


def _new_challenge(user_id: str | None = None) -> str:
    limit("passkey-network")
    with site().unit_of_work().begin() as work:
        challenge = service.new_challenge(work, site().clock(), user_id)
    session[_CHALLENGE] = challenge
    return challenge


def _take_challenge(user_id: str | None = None) -> str:
    """The challenge that this browser was given; it ends in a transaction of its own, also if the answer is wrong.
    Raises `Invalid`."""
    challenge = session.pop(_CHALLENGE, "")
    with site().unit_of_work().begin() as work:
        good = service.end_challenge(work, challenge, site().clock(), user_id)
    if not good:
        raise Invalid("passkey.wrong", field="credential")
    return str(challenge)


def _json(text: str) -> Response:
    return current_app.response_class(text, mimetype="application/json")


def _listed(message: str) -> Any:
    flash(message, "done")
    return redirect(url_for("accounts.list_passkeys"), 303)
