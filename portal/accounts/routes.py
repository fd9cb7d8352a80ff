"""Signing up and in; what people change about themselves."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Session

from portal.accounts import forms, links, queries, second_factor, service
from portal.accounts.blueprint import blueprint, done, form_page, go_on, me, page_of, ways_in
from portal.accounts.labels import SENTENCES
from portal.accounts.models import User
from portal.accounts.passkeys import routes as passkey_pages
from portal.core.errors import Gone
from portal.core.secrets import digest
from portal.web import identity
from portal.web.addresses import own_address
from portal.web.current import site
from portal.web.known_browser import known_browser, remember_browser
from portal.web.language import current_language
from portal.web.limits import limit, limit_sign_in, pardon, pardon_sign_in
from portal.web.messages import gettext as _
from portal.web.public import address_of, site_name

__all__ = ["blueprint", "passkey_pages"]  # the module with the other addresses


@blueprint.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> Any:
    """A new account. The answer is the same where the address has one already."""
    if current_user.is_authenticated:
        return redirect(url_for("accounts.home"), 303)
    form = forms.SignUpForm()
    if form.validate_on_submit():
        limit("sign-up-network")
        limit("sign-up-address", form.address)
        identity.allow(identity.may_sign_up(form.address))
        with site().unit_of_work().begin() as work:
            service.sign_up(
                work, form.address, form.password.data, form.name.data, current_language().tag, site().clock(),
                _link("confirm"), page_of("sign_in"),
            )  # fmt: skip
        return redirect(url_for("accounts.mailed"), 303)
    return form_page("sign_up", form)


@blueprint.get("/mail-sent")
def mailed() -> str:
    """Where to look now: the same for everybody who was, or was not, sent a letter."""
    return render_template("accounts/mailed.html")


@blueprint.route("/confirm/<string:token>", methods=["GET", "POST"])
def confirm(token: str) -> Any:
    """The link of the letter to a new account: its password is asked, and the person is signed in."""
    limit("link-network")
    with site().sessions() as read:
        _found, user = links.get_link(read, token, "confirm", site().clock())
    form = forms.ConfirmForm()
    if form.validate_on_submit():
        limit("confirm-link", token)
        with form.taking_errors(SENTENCES), site().unit_of_work().begin() as work:
            service.confirm(work, token, form.password.data, site().clock())
        if not form.errors:
            identity.sign_in(user.id)
            flash(_("Your address is confirmed. Welcome!"), "done")
            return go_on()
    return form_page("confirm", form, email=user.email)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Any:
    """Signing in; back to the page that asked for it."""
    if current_user.is_authenticated:
        return go_on()
    form = forms.SignInForm()
    if form.validate_on_submit():
        limit_sign_in(form.address)
        with form.taking_errors(SENTENCES), site().unit_of_work().begin() as work:
            user = service.authenticate(work, form.address, form.password.data, site().clock(), _link("confirm"))
        if not form.errors:
            pardon_sign_in(form.address)
            return _after_password(user)
    return form_page("sign_in", form, passkey=forms.CredentialForm(formdata=None))


def _after_password(user: User) -> Any:
    if user.confirmed_at is None:
        return redirect(url_for("accounts.mailed"), 303)
    if user.totp_secret:
        identity.await_code(user.id)
        return redirect(url_for("accounts.code", next=own_address(request.args.get("next"))), 303)
    identity.sign_in(user.id)
    return go_on()


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
def code() -> Any:
    """The second step of signing in, for those who have switched it on."""
    user_id = identity.awaited()
    if user_id is None:
        return redirect(url_for("accounts.sign_in", next=own_address(request.args.get("next"))), 303)
    form = forms.CodeForm()
    if form.validate_on_submit():
        with site().sessions() as read:
            who = known_browser(queries.get_user(read, user_id).email) or user_id
        limit("second-factor-person", who)
        with form.taking_errors(SENTENCES), site().unit_of_work().begin() as work:
            second_factor.use_code(work, queries.get_user(work, user_id), form.code.data, site().clock())
        if not form.errors:
            pardon("second-factor-person", who)
            identity.sign_in(user_id)
            return go_on()
    return form_page("code", form)


@blueprint.post("/sign-out")
@identity.signed_in
def sign_out() -> Any:
    """Signing out of this browser."""
    identity.sign_out()
    return redirect(url_for("discovery.home"), 303)


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
def forgotten_password() -> Any:
    """Asking for a link with which a new password can be chosen."""
    form = forms.ResetForm()
    if form.validate_on_submit():
        limit("reset-network")
        limit("reset-address", form.address)
        with site().unit_of_work().begin() as work:
            service.send_reset(work, form.address, site().clock(), _link("new_password"))
        return redirect(url_for("accounts.mailed"), 303)
    return form_page("forgotten_password", form)


@blueprint.route("/new-password/<string:token>", methods=["GET", "POST"])
def new_password(token: str) -> Any:
    """Choosing a new password by the link of a letter, and which other ways in are one's own."""
    limit("link-network")
    with site().sessions() as read:
        _found, user = links.get_link(read, token, "reset", site().clock())
        ways = ways_in(read, user)
    form, kept = forms.NewPasswordForm(), request.form.getlist("keep")
    if form.validate_on_submit():
        with form.taking_errors(SENTENCES), site().unit_of_work().begin() as work:
            service.reset_password(
                work, token, form.password.data, site().clock(), page_of("forgotten_password"), ways_in, kept
            )
        if not form.errors:
            pardon("sign-in-address", user.email)
            pardon_sign_in(user.email)
            remember_browser(user.email)
            flash(_("Your new password is set. Please sign in with it."), "done")
            return redirect(url_for("accounts.sign_in"), 303)
    return form_page("new_password", form, email=user.email, ways=ways, kept=kept)


