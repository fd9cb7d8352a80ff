"""The home page and the search."""

from __future__ import annotations

from flask import render_template, request

from portal.discovery import queries
from portal.discovery.corridors import picture
from portal.discovery.forms import Query
from portal.web.current import site
from portal.web.language import current_language, language_blueprint

blueprint = language_blueprint("discovery", __name__)


@blueprint.get("/")
def home() -> str:
    """The search box, kinds, what closes soon, what is new, and who offers places to whom."""
    page = queries.home_page(site(), current_language().tag)
    return render_template("discovery/home.html", page=page, picture=picture(page.corridors, current_language().tag))


@blueprint.get("/listings")
def search() -> str:
    """The results of a search, or all open listings."""
    query = Query.read(request.args)
    page = queries.search_page(site(), query, current_language().tag)
    return render_template("discovery/search.html", page=page, query=query)
