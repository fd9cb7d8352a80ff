"""Addresses that templates build often; static files carry a hash of their content."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from flask import Response, current_app, g, request, url_for


class _Query(Protocol):
    """A search that knows its query string."""

    def address(self, with_page: bool = False) -> str:
        """The query string, with its question mark."""

    def for_everybody(self) -> _Query:
        """The same search without what hangs on the reader."""


def asset(name: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it for good."""
    return _asset(name, str(current_app.static_folder), current_app.debug and _changed(name))


def _changed(name: str) -> float:
    return (Path(str(current_app.static_folder)) / name).stat().st_mtime


@lru_cache(200)
def _asset(name: str, folder: str, _changed_at: float) -> str:
    digest = hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:8]
    return url_for("static", filename=name, v=digest)


def listing_address(listing_id: str) -> str:
    """The page of a listing."""
    if "listing_address" not in g:
        g.listing_address = url_for("listings.show", listing_id="0").removesuffix("0")
    return f"{g.listing_address}{listing_id}"


def concept_address(concept_id: str) -> str:
    """The page of a concept."""
    return url_for("discovery.concept", concept_id=concept_id)


def search_address(**values: Any) -> str:
    """A search by some facets."""
    return url_for("discovery.search", **values)


def corridor_address(home: str, host: str) -> str:
    """The listings of one corridor; both are country codes."""
    if "search_address" not in g:
        g.search_address = search_address()
    return f"{g.search_address}?country={host}&open_to={home}"


def feed_address(query: _Query | None = None) -> str:
    """The feed of a search, without what hangs on the reader's own answers; of everything new without one."""
    return url_for("syndication.feed") + (query.for_everybody().address() if query else "")


_OWN = re.compile(r"/\w[^\\\s\x00-\x1f\x7f]*")


def own_address(address: str | None) -> str | None:
    """An address of this site, to go on to; None for anything else, which is not followed. Browsers take `//` and `/\\`
    for the beginning of another site, and drop what cannot be seen."""
    return address if address and _OWN.fullmatch(address) else None


GLOBALS: dict[str, Any] = {
    "asset": asset, "listing_address": listing_address, "search_address": search_address,
    "concept_address": concept_address, "corridor_address": corridor_address, "feed_address": feed_address,
}  # fmt: skip


def read_static_files(response: Response) -> Response:
    """Static files are small: read whole, so that they are compressed and closed like any page."""
    if request.endpoint == "static" and response.direct_passthrough:
        response.direct_passthrough = False
        response.make_sequence()
    return response
