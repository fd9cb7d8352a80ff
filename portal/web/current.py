"""The running site, as views see it."""

from __future__ import annotations

from typing import cast

from flask import current_app

from portal.site import Site


def site() -> Site:
    """The site of the application that answers this request."""
    return cast("Site", current_app.extensions["site"])
