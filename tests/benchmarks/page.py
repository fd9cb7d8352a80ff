"""A whole search page against a bare Flask view that returns the same bytes and asks the engine the same thing."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Flask, Response

from portal import create_app
from portal.core import migrations
from portal.demo.service import fill_demonstration
from portal.indexing.service import rebuild
from portal.listings.document import open_ranges
from portal.organisations.importing import PACKAGED, read_records
from portal.organisations.service import import_organisations
from portal.settings import Settings
from portal.site import Site
from search.concepts.reading import understand
from search.engine import SearchRequest
from tests.benchmarks.pairs import Pair, compare, show
from tests.moments import NOW, fixed_clock

QUERIES = (
    ("en", "AI scholarship China"),
    ("th", "ทุน ปัญญาประดิษฐ์ จีน"),
    ("zh-Hans", "人工智能 奖学金 中国"),
    ("my", "ဉာဏ်ရည်တု"),
    ("vi", ""),
)


def run() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        app = demonstration(Path(folder))
        show(
            "search page against the same bytes from a bare view plus that search",
            [_pair(app, *query) for query in QUERIES],
            "≤ 2",
        )


def demonstration(folder: Path) -> Flask:
    """The demonstration site in a folder."""
    settings = Settings(data_dir=str(folder), secret_key="for measuring", demonstration="1")
    site = Site.open(settings, fixed_clock)
    migrations.upgrade(site.database)
    with site.unit_of_work().begin() as session:
        import_organisations(session, read_records(PACKAGED), site.clock())
    with site.unit_of_work().begin() as session:
        fill_demonstration(session, site.thesaurus, 2026, site.clock())
    rebuild(site)
    site.close()
    return create_app(settings, fixed_clock)


def _pair(app: Flask, language: str, query: str) -> Pair:
    site: Site = app.extensions["site"]
    client = app.test_client()
    address = f"/{language}/listings"
    body = client.get(address, query_string={"q": query}).data
    bare = Flask("bare")

    @bare.get("/")
    def view() -> Response:
        understanding = understand(query, language, site.labels, site.thesaurus)
        site.engine.search(SearchRequest(understanding, language, NOW, ranges=open_ranges(NOW)))
        return Response(body, content_type="text/html; charset=utf-8")

    other = bare.test_client()
    return compare(
        f"{language} {query}", lambda: client.get(address, query_string={"q": query}), lambda: other.get("/"), turns=40
    )
