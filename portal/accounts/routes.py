"""Signing up and in; what people change about themselves."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from portal.accounts import service
from portal.accounts.addresses import normal
from portal.accounts.forms import SignInForm
from portal.core.errors import Invalid
from portal.core.messages import N_
from portal.web import identity
from portal.web.current import site
from portal.web.language import language_blueprint
from portal.web.messages import gettext

blueprint = language_blueprint("accounts", __name__)

WRONG = N_("Address and password do not belong to an account that is confirmed. Check both, or ask for a new password.")


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Any:
    """Signing in; back to the page that asked for it."""
    form = SignInForm()
    if form.validate_on_submit():
        with site().unit_of_work().begin() as session:
            user = service.authenticate(session, _normal(form.email.data), form.password.data)
        if user is not None:
            identity.sign_in(user)
            return redirect(_own_address(request.args.get("next")) or url_for("accounts.home"), 303)
        form.password.errors = [gettext(WRONG)]
    return render_template("accounts/sign_in.html", form=form), 422 if form.errors else 200


@blueprint.post("/sign-out")
@identity.signed_in
def sign_out() -> Any:
    """Signing out of this browser."""
    identity.sign_out()
    return redirect(url_for("discovery.home"), 303)


@blueprint.get("/account")
@identity.signed_in
def home() -> str:
    """What a person can do here."""
    return render_template("accounts/home.html", user=identity.person(), form=FlaskForm())


def _normal(address: str) -> str:
    try:
        return normal(address)
    except Invalid:
        return ""


def _own_address(address: str | None) -> str | None:
    """An address of this site; anything else is not followed."""
    good = address and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if good else None