@blueprint.get("/account")
@identity.signed_in
def home() -> str:
    """What a person can do here."""
    with site().sessions() as read:
        sign_ins = len(_sign_ins(read))
        passkeys = len(queries.list_passkeys(read, identity.person().id))
    return render_template(
        "accounts/home.html", user=identity.person(), organisations=identity.my_organisations(), sign_ins=sign_ins,
        passkeys=passkeys, form=FlaskForm(),
    )  # fmt: skip


@blueprint.route("/account/details", methods=["GET", "POST"])
@identity.signed_in
def details() -> Any:
    """Name and language."""
    form = forms.DetailsForm(obj=identity.person())
    if form.validate_on_submit():
        with site().unit_of_work().begin() as work:
            service.change_details(work, me(work), form.name.data, form.language.data, site().clock())
        return done(_("Your details are saved."))
    return form_page("details", form)


@blueprint.route("/account/email", methods=["GET", "POST"])
@identity.signed_in
def email() -> Any:
    """Asking for another address; it counts once the link sent to it was followed."""
    form = forms.ChangeEmailForm()
    if form.validate_on_submit():
        limit("password-person", identity.person().id)
        limit("new-email-person", identity.person().id)
        with form.taking_errors(SENTENCES), site().unit_of_work().begin() as work:
            service.ask_for_email(
                work, me(work), form.address, form.present.data, site().clock(), _link("new_email"), page_of("sign_in")
            )
            return redirect(url_for("accounts.mailed"), 303)
    return form_page("email", form, user=identity.person())


@blueprint.route("/new-email/<string:token>", methods=["GET", "POST"])
@identity.signed_in
def new_email(token: str) -> Any:
    """The link of the letter to a new address, for the person who asked for it alone: nobody is talked into giving an
    address to somebody else's account. Programs that look through mail open it too, so it asks first."""
    limit("link-network")
    with site().sessions() as read:
        found, user = links.get_link(read, token, "change-email", site().clock())
    if user.id != identity.person().id:
        raise Gone("link.ended")
    form = FlaskForm()
    if form.validate_on_submit():
        with site().unit_of_work().begin() as work:
            service.change_email(work, token, site().clock())
        flash(_("Your new address is confirmed. Sign in with it from now on."), "done")
        return redirect(url_for("accounts.home"), 303)
    return render_template("accounts/new_email.html", form=form, email=found.email)


@blueprint.route("/account/password", methods=["GET", "POST"])
@identity.signed_in
def password() -> Any:
    """Another password."""
    form = forms.ChangePasswordForm()
    if form.validate_on_submit():
        limit("password-person", identity.person().id)
        with form.taking_errors(SENTENCES), site().unit_of_work().begin() as work:
            service.change_password(
                work, me(work), form.present.data, form.password.data, identity.present_token(), site().clock(),
                page_of("forgotten_password"),
            )  # fmt: skip
        if not form.errors:
            return done(_("Your password is changed. You are signed out everywhere else."))
    return form_page("password", form, user=identity.person())


