"""The addresses of the API. Views read checked parameters, ask one query and hand its result to `representations`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request, stream_with_context

from portal.api import cursors, exports, openapi, parameters, push, queries, representations
from portal.api.answers import answer, choose_language, open_to_all
from portal.core.paging import Page
from portal.listings.queries import get_listing
from portal.organisations.queries import OrganisationFilter, get_organisation, list_organisations
from portal.web.current import site
from portal.web.downloads import download
from portal.web.language import current_language
from portal.web.public import absolute
from search.engine import WINDOW
from search.results import Hit

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.before_request(choose_language)
blueprint.after_app_request(open_to_all)
blueprint.register_blueprint(push.blueprint)


@blueprint.get("/listings")
def listings() -> Response:
    """Search listings."""
    search = queries.Search.of(_read(parameters.LISTINGS))
    results = queries.search_listings(site(), search, current_language().tag)
    page = Page(results.hits, results.total, search.page, search.per_page, reach=WINDOW)
    return answer({**_paging(page), **representations.search_results(site(), results, current_language().tag)})


@blueprint.get("/listings/all")
def all_listings() -> Response:
    """All that a search finds, however much: stretch by stretch, each with the address of the next."""
    values, language = _read(parameters.ALL_LISTINGS), current_language().tag
    search, key = queries.Search.of(values), str(current_app.secret_key)
    (text,) = values.get("cursor", ("",))
    cursor = cursors.read(text, search, language, key) if text else cursors.Cursor({}, site().clock())
    stretch = queries.walk_listings(site(), search, language, cursor.began, cursor.place or None)
    following = stretch.place and cursors.write(replace(cursor, place=stretch.place), search, language, key)
    links = {"self": _address(cursor=text), "next": _address(cursor=following) if following else None}
    return answer({"links": links, **representations.stretch(site(), stretch.results, language)})


@blueprint.get("/listings.ndjson")
def listings_as_lines() -> Response:
    """All that a search finds, as lines of JSON."""
    return _export(exports.ndjson, exports.NDJSON, "listings.ndjson")


@blueprint.get("/listings.csv")
def listings_as_table() -> Response:
    """All that a search finds, as a table."""
    return _export(exports.table, exports.CSV, "listings.csv")


@blueprint.get("/listings/<string:listing_id>")
def listing(listing_id: str) -> Response:
    """One listing with all facts and translations."""
    _read(parameters.ONE)
    with site().sessions() as session:
        found = get_listing(session, listing_id)
    return answer(representations.listing(found, current_language().tag))


@blueprint.get("/organisations")
def organisations() -> Response:
    """The directory of organisations."""
    values = _read(parameters.ORGANISATIONS)
    country, type_ = (values.get(name, ("",))[0] for name in ("country", "type"))
    wanted = OrganisationFilter(queries.text(values), country, type_)
    number, per_page = queries.number(values, parameters.PAGE), queries.number(values, parameters.PER_PAGE)
    with site().sessions() as session:
        page = list_organisations(session, wanted, current_language().tag, number, per_page)
    items = [representations.organisation_summary(found, current_language().tag) for found in page.items]
    return answer({**_paging(page), "items": items})


@blueprint.get("/organisations/<string:organisation_id>")
def organisation(organisation_id: str) -> Response:
    """One organisation."""
    _read(parameters.ONE)
    with site().sessions() as session:
        found = get_organisation(session, organisation_id)
    return answer(representations.organisation(found, current_language().tag))


@blueprint.get("/concepts")
def concepts() -> Response:
    """The thesaurus."""
    values = _read(parameters.CONCEPTS)
    scheme = values.get("scheme", (None,))[0]
    number, per_page = queries.number(values, parameters.PAGE), queries.number(values, parameters.PER_PAGE)
    page = queries.list_concepts(queries.text(values), scheme, current_language().tag, number, per_page)
    items = [representations.concept_summary(found, current_language().tag) for found in page.items]
    return answer({**_paging(page), "items": items})


@blueprint.get("/concepts/<string:concept_id>")
def concept(concept_id: str) -> Response:
    """One concept with its labels in all languages."""
    _read(parameters.ONE)
    return answer(representations.concept(queries.get_concept(concept_id), current_language().tag))


@blueprint.get("/suggest")
def suggest() -> Response:
    """What a reader may be typing."""
    values = _read(parameters.SUGGEST)
    limit = queries.number(values, parameters.LIMIT)
    found = queries.suggest(site(), queries.text(values), current_language().tag, limit)
    return answer({"suggestions": [representations.suggestion(item, current_language().tag) for item in found]})


@blueprint.get("/openapi.json")
def description() -> Response:
    """The description of this API."""
    _read(())
    return answer(openapi.describe(), in_language=False)


def _read(declared: Sequence[parameters.Parameter]) -> queries.Values:
    return parameters.read(request.args, declared)


def _paging(page: Page[Any]) -> Mapping[str, Any]:
    """Numbers of the page and the addresses of its neighbours."""
    links = {
        "self": _page_address(page.page),
        "next": _page_address(page.page + 1) if page.page < page.pages else None,
        "prev": _page_address(page.page - 1) if page.page > 1 else None,
    }
    return {"total": page.total, "page": page.page, "pages": page.pages, "per_page": page.per_page, "links": links}


def _page_address(number: int) -> str:
    return _address(page=str(number))


def _address(**changed: str) -> str:
    """This address with other values; empty ones are left out."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in changed]
    return f"{absolute(request.path)}?{urlencode([(n, v) for n, v in (*kept, *changed.items()) if v])}".rstrip("?")


def _export(write: Callable[[Iterator[Hit], str], Iterator[str]], media_type: str, name: str) -> Response:
    language = current_language().tag
    hits = exports.begin(queries.scan_listings(site(), queries.Search.of(_read(parameters.EXPORT)), language))
    response = download(stream_with_context(write(hits, language)), media_type, name)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    return response
