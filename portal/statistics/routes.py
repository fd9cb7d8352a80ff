"""The dashboard of an organisation: how often its listings were seen."""

from __future__ import annotations

from flask import Response, render_template
from sqlalchemy.orm import Session

from portal.core import tables
from portal.listings.models import Listing
from portal.locales import edition_for
from portal.statistics import charts, queries
from portal.web.current import site
from portal.web.downloads import download
from portal.web.identity import current_actor, signed_in
from portal.web.language import current_language, language_blueprint
from portal.web.text import Text

COLUMNS = ("listing", "title", "day", "what", "language", "count")

blueprint = language_blueprint("statistics", __name__)


@blueprint.get("/organisations/<string:organisation_id>/numbers")
@signed_in
def organisation(organisation_id: str) -> str:
    """All listings of an organisation with their numbers."""
    today = site().clock().date()
    with site().sessions() as session:
        numbers = queries.numbers_of_organisation(session, organisation_id, current_actor(), today)
    titles = {row.listing.id: _title(row.listing) for row in numbers.rows}
    largest = max((row.figures.views for row in numbers.rows), default=0)
    return render_template(
        "statistics/organisation.html", numbers=numbers, titles=titles, largest=largest, days=queries.DAYS
    )


@blueprint.get("/organisations/<string:organisation_id>/numbers.csv")
@signed_in
def organisation_table(organisation_id: str) -> Response:
    """Every number of an organisation's listings as a file."""
    with site().sessions() as session:
        found = queries.numbers_of_organisation(session, organisation_id, current_actor(), site().clock().date())
        return _file(session, [row.listing for row in found.rows], organisation_id)


@blueprint.get("/postings/<string:listing_id>/numbers")
@signed_in
def listing(listing_id: str) -> str:
    """One listing by day and by language."""
    today = site().clock().date()
    with site().sessions() as session:
        found = queries.get_listing(session, listing_id, current_actor())
        days = queries.list_days(session, listing_id, today)
        pages = queries.count_by_language(session, listing_id, "view", today)
        searches = queries.count_by_language(session, listing_id, "shown", today)
    return render_template(
        "statistics/listing.html", listing=found, title=_title(found), days=days,
        views=charts.bars([day.views for day in days]), shown=charts.bars([day.shown for day in days]),
        saves=charts.bars([day.saves for day in days]),
        pages=charts.shares(pages), searches=charts.shares(searches),
    )  # fmt: skip


@blueprint.get("/postings/<string:listing_id>/numbers.csv")
@signed_in
def listing_table(listing_id: str) -> Response:
    """Every number of a listing as a file."""
    with site().sessions() as session:
        return _file(session, [queries.get_listing(session, listing_id, current_actor())], listing_id)


def _title(listing: Listing) -> Text:
    titles = {row.language: row.title for row in listing.translations}
    reader = current_language().tag
    shown = edition_for(reader, titles, listing.source_language)
    return Text(titles.get(shown, listing.id), None if shown == reader else shown)


def _file(session: Session, listings: list[Listing], name: str) -> Response:
    titles = {one.id: _title(one).value for one in listings}
    counts = queries.all_counts(session, list(titles))
    rows = ((one.listing_id, titles[one.listing_id], one.day, one.what, one.language, one.count) for one in counts)
    lines = [tables.MARK, tables.row(COLUMNS), *map(tables.row, rows)]
    return download("".join(lines), tables.CSV, f"numbers-{name}.csv")
