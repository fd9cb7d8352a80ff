"""What all answers of the API have in common: JSON bytes, validators, caching, and access from any web page."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import Request, Response, request

from portal.locales import BY_TAG
from portal.web.language import current_language, negotiate, use_language

PREFIX = "/api/"
MAX_AGE = 60
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Expose-Headers": "ETag",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def choose_language() -> None:
    """The language of labels: `lang`, else what Accept-Language asks for. Cookies are for pages, not for programs."""
    asked = request.args.get("lang", "")
    without_cookie = Request({**request.environ, "HTTP_COOKIE": ""})
    use_language(asked if asked in BY_TAG else negotiate(without_cookie))


def answer(data: Any, in_language: bool = True) -> Response:
    """JSON with a strong validator over its bytes; 304 where the asker has them already."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    response = Response(body, content_type="application/json")
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.cache_control.public = True
    response.cache_control.max_age = MAX_AGE
    if in_language:
        response.headers["Content-Language"] = current_language().tag
        if not request.args.get("lang"):
            response.vary.add("Accept-Language")
    response.make_conditional(request)
    return response


def open_to_all(response: Response) -> Response:
    """Let web pages of any origin read what is under the prefix, errors too; nobody keeps an error."""
    if request.path.startswith(PREFIX):
        response.headers.update(CORS)
        if response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
    return response
