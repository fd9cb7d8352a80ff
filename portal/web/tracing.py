"""An id for each request, in its answer's header and in the lines of the log."""

from __future__ import annotations

import logging
import re
import secrets

from flask import Flask, Response, g, has_request_context, request
from werkzeug.middleware.proxy_fix import ProxyFix

HEADER = "X-Request-ID"
_SOUND = re.compile(r"[A-Za-z0-9._-]{8,64}")


class WithRequest(logging.Filter):
    """Gives each record the id of the request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        record.request = g.get("request_id", "-") if has_request_context() else "-"
        return True


def configure_logging(level: str) -> None:
    """Log to the standard error, each line with the id of its request."""
    handler = logging.StreamHandler()
    handler.addFilter(WithRequest())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(request)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    for talkative in ("alembic", "elastic_transport"):  # each request to a server, each step of a migration
        logging.getLogger(talkative).setLevel(logging.WARNING)


def init_app(app: Flask) -> None:
    """Take ids from trusted proxies, make them otherwise; trust what as many proxies as are set say of the client."""
    proxies = int(app.extensions["site"].settings.trusted_proxies)
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]

    @app.before_request
    def name_request() -> None:
        given = request.headers.get(HEADER, "") if proxies else ""
        g.request_id = given if _SOUND.fullmatch(given) else secrets.token_hex(8)

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[HEADER] = g.get("request_id", "-")
        return response
