"""Addresses for subscribers and crawlers."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from portal.core.errors import NotFound
from portal.discovery.queries import search_page
from portal.discovery.query import Query
from portal.listings.queries import get_listing
from portal.syndication import feed, queries, sitemap
from portal.web import calendar
from portal.web.current import site
from portal.web.public import address_of

MAX_AGE = 300

blueprint = Blueprint("syndication", __name__)


@blueprint.url_value_preprocessor
def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The language of the address, where it has one; views do not see it."""
    if values and "language" in values:
        g.language = values.pop("language")


@blueprint.get("/<language:language>/listings.atom", endpoint="feed")
def feed_of_search() -> Response:
    """A search as a feed: newest first, unless another order is asked for. It is the same for everybody."""
    query = replace(Query.read(request.args), eligible=False)
    if "sort" not in request.args:
        query = replace(query, sort="newest")
    page = search_page(site(), query, g.language)
    with site().sessions() as session:
        dates = queries.find_dates(session, (found.card.id for found in page.hits))
    return _kept(feed.build(page, dates, url_for("syndication.feed"), site().clock()), feed.MEDIA_TYPE)


@blueprint.get("/<language:language>/listings/<string:listing_id>/calendar.ics", endpoint="calendar")
def deadlines(listing_id: str) -> Response:
    """The deadlines of a listing for the reader's calendar."""
    with site().sessions() as session:
        listing = get_listing(session, listing_id)
    if not listing.deadlines:
        raise NotFound("calendar.empty", id=listing_id)
    response = _kept(calendar.build([listing]), calendar.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{listing.id}.ics"'
    return response


@blueprint.get("/sitemap.xml", endpoint="sitemap")
def whole_sitemap() -> Response:
    """All pages, or the list of the files they take."""
    pages = _pages()
    files = sitemap.files_for(pages)
    if files == 1:
        return _kept(sitemap.urls(pages), sitemap.MEDIA_TYPE)
    addresses = (address_of("syndication.sitemap_file", number=number) for number in range(1, files + 1))
    return _kept(sitemap.index(addresses), sitemap.MEDIA_TYPE)


@blueprint.get("/sitemap-<int:number>.xml", endpoint="sitemap_file")
def sitemap_file(number: int) -> Response:
    """One of the files of a large sitemap."""
    pages = sitemap.pages_of_file(_pages(), number)
    if not pages:
        raise NotFound("page.unknown", page=number)
    return _kept(sitemap.urls(pages), sitemap.MEDIA_TYPE)


@blueprint.get("/robots.txt", endpoint="robots")
def robots() -> Response:
    """Lists and listings may be crawled, every combination of filters need not be; of a demonstration, nothing."""
    closed = ("/",) if site().settings.is_demonstration else ("/api/", "/*/listings?", "/*/listings.atom")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    text = "\n".join([*lines, "", f"Sitemap: {address_of('syndication.sitemap')}", ""])
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.cache_control.max_age = MAX_AGE
    return response


def _pages() -> list[sitemap.SitePage]:
    with site().sessions() as session:
        listings, hosts = queries.list_published(session), queries.list_organisations_with_listings(session)
    known = site().thesaurus
    return sitemap.all_pages(listings, hosts, (c.id for scheme in ("topic", "place") for c in known.of_scheme(scheme)))


def _kept(body: bytes, media_type: str) -> Response:
    """An answer that may be kept for some minutes, and is not sent again while it is the same."""
    response = Response(body, content_type=media_type)
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.cache_control.max_age = MAX_AGE
    response.make_conditional(request)
    return response
