"""ORCID as an OpenID provider (https://info.orcid.org/documentation/api-tutorials/api-tutorial-get-and-authenticated-orcid-id/),
through Authlib. Answers are bounded in time and size, and redirects of its servers are not followed."""

from __future__ import annotations

import time
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session

from portal.core.errors import Invalid, Unavailable
from portal.researchers.identifiers import read_orcid
from portal.settings import Settings

TIMEOUT = 8.0  # seconds
_LARGEST = 256 * 1024  # bytes of one answer
_CHUNK = 1 << 14
_REFUSED = "access_denied"  # the person said no


class _Bounded(OAuth2Session):  # type: ignore[misc]
    """A session that waits so long and reads so much."""

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        """Raises `requests.RequestException` for too much and too late."""
        until = time.monotonic() + TIMEOUT
        self.trust_env = False
        kwargs |= {"timeout": TIMEOUT, "allow_redirects": False, "stream": True}
        response: requests.Response = super().request(method, url, **kwargs)
        content = b""
        while piece := response.raw.read1(_CHUNK, decode_content=True):
            content += piece
            if len(content) > _LARGEST or time.monotonic() > until:
                raise requests.Timeout
        response._content = content
        return response


class _App(FlaskOAuth2App):  # type: ignore[misc]
    client_cls = _Bounded


def client_of(settings: Settings) -> FlaskOAuth2App:
    """The provider that the settings name."""
    url = settings.orcid_url.rstrip("/")
    return _App(
        FlaskIntegration("orcid"), "orcid", client_id=settings.orcid_client_id,
        client_secret=settings.orcid_client_secret, authorize_url=f"{url}/oauth/authorize",
        access_token_url=f"{url}/oauth/token", jwks_uri=f"{url}/oauth/jwks", issuer=url,
        id_token_signing_alg_values_supported=["RS256"],
        client_kwargs={
            "scope": "openid", "code_challenge_method": "S256", "token_endpoint_auth_method": "client_secret_post",
        },
    )  # fmt: skip


def proven_orcid(settings: Settings) -> str:
    """The iD of the person who has come back from ORCID in this request. Raises `Unavailable` ("orcid.unavailable"),
    and `Invalid` ("orcid.declined", "orcid.failed")."""
    try:
        token = client_of(settings).authorize_access_token()
        claims = token.get("userinfo") or {}
        found = read_orcid(str(claims.get("sub", "")))
    except requests.RequestException as error:
        raise Unavailable("orcid.unavailable", reason=type(error).__name__) from error
    except OAuthError as error:
        raise Invalid("orcid.declined" if error.error == _REFUSED else "orcid.failed") from error
    except Exception as error:  # of whatever parsers and checks of signatures let through: this is no answer to us
        raise Invalid("orcid.failed") from error
    if found is None:
        raise Invalid("orcid.failed")
    return found
