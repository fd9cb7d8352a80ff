"""Every public page, in every language, as a reader without scripts gets it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from portal.listings import codes
from portal.locales import TAGS
from portal.site import Site

PAGES = (
    "/", "/listings", "/listings?q=AI", "/listings?kind=scholarship&country=CN&sort=deadline", "/listings?q=zzzzqqqq",
    "/organisations", "/organisations?q=Guangxi", "/ranking", "/about", "/sources", "/accessibility", "/privacy",
    "/concepts", "/concepts/machine-learning", "/concepts/country-TH", "/concepts/nanning", "/concepts/funding-paid",
    "/listings?q=AI 6 months before March 2027 not in China", "/listings?q=machin lerning", "/listings?q=HSK4 ပညာသင္ဆု",
)  # fmt: skip
NEEDS = {
    "zh-Hans": "人工智能 奖学金 中国", "en": "AI scholarship China", "vi": "học bổng trí tuệ nhân tạo Trung Quốc",
    "th": "ทุน ปัญญาประดิษฐ์ จีน", "id": "beasiswa kecerdasan buatan Tiongkok", "ms": "biasiswa kecerdasan buatan China",
    "lo": "ທຶນ ປັນຍາປະດິດ ຈີນ", "km": "អាហារូបករណ៍ បញ្ញាសិប្បនិម្មិត ចិន", "my": "ပညာသင်ဆု ဉာဏ်ရည်တု တရုတ်",
    "fil": "iskolarsip artificial intelligence China", "pt": "bolsa inteligência artificial China",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(app: Flask) -> Site:
    found: Site = app.extensions["site"]
    return found


def listing_ids(site: Site, **wanted: str) -> list[str]:
    from sqlalchemy import select

    from portal.listings.models import Listing

    with site.sessions() as session:
        return list(session.scalars(select(Listing.id).filter_by(state="published", **wanted).order_by(Listing.id)))


def found_ids(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'<h3[^>]*><a href="/[\w-]+/listings/(\w+)', page)))


@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize("path", PAGES)
def test_page_in_every_language(client: FlaskClient, language: str, path: str) -> None:
    response = client.get(f"/{language}{path}")
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language


@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize("kind", codes.KINDS)
def test_a_listing_of_each_kind_in_every_language(client: FlaskClient, site: Site, language: str, kind: str) -> None:
    for listing_id in listing_ids(site, kind=kind)[:3]:
        assert client.get(f"/{language}/listings/{listing_id}").status_code == 200


def test_every_listing_can_be_shown(client: FlaskClient, site: Site) -> None:
    ids = listing_ids(site)
    for place, listing_id in enumerate(ids):
        assert client.get(f"/{TAGS[place % len(TAGS)]}/listings/{listing_id}").status_code == 200


def test_the_main_job(client: FlaskClient, site: Site) -> None:
    """A Thai reader finds funded listings about AI in China, written in other languages, with facts and reasons in
    Thai."""
    page = client.get("/th/listings", query_string={"q": NEEDS["th"]}).text
    cards = client.get("/api/v1/listings", query_string={"q": NEEDS["th"], "lang": "th", "per_page": 100}).get_json()[
        "hits"
    ]
    assert {"zh-Hans", "en", "vi"} <= {card["source_language"] for card in cards}
    assert all(card["host_country"] == "CN" and card["funding"] in ("full", "partly") for card in cards)
    assert all(card["reasons"] for card in cards)
    assert found_ids(page)[:5] == [card["id"] for card in cards[:5]]
    assert "จีน" in page


@pytest.mark.parametrize("language", TAGS)
def test_the_same_need_gives_nearly_the_same_first_ten(client: FlaskClient, language: str) -> None:
    english = found_ids(client.get("/en/listings", query_string={"q": NEEDS["en"]}).text)[:10]
    own = found_ids(client.get(f"/{language}/listings", query_string={"q": NEEDS[language]}).text)[:10]
    assert len(english) == 10
    assert len(set(own) & set(english)) >= 9


def test_understood_parts_can_be_removed(client: FlaskClient) -> None:
    page = client.get("/th/listings", query_string={"q": NEEDS["th"]}).text
    crosses = re.findall(r'class="cross" href="([^"]+)"', page)
    assert len(crosses) == 3
    fewer = client.get(crosses[0].replace("&amp;", "&"))
    assert fewer.status_code == 200


def test_the_language_switch_keeps_page_and_query(client: FlaskClient) -> None:
    page = client.get("/th/listings?q=AI&kind=scholarship").text
    assert 'href="/vi/listings?q=AI&amp;kind=scholarship"' in page


def test_the_entrance_follows_cookie_then_browser(client: FlaskClient) -> None:
    assert client.get("/", headers={"Accept-Language": "zh-TW,zh;q=0.9"}).location == "/zh-Hans/"
    assert client.get("/", headers={"Accept-Language": "pt-BR"}).location == "/pt/"
    assert client.get("/", headers={"Accept-Language": "de"}).location == "/en/"
    client.get("/km/about")
    assert client.get("/", headers={"Accept-Language": "vi"}).location == "/km/"


def test_every_page_of_a_demonstration_says_so(client: FlaskClient, site: Site) -> None:
    for path in (*PAGES, f"/listings/{listing_ids(site)[0]}"):
        assert 'class="demonstration"' in client.get(f"/en{path}").text


def test_a_real_scheme_shows_source_and_date(client: FlaskClient, site: Site) -> None:
    from sqlalchemy import select

    from portal.listings.models import Listing

    with site.sessions() as session:
        real = session.scalars(select(Listing).filter_by(demonstration=False)).all()
    assert len(real) >= 12
    for listing in real:
        page = client.get(f"/en/listings/{listing.id}").text
        assert listing.source_url in page.replace("&amp;", "&")
        assert "checked on 23 Nov 2026" in page


@pytest.mark.parametrize("language", TAGS)
@pytest.mark.parametrize(
    "path", ["/listings/nothere1", "/organisations/nothere", "/no-such-page", "/listings?page=9999"]
)
def test_what_is_not_there_is_said_in_the_readers_language(client: FlaskClient, language: str, path: str) -> None:
    response = client.get(f"/{language}{path}")
    assert response.status_code == 404
    assert f'lang="{language}"' in response.text


def test_an_unknown_language_is_a_page_that_is_not_there(client: FlaskClient) -> None:
    response = client.get("/xx/listings", headers={"Accept-Language": "vi"})
    assert response.status_code == 404
    assert '<html lang="vi"' in response.text


@pytest.mark.parametrize(
    "query",
    [
        "page=abc",
        "page=-1",
        "page=0",
        "kind=nonsense",
        "country=ZZ",
        "sort=sideways",
        "closed=perhaps",
        "closes_at=xd",
        "level=",
        "page=99999999999999999999",
    ],
)
def test_malformed_parameters_are_ignored_with_a_notice(client: FlaskClient, query: str) -> None:
    response = client.get(f"/en/listings?{query}")
    assert response.status_code in (200, 404)
    if response.status_code == 200 and not query.endswith("="):
        assert 'class="notice"' in response.text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '" onfocus=x',
        "'; DROP TABLE listings --",
        "a" * 5000,
        "\x01",
        "NEAR(a b)",
        "*",
        "{{7777*7777}}",
        "ทุน\u200bปัญญา",
    ],
)
def test_hostile_queries_are_searched_as_text(client: FlaskClient, text: str) -> None:
    response = client.get("/en/listings", query_string={"q": text})
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert "60481729" not in response.text


NO_NULL = st.characters(codec="utf-8", exclude_characters="\0")


@given(
    query=st.text(NO_NULL, max_size=40),
    facet=st.sampled_from(["kind", "country", "level", "closes_at", "concept", "page", "sort"]),
    value=st.text(NO_NULL, max_size=12),
)
@budget(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_search_breaks_the_page(client: FlaskClient, query: str, facet: str, value: str) -> None:
    assert client.get("/lo/listings", query_string={"q": query, facet: value}).status_code in (200, 404)


def test_broken_bytes_in_the_address(client: FlaskClient) -> None:
    assert client.get("/en/listings?q=%ff%fe&kind=%c0").status_code == 200
    assert client.get("/en/listings/%ff%fe").status_code == 404


def test_headers_of_every_answer(client: FlaskClient) -> None:
    for path in ("/en/", "/en/nothing", "/api/v1/listings"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_the_cost_of_a_page_in_round_trips(app: Flask, client: FlaskClient) -> None:
    """Counted before it is timed: statements against the database (the search index has connections of its own)."""
    from sqlalchemy import event

    statements: list[str] = []
    database = app.extensions["site"].database
    listing = listing_ids(app.extensions["site"])[0]
    organisation = re.findall(r"/en/organisations/(\w+)", client.get("/en/organisations?q=Guangxi University").text)[0]
    event.listen(database, "before_cursor_execute", lambda *a: statements.append(a[2]))
    for path, most in (
        ("/en/", 0),
        ("/en/listings?q=AI", 1),  # whether the directory has changed, every few seconds
        (f"/en/listings/{listing}", 10),
        ("/en/organisations?country=VN", 6),
        (f"/en/organisations/{organisation}", 2),
    ):
        client.get(path)
        statements.clear()
        client.get(path)
        assert len(statements) <= most, (path, len(statements))


def test_every_score_can_be_recomputed_from_the_numbers_of_its_page(client: FlaskClient) -> None:
    checked = 0
    for query in (
        "machine learning scholarship China",
        "cybersecurity supervision",
        "dữ liệu thực tế",
        "computer science",
    ):
        for score, parts in scores(client.get("/en/listings", query_string={"q": query}).text):
            for formula, value in parts:
                if formula:
                    factors = [float(factor) for factor in formula.removesuffix("=").split("×")]
                    assert math.prod(factors) == pytest.approx(value, abs=0.011)
                    checked += 1
            assert sum(value for _formula, value in parts) == pytest.approx(score, abs=0.011 * len(parts))
    assert checked > 50


def scores(page: str) -> Iterator[tuple[float, list[tuple[str, float]]]]:
    """The score of each hit of a page, and the (formula, value) of its parts."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    for table in tree.iterfind(".//details[@class='why']/table"):
        rows = [["".join(cell.itertext()).strip() for cell in row.iterfind("td")] for row in table.iterfind("tbody/tr")]
        caption = "".join(table.find("caption").itertext())
        yield float(caption.split()[-1].replace(",", "")), [(formula, float(value)) for formula, value in rows]
