"""A browser from which a person has signed in before, known again by a signed cookie, so that strangers who guess a
password keep nobody out of an account.

After OWASP, “Slow Down Online Guessing Attacks with Device Cookies”: the cookie lets nobody in and names nobody; it
only has its own attempts counted apart. Who steals it may try as often as any stranger.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from portal.core.secrets import new_token

KNOWN_FOR = timedelta(days=365)
_NAME = "known_browser"
_MOST = 5  # accounts that one browser is known to


def known_browser(address: str) -> str | None:
    """What to count the attempts of this browser under, if the person with an e-mail address has used it before."""
    return next((nonce for who, nonce in _entries() if who == _digest(address)), None)


def remember_browser(address: str) -> None:
    """Let the answer to this request make the browser known to the account with an address, under a new name."""
    others = [[who, nonce] for who, nonce in _entries() if who != _digest(address)]
    value = _signer().dumps([[_digest(address), new_token()], *others][:_MOST])

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _NAME, value, max_age=KNOWN_FOR, httponly=True, samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )  # fmt: skip
        return response


def _entries() -> list[tuple[str, str]]:
    try:
        found = _signer().loads(request.cookies.get(_NAME, ""), max_age=int(KNOWN_FOR.total_seconds()))
    except BadData:
        return []
    return [(who, nonce) for who, nonce in found]


def _digest(address: str) -> str:
    """Of an address, keyed: the cookie tells nobody at the same machine whose account it is."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"known-browser:{address}".encode(), hashlib.sha256).hexdigest()[:32]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known-browser")
