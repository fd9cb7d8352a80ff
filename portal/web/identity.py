"""Who asks: signing in and out of a browser (Flask-Login), forms that nobody else can send (CSRF), and the actor whom
policies decide about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, g, redirect, request, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect

from portal.accounts import service
from portal.accounts.models import User
from portal.core.actor import ANYONE, Actor
from portal.core.errors import Forbidden
from portal.teams import queries as teams
from portal.web.current import site

csrf = CSRFProtect()
View = TypeVar("View", bound=Callable[..., Any])


class SignedIn:
    """A person signed in in this browser, as Flask-Login wants it: known by the token in the cookie, so that ending a
    sign-in on another device ends it there."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, token: str, user: User) -> None:
        self.token = token
        self.user = user

    def get_id(self) -> str:
        """The token."""
        return self.token


def current_actor() -> Actor:
    """Who acts in this request."""
    if "actor" not in g:
        g.actor = _actor(current_user.user) if current_user.is_authenticated else ANYONE
    actor: Actor = g.actor
    return actor


def person() -> User:
    """The account of who acts; only behind `signed_in`."""
    user: User = current_user.user
    return user


def sign_in(user: User) -> None:
    """Remember, in this browser, that this person asks from now on."""
    now = site().clock()
    with site().unit_of_work().begin() as session:
        token = service.open_sign_in(session, user.id, request.user_agent.string, now)
    login_user(SignedIn(token, user))
    g.pop("actor", None)


def sign_out() -> None:
    """Forget it."""
    with site().unit_of_work().begin() as session:
        service.close_sign_in(session, current_user.get_id())
    logout_user()
    g.pop("actor", None)


def signed_in(view: View) -> View:
    """A view for people with an account: others are asked to sign in, and come back afterwards."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            wanted = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts.sign_in", next=wanted), 303)
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def allow(permitted: bool) -> None:
    """Refuse what a policy does not permit. Raises `Forbidden`."""
    if not permitted:
        raise Forbidden("not.permitted")


def init_app(app: Flask) -> None:
    """Register the login manager, CSRF protection, and what templates may ask."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)  # a form may lie open for a day
    manager = LoginManager(app)
    manager.user_loader(_load)
    csrf.init_app(app)
    app.register_error_handler(CSRFError, _refuse_forgery)
    app.jinja_env.globals["actor"] = current_actor

    @app.after_request
    def keep_private(response: Response) -> Response:
        """What is made for one person must not be kept by a proxy for the next."""
        if current_user.is_authenticated and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
        return response


def _load(token: str) -> SignedIn | None:
    with site().unit_of_work().begin() as session:
        user = service.use_sign_in(session, token, site().clock())
    return SignedIn(token, user) if user else None


def _actor(user: User) -> Actor:
    with site().sessions() as session:
        return Actor(user.id, user.site_role, teams.roles_of(session, user.id))


def _refuse_forgery(error: CSRFError) -> Any:
    """The page was open too long, or the form is not ours: the same page again, with nothing of it done."""
    from portal.web.errors import explain

    return explain(error.code or 400, "form.expired")
