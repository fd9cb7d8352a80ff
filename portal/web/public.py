"""The site's name and its public addresses, for pages and for what leaves the site: feeds, calendars, the sitemap,
the API."""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for

from portal.web.current import site
from portal.web.language import current_language
from portal.web.messages import gettext as _


def absolute(path: str) -> str:
    """A path of this site under its public address."""
    return site().settings.site_url.rstrip("/") + path


def address_of(endpoint: str, **values: Any) -> str:
    """The public address of a page; `language` among the values where it is not the reader's."""
    return absolute(url_for(endpoint, **values))


def site_name() -> str:
    """The name of the site: what administrators call it in the reader's language, the operator's name, or the one of
    this project in the reader's language."""
    chosen = site().preferences.site_names.get(current_language().tag)
    return chosen or site().settings.site_name or _("Digital Talent Exchange")


def init_app(app: Flask) -> None:
    """Let templates say the name, and where readers may write to."""
    app.jinja_env.globals["site_name"] = site_name
    app.jinja_env.globals["contact_address"] = lambda: site().preferences.contact