@blueprint.get("/account/sign-ins")
@identity.signed_in
def sign_ins() -> str:
    """Where a person is signed in."""
    with site().sessions() as read:
        found = _sign_ins(read)
    this = digest(identity.present_token())
    return render_template("accounts/sign_ins.html", sign_ins=found, this=this, form=FlaskForm())


@blueprint.post("/account/sign-ins/<string:sign_in_id>/end")
@identity.signed_in
def end_sign_in(sign_in_id: str) -> Any:
    """Sign out in another browser."""
    with site().unit_of_work().begin() as work:
        service.end_sign_in(work, identity.person().id, sign_in_id, site().clock())
    return redirect(url_for("accounts.sign_ins"), 303)


@blueprint.post("/account/sign-ins/end-others")
@identity.signed_in
def end_other_sign_ins() -> Any:
    """Sign out in all other browsers."""
    with site().unit_of_work().begin() as work:
        service.end_other_sign_ins(work, identity.person().id, identity.present_token(), site().clock())
    flash(_("You are signed out everywhere else."), "done")
    return redirect(url_for("accounts.sign_ins"), 303)


@blueprint.get("/account/second-factor")
@identity.signed_in
def second_step() -> str:
    """Whether a code is asked for at each sign-in, and what can be done about it."""
    with site().sessions() as read:
        left = queries.count_recovery_codes(read, identity.person().id)
    return render_template("accounts/second_step.html", user=identity.person(), left=left)


@blueprint.route("/account/second-factor/on", methods=["GET", "POST"])
@identity.signed_in
def second_step_on() -> Any:
    """Sharing a secret with an app, and showing that it works. The secret is kept with the sign-in: the cookie can be
    read."""
    with site().unit_of_work().begin() as work:
        secret = second_factor.offer_secret(work, identity.present_token())
    form = forms.SecondFactorForm()
    if form.validate_on_submit():
        limit("password-person", identity.person().id)
        with form.taking_errors(SENTENCES), site().unit_of_work().begin() as work:
            codes = second_factor.switch_on(work, me(work), secret, form.code.data, form.present.data, site().clock())
            second_factor.forget_offer(work, identity.present_token())
        if not form.errors:
            return _codes_page(codes)
    picture = second_factor.picture_of(secret, identity.person().email, site_name())
    return form_page("second_step_on", form, secret=secret, picture=Markup(picture))  # noqa: S704 - drawn by us


@blueprint.route("/account/second-factor/off", methods=["GET", "POST"])
@identity.signed_in
def second_step_off() -> Any:
    """Asking for the password alone from now on."""
    form = forms.PresentPasswordForm()
    if form.validate_on_submit():
        limit("password-person", identity.person().id)
        with form.taking_errors(SENTENCES), site().unit_of_work().begin() as work:
            second_factor.switch_off(work, me(work), form.present.data, site().clock(), page_of("second_step"))
        if not form.errors:
            return done(_("Signing in asks for your password alone from now on."))
    return form_page("second_step_off", form)


@blueprint.route("/account/recovery-codes/new", methods=["GET", "POST"])
@identity.signed_in
def new_recovery_codes() -> Any:
    """New recovery codes in place of the former ones."""
    form = forms.PresentPasswordForm()
    if form.validate_on_submit():
        limit("password-person", identity.person().id)
        with form.taking_errors(SENTENCES), site().unit_of_work().begin() as work:
            codes = second_factor.replace_recovery_codes(work, me(work), form.present.data, site().clock())
        if not form.errors:
            return _codes_page(codes)
    return form_page("new_recovery_codes", form)


def _codes_page(codes: list[str]) -> tuple[str, int]:
    """Codes just made, in the answer to the form: they stand in no address and no cookie, and are shown this once."""
    return render_template("accounts/recovery_codes.html", codes=codes), 201


def _sign_ins(read: Session) -> Any:
    return queries.list_sign_ins(read, identity.person().id, site().clock() - service.SIGNED_IN_FOR)


def _link(endpoint: str) -> service.LinkPage:
    """The page that a letter's link opens; it leads on to where the person was going."""
    following = own_address(request.args.get("next"))
    return lambda token, language: address_of(f"accounts.{endpoint}", token=token, language=language, next=following)
