"""The directory of organisations."""

from __future__ import annotations

from flask import render_template, request, url_for

from portal.locales import REGIONS
from portal.organisations import queries
from portal.organisations.labels import TYPES
from portal.organisations.page import organisation_page
from portal.organisations.queries import OrganisationFilter
from portal.web.current import site
from portal.web.language import current_language, language_blueprint
from portal.web.paging import asked_page
from search.analysis.cleaning import clean

MAX_TEXT = 120

blueprint = language_blueprint("organisations", __name__)


@blueprint.get("/organisations")
def index() -> str:
    """The directory, narrowed by words of a name, country and type."""
    wanted, ignored = _read_filter()
    page = asked_page()
    with site().sessions() as session:
        found = queries.list_organisations(session, wanted, current_language().tag, page)
        countries = queries.count_by_country(session, wanted)
        types = queries.count_by_type(session, wanted)
    return render_template(
        "organisations/index.html", wanted=wanted, found=found, countries=countries, types=types,
        ignored=ignored or str(page) != request.args.get("page", "1"), regions=REGIONS,
        page_address=lambda n: _address(wanted, n),
    )  # fmt: skip


@blueprint.get("/organisations/<string:organisation_id>")
def show(organisation_id: str) -> str:
    """One organisation: its names, place and links, and the listings it takes part in."""
    page = organisation_page(site(), organisation_id, current_language().tag)
    return render_template("organisations/show.html", page=page)


def _read_filter() -> tuple[OrganisationFilter, bool]:
    """What the directory is narrowed to; unknown countries and types are ignored."""
    text = clean(request.args.get("q", "")[: 2 * MAX_TEXT])[:MAX_TEXT]
    country, kind = request.args.get("country", ""), request.args.get("type", "")
    known = country if country in REGIONS else "", kind if kind in TYPES else ""
    return OrganisationFilter(text, *known), known != (country, kind)


def _address(wanted: OrganisationFilter, page: int) -> str:
    """A page of the same list."""
    return url_for(
        "organisations.index", q=wanted.text or None, country=wanted.country or None, type=wanted.type or None,
        page=page if page > 1 else None,
    )  # fmt: skip
