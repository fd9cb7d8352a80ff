"""A small OpenID provider like ORCID's, on a real socket: it checks what a provider checks, and can be made to fail."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "APP-TEST", "a secret of ours"


@cache
def _key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name})


@dataclass
class Provider:
    """Who signs in there, and what goes wrong: `claims` change the token, `signed_by` who signs it, `says` replaces the
    answer of the token address."""

    url: str = ""
    orcid: str = "0000-0002-1825-0097"
    denied: bool = False
    claims: dict[str, Any] = field(default_factory=dict)
    signed_by: str = "own"
    says: tuple[str, int, Mapping[str, str]] | None = None
    waits: float = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def authorize(self) -> Any:
        """The person signs in, and agrees or does not."""
        asked = request.args
        assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT_ID, "openid")
        assert asked["code_challenge_method"] == "S256"
        if self.denied:
            return redirect(f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}")
        code = secrets.token_urlsafe()
        self.codes[code] = asked.to_dict()
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def token(self) -> Any:
        """A code for a token, once, for whoever made its challenge."""
        self.asked.append(request.form.get("code", ""))
        time.sleep(self.waits)
        if self.says is not None:
            return self.says
        sent, asked = request.form, self.codes.pop(request.form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=")
        ours = (sent["client_id"], sent["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)
        if asked is None or not ours or challenge.decode() != asked["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        if sent["redirect_uri"] != asked["redirect_uri"]:
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        claims = {"iss": self.url, "sub": self.orcid, "aud": CLIENT_ID, "iat": now, "exp": now + 60,
                  "nonce": asked["nonce"]} | self.claims  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "own"}, claims, _key(self.signed_by))
        return jsonify(access_token="x", token_type="bearer", orcid=self.orcid, id_token=signed)

    def jwks(self) -> Any:
        """The key with which tokens are signed."""
        return jsonify(keys=[_key("own").as_dict(private=False)])


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider on this machine."""
    provider, app = Provider(), Flask("orcid")
    app.add_url_rule("/oauth/authorize", view_func=provider.authorize)
    app.add_url_rule("/oauth/token", view_func=provider.token, methods=["POST"])
    app.add_url_rule("/oauth/jwks", view_func=provider.jwks)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
