"""One table turns errors into answers: a page in the reader's language, or a JSON problem (RFC 9457) under /api."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from portal.core.errors import Conflict, Forbidden, Gone, Invalid, NotFound, PortalError, TooMany, Unavailable
from portal.core.messages import N_
from portal.web.language import current_language
from portal.web.messages import gettext, ngettext
from search.errors import EngineUnavailable

logger = logging.getLogger(__name__)

STATUS: dict[type[Exception], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Gone: HTTPStatus.GONE,
    Forbidden: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.BAD_REQUEST,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    EngineUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_AFTER = 30  # seconds after which a part that was away may be back
TITLES = {
    400: N_("We could not read this request"),
    401: N_("Please show a key that works"),
    403: N_("You may not open this page"),
    404: N_("This page does not exist"),
    405: N_("This address cannot be used in this way"),
    409: N_("This is not possible at the moment"),
    410: N_("This page is no longer there"),
    412: N_("Somebody else has changed this meanwhile"),
    413: N_("What you sent is too large"),
    414: N_("What you sent is too large"),
    422: N_("Not all of this can be taken as it is"),
    429: N_("Too many requests"),
    500: N_("Something went wrong on our side"),
    503: N_("Part of the site is not available at the moment"),
}
ADVICE = {
    400: N_("Please check the address, or start again from the search."),
    403: N_("If you think you should have access, write to the team of this site."),
    413: N_("Please send a smaller file, or a shorter text."),
    404: N_("It may have been moved, or the address has a mistake. Try the search, or start from the home page."),
    500: N_("Nothing you did is lost. We have been told; please try again in a few minutes."),
    503: N_("Please try again in a few minutes."),
}
# What to do about an error that has a code of its own.
ADVICE_BY_CODE = {
    "form.expired": N_(
        "The form lay open for too long, or cookies are switched off. Go back, reload the page, and send it again."
    ),
    "link.ended": N_(
        "The link has been used already, or its time is over. Sign in, or ask for a new password, and you get another."
    ),
    "posting.decided": N_("Meanwhile somebody else has changed it. Go back and reload the page to see how it stands."),
    "posting.locked": N_("It cannot be changed at present. Go back and reload the page to see how it stands."),
    "team.own": N_("You belong to the team of this organisation: somebody else of the site’s team decides about it."),
    "text.null": N_("What you sent holds a character that no text can have (U+0000). Take it out, and send it again."),
    "question.unknown": N_("This link is not complete. Copy it from the letter once more, with all its characters."),
}


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(HTTPException, _http_error)
    for kind in (PortalError, EngineUnavailable):
        app.register_error_handler(kind, _domain_error)
    app.register_error_handler(Exception, _unexpected)


def _http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    response = _answer(error.code, "http", {})
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _domain_error(error: Exception) -> Response:
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    code, parameters = (error.code, error.parameters) if isinstance(error, PortalError) else ("search.unavailable", {})
    response = _answer(status, code, parameters)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.parameters["seconds"])
    return response


def _unexpected(error: Exception) -> Response:
    logger.exception("unexpected error", exc_info=error)
    return _answer(500, "unexpected", {})


def _answer(status: int, code: str, parameters: dict[str, Any]) -> Response:
    if request.path.startswith("/api/"):
        return problem(status, code, parameters)
    title = gettext(TITLES.get(status, TITLES[400] if status < 500 else TITLES[500]))
    advice = _advice(status, code, parameters)
    try:
        page = render_template("errors/error.html", title=title, message=advice, status=int(status))
    except Exception:  # the layout itself fails, or has no addresses for a host of that name: say so without it
        start = f'<!doctype html><html lang="{current_language().tag}" dir="ltr"><title>{title}</title>'
        page = f"{start}<h1>{title}</h1><p>{advice}</p></html>"
    response = Response(page, int(status), content_type="text/html; charset=utf-8")
    response.vary.update(("Accept-Language", "Cookie"))  # an address that is not there may name no language
    return response


def _advice(status: int, code: str, parameters: dict[str, Any]) -> str:
    if "seconds" in parameters:
        minutes = -(-parameters["seconds"] // 60)
        return ngettext("Please try again in %(num)s minute.", "Please try again in %(num)s minutes.", minutes)
    return gettext(ADVICE_BY_CODE.get(code) or ADVICE.get(status, ADVICE[400] if status < 500 else ADVICE[500]))


def explain(status: int, code: str) -> Response:
    """The page (or problem document) that says what went wrong with a request."""
    return _answer(status, code, {})


def problem(status: int, code: str, parameters: dict[str, Any]) -> Response:
    """A problem document; `code` and its parameters are for programs, `title` for people."""
    title = TITLES.get(status, HTTPStatus(status).phrase)
    response: Response = jsonify(
        {"type": "about:blank", "title": gettext(title), "status": int(status), "code": code, "parameters": parameters}
    )
    response.status_code = int(status)
    response.content_type = "application/problem+json"
    return response
