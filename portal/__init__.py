"""The portal: a web application on the `search` library. `create_app` puts the parts together."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from flask import Flask
from flask_compress import Compress

from portal.settings import Settings

if TYPE_CHECKING:
    from portal.core.clock import Clock

# Each has a `routes` module with a `blueprint`; the order is the order of the URL map.
FEATURES = (
    "discovery", "eligibility", "listings", "organisations", "pages", "accounts", "teams", "statistics", "researchers",
    "researchers.intake", "researchers.orcid_sign_in", "posting", "posting.bulk", "matching", "alerts", "moderation",
    "rights",
    "api", "syndication", "operations",
)  # fmt: skip


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """A web application for one site; the database must be there (`portal database upgrade`)."""
    from portal.core.clock import system_clock
    from portal.site import Site
    from portal.web import catalogues, errors, filters, identity, language, public, security, tracing
    from portal.web.addresses import read_static_files

    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.secret,
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "application/json", "application/atom+xml",
                            "application/xml", "image/svg+xml", "application/ld+json"],
        COMPRESS_ALGORITHM=["br", "gzip"],
    )  # fmt: skip
    app.extensions["site"] = Site.open(settings, clock or system_clock)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for part in (tracing, language, catalogues, security, identity, errors, filters, public):
        part.init_app(app)
    for feature in FEATURES:
        app.register_blueprint(import_module(f"portal.{feature}.routes").blueprint)
    Compress(app)
    app.after_request(read_static_files)  # registered last: runs before the compression
    return app
