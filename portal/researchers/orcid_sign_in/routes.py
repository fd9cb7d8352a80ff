"""Linking an ORCID iD, taking it off, and signing in with it: `orcid.*`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_login import current_user

from portal.accounts import queries
from portal.accounts.forms import PresentPasswordForm
from portal.accounts.labels import SENTENCES as OF_ACCOUNTS
from portal.accounts.models import User
from portal.accounts.service import check_present_password
from portal.core.errors import Invalid, NotFound, PortalError, Unavailable
from portal.researchers.orcid_sign_in import service
from portal.researchers.orcid_sign_in.client import client_of, proven_orcid
from portal.researchers.orcid_sign_in.labels import SENTENCES
from portal.researchers.queries import find_researcher
from portal.web import identity
from portal.web.addresses import own_address
from portal.web.current import site
from portal.web.language import current_language, language_blueprint
from portal.web.limits import limit
from portal.web.messages import gettext as _
from portal.web.public import address_of
from portal.web.security import keep_nothing, leave_for

blueprint = language_blueprint("orcid", __name__)
blueprint.after_request(keep_nothing)
View = TypeVar("View", bound=Callable[..., Any])

_ERRAND, _ALLOWED = "orcid-errand", "orcid-allowed"  # kept in the browser's session until ORCID sends the person back


def _offered(view: View) -> View:
    """A view that is there only where ORCID has given us an id."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not site().settings.orcid_client_id:
            raise NotFound("orcid.off")
        return view(*args, **kwargs)

    return cast("View", guarded)


@blueprint.app_context_processor
def add_orcid() -> dict[str, bool]:
    """Whether there is a button."""
    return {"orcid_sign_in": bool(site().settings.orcid_client_id)}


@blueprint.get("/sign-in/orcid")
@_offered
def sign_in() -> Any:
    """On to ORCID, to sign in."""
    if current_user.is_authenticated:
        return redirect(own_address(request.args.get("next")) or url_for("accounts.home"), 303)
    limit("sign-in-network")
    return _to_orcid("sign-in", own_address(request.args.get("next")))


@blueprint.route("/me/orcid", methods=["GET", "POST"])
@identity.signed_in
@_offered
def show() -> Any:
    """The iD of a person; linking one, or taking it off, asks for the password."""
    form = PresentPasswordForm()
    with site().sessions() as read:
        researcher = find_researcher(read, identity.person().id)
    orcid = researcher.orcid if researcher else None
    if form.validate_on_submit():
        limit("password-person", identity.person().id)
        with form.taking_errors(OF_ACCOUNTS):
            check_present_password(identity.person(), form.present.data)
            return _unlink(form.present.data) if orcid else _allow()
    page = render_template("orcid/show.html", form=form, orcid=orcid, user=identity.person(), allowed=_is_allowed())
    return page, 422 if form.errors else 200


@blueprint.get("/me/orcid/link")
@identity.signed_in
@_offered
def link() -> Any:
    """On to ORCID, to link its iD, for whom the password was asked just now."""
    if not _is_allowed():
        return redirect(url_for("orcid.show"), 303)
    return _to_orcid("link", identity.person().id)


@blueprint.get("/orcid/back")
@_offered
def back() -> Any:
    """Back from ORCID. It knows one address of ours: the language is that in which the person left."""
    errand, about, language = session.get(_ERRAND, ("", None, current_language().tag))
    if language != current_language().tag:
        own = url_for("orcid.back", language=language)
        return redirect(f"{own}?{request.query_string.decode('ascii', 'replace')}", 303)
    session.pop(_ERRAND, None)
    limit("sign-in-network")
    try:
        return _link(str(about)) if errand == "link" else _sign_in(errand, own_address(about))
    except (Invalid, Unavailable) as error:
        return _failed(error)


def _to_orcid(errand: str, about: str | None) -> Any:
    session[_ERRAND] = [errand, about, current_language().tag]
    return leave_for(client_of(site().settings).authorize_redirect(address_of("orcid.back", language="en")).location)


def _sign_in(errand: str, wanted: str | None) -> Any:
    """Nobody comes back who has not gone: else a stranger's answer would sign a person in as the stranger."""
    if errand != "sign-in":
        raise Invalid("orcid.failed")
    orcid = proven_orcid(site().settings)
    with site().sessions() as read:
        user = service.get_user_of(read, orcid)
    return _enter(user, wanted)


def _enter(user: User, wanted: str | None) -> Any:
    if user.totp_secret:
        identity.await_code(user.id)
        return redirect(url_for("accounts.code", next=wanted), 303)
    identity.sign_in(user.id)
    return redirect(wanted or url_for("accounts.home"), 303)


def _link(user_id: str) -> Any:
    """Only for the person who began it, while signed in."""
    if not current_user.is_authenticated or identity.person().id != user_id or not _is_allowed():
        raise Invalid("orcid.failed")
    session.pop(_ALLOWED, None)
    orcid = proven_orcid(site().settings)
    with site().unit_of_work().begin() as work:
        service.link_orcid(work, queries.get_user(work, user_id), orcid, site().clock(), _page)
    flash(_("Your ORCID iD is linked. You can sign in with it from now on."), "done")
    return redirect(url_for("orcid.show"), 303)


def _unlink(present: str) -> Any:
    with site().unit_of_work().begin() as work:
        user = queries.get_user(work, identity.person().id)
        service.unlink_orcid(work, user, present, site().clock(), _page)
    flash(_("The ORCID iD is taken off your account."), "done")
    return redirect(url_for("orcid.show"), 303)


def _allow() -> Any:
    session[_ALLOWED] = site().clock().timestamp()
    return redirect(url_for("orcid.show"), 303)


def _is_allowed() -> bool:
    """Whether the password was asked some minutes ago."""
    return bool(site().clock().timestamp() - session.get(_ALLOWED, 0) < identity.CODE_MINUTES * 60)


def _failed(error: PortalError) -> Any:
    """Where the person came from, with what to do."""
    current_app.logger.info("ORCID: %s", error.code)
    flash(_(SENTENCES[error.code]), "wrong")
    return redirect(url_for("orcid.show" if current_user.is_authenticated else "accounts.sign_in"), 303)


def _page(language: str) -> str:
    return address_of("orcid.show", language=language)
