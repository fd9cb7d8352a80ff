"""Public addresses, for what leaves the site: feeds, calendars, the sitemap, the API."""

from __future__ import annotations

from typing import Any

from flask import url_for

from portal.web.current import site


def absolute(path: str) -> str:
    """A path of this site under its public address."""
    return site().settings.site_url.rstrip("/") + path


def address_of(endpoint: str, **values: Any) -> str:
    """The public address of a page; `language` among the values where it is not the reader's."""
    return absolute(url_for(endpoint, **values))
