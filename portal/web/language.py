"""The language is in the address: converter, negotiation for `/`, and addresses that keep the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from flask import Blueprint, Flask, Request, Response, current_app, g, redirect, request, url_for
from werkzeug.routing import BaseConverter, ValidationError

from portal.locales import BY_TAG, DEFAULT, TAGS, Language
from portal.web.security import has_long_address

COOKIE = "language"
YEAR = 365 * 24 * 3600
# What browsers send, where it differs from our tags.
SYNONYMS = {
    "zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-tw": "zh-Hans", "zh-hk": "zh-Hans", "zh-mo": "zh-Hans",
    "zh-hant": "zh-Hans", "in": "id", "tl": "fil", "tet": "pt",
}  # fmt: skip


class LanguageConverter(BaseConverter):
    """Matches the tags of the registry only: any other first segment is an unknown page."""

    regex = "[A-Za-z-]{2,8}"

    def to_python(self, value: str) -> str:
        """The tag itself, if it is one of ours."""
        if value not in BY_TAG:
            raise ValidationError
        return value


def negotiate(req: Request) -> str:
    """The language for a reader who has not chosen one: cookie, then what the browser asks for."""
    if (chosen := req.cookies.get(COOKIE, "")) in BY_TAG:
        return chosen
    for value, _quality in req.accept_languages:
        tag = _closest(value.lower())
        if tag:
            return tag
    return DEFAULT


def _closest(wanted: str) -> str | None:
    """Our tag for a browser's: itself, its synonym, or the same with the last subtag cut off."""
    lowered = {tag.lower(): tag for tag in TAGS}
    while wanted:
        if wanted in lowered:
            return lowered[wanted]
        if wanted in SYNONYMS:
            return SYNONYMS[wanted]
        wanted = wanted.rpartition("-")[0]
    return None


# A context variable and not `flask.g`: a page asks for its language some hundred times.
_CURRENT: ContextVar[Language] = ContextVar("language", default=BY_TAG[DEFAULT])


def current_language() -> Language:
    """The language of this request; outside a request, the default one."""
    return _CURRENT.get()


def use_language(tag: str) -> None:
    """Answer this request in a language."""
    g.language_chosen = True
    _CURRENT.set(BY_TAG[tag])


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak a language for a while, to somebody else than the reader of this request."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    before = _CURRENT.set(BY_TAG[tag])
    try:
        with app.app_context():  # Flask-Babel remembers the language in it
            yield
    finally:
        _CURRENT.reset(before)


def language_blueprint(name: str, import_name: str) -> Blueprint:
    """A blueprint under `/<language>`; views do not see the parameter, `url_for` fills it in."""
    blueprint = Blueprint(name, import_name, url_prefix="/<language:language>")

    @blueprint.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        use_language((values or {}).pop("language", None) or negotiate(request))

    return blueprint


def same_page(tag: str) -> str:
    """This page, with its query, in another language; the home page where this page has no language."""
    if request.endpoint and _has_language_in_address() and not has_long_address():
        address = url_for(request.endpoint, **{**(request.view_args or {}), "language": tag})
        query = request.query_string.decode("ascii", "replace")
        return f"{address}?{query}" if query else address
    return url_for("discovery.home", language=tag)


def _has_language_in_address() -> bool:
    return request.url_rule is not None and "language" in request.url_rule.arguments


def init_app(app: Flask) -> None:
    """Register the converter, the language of every request, and `/`."""
    app.url_map.converters["language"] = LanguageConverter

    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, Any]) -> None:
        if "language" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "language"):
            values["language"] = current_language().tag

    @app.before_request
    def set_language() -> None:
        if "language_chosen" not in g:  # also a page that is not there speaks the language of its address
            first = request.path.split("/")[1]
            use_language(first if first in BY_TAG else negotiate(request))

    @app.teardown_request
    def forget_language(_error: BaseException | None) -> None:
        _CURRENT.set(BY_TAG[DEFAULT])

    @app.after_request
    def remember_language(response: Response) -> Response:
        if _has_language_in_address():
            tag = current_language().tag
            response.headers["Content-Language"] = tag
            if request.cookies.get(COOKIE) != tag and response.mimetype == "text/html":
                response.set_cookie(
                    COOKIE, tag, max_age=YEAR, samesite="Lax", httponly=True, secure=app.config["SESSION_COOKIE_SECURE"]
                )
        return response

    @app.get("/")
    def entrance() -> Response:
        response = cast("Response", redirect(url_for("discovery.home", language=negotiate(request)), 302))
        response.vary.update(("Accept-Language", "Cookie"))
        return response
