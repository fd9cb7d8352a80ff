"""Who asks: signing in and out of a browser (Flask-Login), forms that nobody else can send (CSRF), and the actor whom
policies decide about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect

from portal.accounts import service
from portal.accounts.models import User
from portal.accounts.queries import get_user
from portal.core.actor import ANYONE, Actor
from portal.core.errors import Forbidden
from portal.core.secrets import digest
from portal.organisations.models import Organisation
from portal.organisations.queries import find_organisations
from portal.teams import queries as teams
from portal.teams.labels import ROLES
from portal.web.current import site
from portal.web.known_browser import remember_browser
from portal.web.messages import gettext
from portal.web.public import address_of

_MINUTES = 10  # between two steps of one thing
_AWAITED = "code-awaited"
csrf = CSRFProtect()
_WANTED = "wanted"  # a digest of the page that somebody signed in for
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


class _Manager(LoginManager):  # type: ignore[misc]
    """Flask-Login without its “remember me”: it would look into the session after every request, so that even files
    depended on cookies, and no cache could give them to two people."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


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


def present_token() -> str:
    """The token of the sign-in of this browser; only behind `signed_in`."""
    token: str = current_user.get_id()
    return token


def sign_in(user_id: str, wanted: str | None = None) -> None:
    """Remember, in this browser, that this person asks from now on. Nothing that the browser's session held before is
    kept: somebody else may have put it there. `wanted`: the page they sign in for, where the address has it not."""
    now, address = site().clock(), lambda language: address_of("accounts.sign_ins", language=language)
    with site().unit_of_work().begin() as work:
        user = get_user(work, user_id)
        token = service.sign_in(work, user, request.user_agent.string, now, address)
    session.clear()
    remember_browser(user.email)
    login_user(SignedIn(token, user))
    if wanted := wanted or request.args.get("next"):
        keep_for_minutes(_WANTED, digest(wanted))
    g.pop("actor", None)


def signed_in_for_this() -> bool:
    """Whether the person has just signed in to come to this page, and not followed a link to it; true once. What was
    asked for before is done then, without asking again."""
    if request.method != "GET":
        return False
    wanted = kept(_WANTED)
    session.pop(_WANTED, None)
    return bool(wanted == digest(request.full_path.rstrip("?")))


def sign_out() -> None:
    """Forget it, and all else that the browser's session holds."""
    with site().unit_of_work().begin() as work:
        service.close_sign_in(work, present_token())
    logout_user()
    session.clear()
    g.pop("actor", None)


def await_code(user_id: str) -> None:
    """Remember that this person gave the right password in this browser, and has yet to give a code. Nobody is
    signed in before that."""
    session.clear()
    keep_for_minutes(_AWAITED, user_id)


def awaited() -> str | None:
    """The id of the person of whom a code is awaited, for some minutes."""
    user_id: str | None = kept(_AWAITED)
    return user_id


def keep_for_minutes(name: str, value: Any) -> None:
    """Remember, in this browser and for some minutes, what the password was asked for just now."""
    session[name] = [value, site().clock().timestamp()]


def kept(name: str) -> Any:
    """What is remembered under a name; None once that is too long ago."""
    value, since = session.get(name, (None, 0))
    return value if site().clock().timestamp() - since < _MINUTES * 60 else None


def my_organisations() -> list[tuple[Organisation, str]]:
    """The organisations for which the person acts, each with the role in words."""
    roles = current_actor().roles
    with site().sessions() as read:
        found = find_organisations(read, list(roles))
    return [(found[one], gettext(ROLES[roles[one]])) for one in sorted(found)]


def signed_in(view: View) -> View:
    """A view for people with an account: others are asked to sign in, and come back afterwards."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            wanted = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts.sign_in", next=wanted), 303)
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def may_sign_up(email: str) -> bool:
    """Whether this address may make an account: any, unless the site lets in those alone whom a team invited."""
    if site().preferences.sign_up_open:
        return True
    with site().sessions() as session:
        return teams.is_invited(session, email, site().clock())


def allow(permitted: bool) -> None:
    """Refuse what a policy does not permit. Raises `Forbidden`."""
    if not permitted:
        raise Forbidden("not.permitted")


def init_app(app: Flask) -> None:
    """Register the login manager, CSRF protection, and what templates may ask."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)  # a form may lie open for a day
    manager = _Manager(app)
    manager.user_loader(_load)
    csrf.init_app(app)
    app.register_error_handler(CSRFError, _refuse_forgery)
    app.jinja_env.globals["actor"] = current_actor

    @app.after_request
    def keep_private(response: Response) -> Response:
        """What is made for one person must not be kept by a proxy for the next."""
        if "Cache-Control" not in response.headers and current_user.is_authenticated:  # files are for everybody
            response.headers["Cache-Control"] = "private, no-store"
        return response


def _load(token: str) -> SignedIn | None:
    with site().unit_of_work().begin() as work:
        user = service.use_sign_in(work, token, site().clock())
    return SignedIn(token, user) if user else None


def _actor(user: User) -> Actor:
    with site().sessions() as read:
        return Actor(user.id, user.site_role, teams.roles_of(read, user.id))


def _refuse_forgery(error: CSRFError) -> Any:
    """The page was open too long, or the form is not ours: the same page again, with nothing of it done."""
    from portal.web.errors import explain

    return explain(error.code or 400, "form.expired")
