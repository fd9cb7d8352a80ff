"""Headers of every answer: nothing inline, nothing from elsewhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from portal.core import nulls
from portal.core.errors import Invalid

POLICY = "; ".join(  # noqa: FLY002 - one directive a line reads better
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
MAX_ADDRESS = 8000  # bytes of path and query: the longest search of all takes half of it
MAX_FORM = 1024 * 1024  # bytes; some pages let in larger files
MAX_FIELDS = 5000  # of a form: what is cut into more costs more to read than it can say
STATIC_AGE = 365 * 24 * 3600  # static addresses carry a hash of the file


def has_long_address() -> bool:
    """Whether this request asks for more than any page has an address for; such a one is nowhere repeated."""
    return len(request.path) + len(request.query_string) > MAX_ADDRESS


def refuse_addresses() -> None:
    """Refuse what no page has for an address."""
    if has_long_address():
        abort(414)
    if "\0" in request.path:  # see `refuse_nulls`
        abort(404)


def refuse_large_forms() -> None:
    """Refuse forms without files that are larger than any page has them. What has parts, Werkzeug counts itself."""
    if request.method != "POST" or request.mimetype != "application/x-www-form-urlencoded":
        return
    if (request.content_length or 0) > MAX_FORM or request.get_data().count(b"&") > MAX_FIELDS:
        abort(413)


def refuse_nulls() -> None:
    """Refuse the null character wherever a client can write one: PostgreSQL takes it in no text. So no field, and no id
    that comes as one, needs a rule about it. Raises `Invalid` ("text.null")."""
    in_body = _null_in_json if request.path.startswith("/api/") else _null_in_form
    if _has_null(request.args) or in_body():
        raise Invalid("text.null")


def _null_in_json() -> bool:
    """Programs send JSON, whatever type they call it."""
    return nulls.is_in_json(request.get_data())


def _null_in_form() -> bool:
    """Pages read forms that are sent with POST; of any other request the body is nobody's, and is not read. A part
    without a name is of no form, and Flask-WTF would stumble over it."""
    if request.method != "POST":
        return False
    if None in request.form or None in request.files:
        abort(400)
    files = MultiDict((name, file.filename) for name, file in request.files.items(multi=True))
    return _has_null(request.form) or _has_null(files)


def _has_null(fields: MultiDict[str, Any]) -> bool:
    return any("\0" in name or "\0" in (text or "") for name, text in fields.items(multi=True))


def keep_nothing(response: Response) -> Response:
    """For what belongs to one person or works by a secret: nobody keeps it on the way, nor does the browser, unless the
    view says otherwise."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def leave_for(address: str) -> BaseResponse:
    """On to another site; never one that a client has named."""
    g.elsewhere = address
    return redirect(address, 303)


def init_app(app: Flask) -> None:
    """Cookie settings, limits and headers."""
    https = app.extensions["site"].settings.is_https_only
    app.config.update(
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MAX_FORM,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_AGE,
    )

    app.before_request(refuse_addresses)
    app.before_request(refuse_large_forms)
    app.before_request(refuse_nulls)

    @app.after_request
    def stay_here(response: Response) -> Response:
        """Redirects name no host: what the client called us must not come to stand in an answer that others get. But
        for those of `leave_for`."""
        if response.location == g.get("elsewhere"):
            return response
        if 300 <= response.status_code < 400 and response.location:
            target = urlsplit(response.location)
            query, fragment = target.query and f"?{target.query}", target.fragment and f"#{target.fragment}"
            response.location = f"/{target.path.lstrip('/')}{query}{fragment}"
            response.set_data(b"")
        return response

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint == "static" and response.status_code < 400:
            response.headers["Cache-Control"] = f"public, max-age={STATIC_AGE}, immutable"
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "private, no-cache")  # it may set a cookie, or hang on one
            response.vary.add("Cookie")
        return response
